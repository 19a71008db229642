#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/guarded.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <stop_token>

namespace ketensync::http {

/// How many requests a second a source allows us. Requests are spread evenly, never in a burst, so that the source's
/// own count, however it counts, is never exceeded. Shared by all who ask that source; any thread.
class Budget {
public:
    /// 0 is unlimited. The clock outlives the budget.
    Budget(std::uint64_t requests_per_second, Clock const & clock);

    /// Waits for the turn of one request; Failure::interrupted when `stop` comes first.
    Result<void> take(std::stop_token stop);

private:
    std::chrono::microseconds m_between;
    Clock const & m_clock;
    Guarded<std::chrono::microseconds> m_next; ///< on the monotonic clock: when the next request may go
};

} // namespace ketensync::http
