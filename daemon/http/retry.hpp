#pragma once

#include "daemon/base/clock.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace ketensync::http {

/// How often, and after how long, a request is tried again.
struct RetryPolicy {
    unsigned attempts_max = 5; ///< the first one included
    std::chrono::milliseconds backoff_first { 500 }; ///< doubled each time
    std::chrono::milliseconds backoff_max { 60'000 };
    std::chrono::milliseconds retry_after_max { 300'000 }; ///< a source that asks for more is left alone for this run
};

/// What became of an attempt that did not succeed.
struct Attempt {
    unsigned number = 1; ///< from 1
    int status = 0; ///< 0: there was no answer
    std::optional<std::chrono::milliseconds> retry_after; ///< where the answer held one
    double random = 0; ///< from 0 up to 1, without 1
};

/// How long to wait before the next attempt, or nothing to give up. No answer, 429, 502, 503 and 504 are tried again;
/// every other status would be the same next time. Full jitter: anywhere between nothing and the doubled wait, so that
/// many readers do not come back at once; on top of Retry-After where the source named a time. Pure.
std::optional<std::chrono::milliseconds> wait_before_next(RetryPolicy const & policy, Attempt const & attempt);

/// The value of a Retry-After header, either form: seconds, or a date (past ones are 0). However absurd, it is a time,
/// at most 100 years; nothing when it is neither form. Pure.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, Instant now);

} // namespace ketensync::http
