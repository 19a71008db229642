#include "daemon/http/breaker.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::http {

Breaker::Breaker(std::uint64_t failures, std::chrono::milliseconds rest, Clock const & clock)
    : m_failures(failures)
    , m_rest(rest)
    , m_clock(clock)
{
}

Result<void> Breaker::enter()
{
    if (m_failures == 0) {
        return {};
    }
    auto const now = m_clock.monotonic();
    return m_state.with([&](State & state) -> Result<void> {
        if (state.failures < m_failures) {
            return {};
        }
        if (now >= state.until && !state.probing) {
            state.probing = true;
            return {};
        }
        auto const left = std::chrono::ceil<std::chrono::seconds>(std::max(state.until - now, std::chrono::milliseconds(0)));
        return fail(Failure::unavailable,
            fmt::format("left alone after {} failures on end, for {} seconds more", state.failures, left.count()));
    });
}

void Breaker::succeeded()
{
    m_state.with([](State & state) { state = {}; });
}

void Breaker::failed()
{
    auto const now = m_clock.monotonic();
    m_state.with([&](State & state) {
        ++state.failures;
        state.probing = false;
        if (state.failures >= m_failures) {
            state.until = now + m_rest;
        }
    });
}

void Breaker::gave_up()
{
    m_state.with([](State & state) { state.probing = false; });
}

} // namespace ketensync::http
