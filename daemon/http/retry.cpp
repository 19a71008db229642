#include "daemon/http/retry.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace ketensync::http {

using std::chrono::milliseconds;

namespace {

constexpr milliseconds longest = std::chrono::years(100);

bool may_be_otherwise_next_time(int status)
{
    return status == 0 || status == 429 || status == 502 || status == 503 || status == 504;
}

} // namespace

std::optional<milliseconds> wait_before_next(RetryPolicy const & policy, Attempt const & attempt)
{
    if (attempt.number >= policy.attempts_max || !may_be_otherwise_next_time(attempt.status)) {
        return std::nullopt;
    }
    auto const jitter = [&](milliseconds most) {
        return milliseconds(static_cast<milliseconds::rep>(attempt.random * static_cast<double>(most.count())));
    };
    if (attempt.retry_after) {
        if (*attempt.retry_after > policy.retry_after_max) {
            return std::nullopt;
        }
        return *attempt.retry_after + jitter(policy.backoff_first);
    }
    auto most = policy.backoff_first;
    for (unsigned step = 1; step < attempt.number && most < policy.backoff_max; ++step) {
        most *= 2;
    }
    return jitter(std::min(most, policy.backoff_max));
}

std::optional<milliseconds> parse_retry_after(std::string_view value, Instant now)
{
    if (value.empty()) {
        return std::nullopt;
    }
    if (value.find_first_not_of("0123456789") == std::string_view::npos) {
        std::int64_t seconds = 0;
        auto const parsed = std::from_chars(value.data(), value.data() + value.size(), seconds);
        auto const most = std::chrono::duration_cast<std::chrono::seconds>(longest).count();
        return parsed.ec != std::errc() || seconds > most ? longest : milliseconds(std::chrono::seconds(seconds));
    }
    // Dates only: the library also takes a bare signed number for something.
    if (value.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos) {
        return std::nullopt;
    }
    auto const moment = curl_getdate(std::string(value).c_str(), nullptr);
    if (moment < 0) {
        return std::nullopt;
    }
    auto const wait = Instant(std::chrono::seconds(moment)) - now;
    return std::clamp(wait, milliseconds(0), longest);
}

} // namespace ketensync::http
