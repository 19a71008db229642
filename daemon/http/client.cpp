#include "daemon/http/client.hpp"

#include <fmt/format.h>

namespace ketensync::http {

Client::Client(ClientSettings settings, std::shared_ptr<Credential> credential, std::shared_ptr<Budget> budget,
    Clock const & clock)
    : m_settings(std::move(settings))
    , m_credential(std::move(credential))
    , m_budget(std::move(budget))
    , m_clock(clock)
    , m_transfer(m_settings.address, m_settings.ca_file, m_settings.limits)
{
}

Result<Response> Client::send(std::string const & target, std::optional<std::string> const & form, std::stop_token stop)
{
    bool renewed = false;
    for (Attempt attempt;;) {
        if (m_budget) {
            KETENSYNC_TRY(m_budget->take(stop));
        }
        auto headers = m_settings.headers;
        std::string proof;
        if (m_credential) {
            KETENSYNC_TRY_ASSIGN(proof, m_credential->header(stop));
            headers.push_back(proof);
        }
        auto response = m_transfer.run(target, headers, form, stop);
        if (!response && response.error().failure != Failure::unavailable) {
            return response;
        }
        // A token may have ended its life on the way: once, another one is tried at once.
        if (response && response->status == 401 && m_credential && !renewed && m_credential->refused(proof)) {
            renewed = true;
            continue;
        }
        attempt.status = response ? response->status : 0;
        attempt.retry_after = response ? parse_retry_after(response->retry_after, m_clock.now()) : std::nullopt;
        attempt.random = std::uniform_real_distribution<double>()(m_random);
        auto const wait = wait_before_next(m_settings.retry, attempt);
        if (!wait) {
            if (!response && attempt.number > 1) {
                return fail(
                    Failure::unavailable, fmt::format("{} ({} attempts)", response.error().what, attempt.number));
            }
            return response;
        }
        if (!m_clock.wait_for(*wait, stop)) {
            return fail(Failure::interrupted, "asked to stop");
        }
        ++attempt.number;
    }
}

Result<Response> Client::get(std::string const & target, std::stop_token stop)
{
    KETENSYNC_TRY_ASSIGN(auto response, send(target, std::nullopt, stop));
    auto const status = response.status;
    if (status >= 200 && status < 300) {
        return response;
    }
    auto const answers = fmt::format("{} answers {}", m_settings.address.origin, status);
    if (status == 401 || status == 403) {
        return fail(Failure::refused,
            m_credential ? fmt::format("{}: it does not accept the credential '{}'", answers, m_credential->name())
                         : fmt::format("{}: it wants a credential", answers));
    }
    if (status == 429 || status >= 500) {
        auto const asked = parse_retry_after(response.retry_after, m_clock.now());
        return fail(Failure::unavailable,
            asked ? fmt::format("{}, and asks to wait {} seconds", answers,
                std::chrono::duration_cast<std::chrono::seconds>(*asked).count())
                  : answers);
    }
    if (status >= 300 && status < 400) {
        return fail(Failure::bad_page, fmt::format("{}: it sends us elsewhere, where we do not go", answers));
    }
    return fail(Failure::bad_page, answers);
}

} // namespace ketensync::http
