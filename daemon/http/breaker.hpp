#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/guarded.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <cstdint>

namespace ketensync::http {

/// Leaves a source alone that only fails: after so many failures on end nobody asks it for a while; then one request
/// finds out how it is, and either all go on or all wait again. Shared by all who ask that source; any thread.
class Breaker {
public:
    /// 0 failures: never opens. The clock outlives the breaker.
    Breaker(std::uint64_t failures, std::chrono::milliseconds rest, Clock const & clock);

    /// Whether a request may go now; Failure::unavailable while the source is left alone.
    Result<void> enter();
    void succeeded();
    void failed();
    /// The request that entered came to no end of its own (asked to stop): another one finds out.
    void gave_up();

private:
    struct State {
        std::uint64_t failures = 0; ///< on end
        std::chrono::milliseconds until { 0 }; ///< on the monotonic clock: nobody asks before
        bool probing = false; ///< one request is finding out
    };

    std::uint64_t m_failures;
    std::chrono::milliseconds m_rest;
    Clock const & m_clock;
    Guarded<State> m_state;
};

} // namespace ketensync::http
