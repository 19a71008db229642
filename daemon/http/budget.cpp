#include "daemon/http/budget.hpp"

#include <algorithm>

namespace ketensync::http {

using std::chrono::microseconds;
using std::chrono::milliseconds;

Budget::Budget(std::uint64_t requests_per_second, Clock const & clock)
    : m_between(requests_per_second == 0 ? 0 : 1'000'000 / static_cast<std::int64_t>(requests_per_second))
    , m_clock(clock)
{
}

Result<void> Budget::take(std::stop_token stop)
{
    if (stop.stop_requested()) {
        return fail(Failure::interrupted, "asked to stop");
    }
    if (m_between == microseconds(0)) {
        return {};
    }
    auto const now = m_clock.monotonic();
    auto const turn = m_next.with([&](microseconds & next) {
        auto const mine = std::max<microseconds>(next, now);
        next = mine + m_between;
        return mine;
    });
    auto const wait = std::chrono::ceil<milliseconds>(turn - now);
    if (wait > milliseconds(0) && !m_clock.wait_for(wait, stop)) {
        return fail(Failure::interrupted, "asked to stop");
    }
    return {};
}

} // namespace ketensync::http
