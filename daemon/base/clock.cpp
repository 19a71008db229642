#include "daemon/base/clock.hpp"

#include <fmt/format.h>

namespace ketensync {

using std::chrono::milliseconds;

Instant SystemClock::now() const
{
    return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
}

milliseconds SystemClock::monotonic() const
{
    return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

bool SystemClock::wait_until(Instant when, std::stop_token stop) const
{
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    // In slices, so that a wall clock set forward is noticed.
    while (!stop.stop_requested()) {
        auto const left = when - now();
        if (left <= milliseconds(0)) {
            return true;
        }
        condition.wait_for(lock, stop, std::min(left, milliseconds(std::chrono::minutes(1))), [] { return false; });
    }
    return false;
}

bool SystemClock::wait_for(milliseconds duration, std::stop_token stop) const
{
    std::mutex mutex;
    std::condition_variable_any condition;
    std::unique_lock lock(mutex);
    condition.wait_for(lock, stop, duration, [] { return false; });
    return !stop.stop_requested();
}

Instant ManualClock::now() const
{
    std::scoped_lock const lock(m_mutex);
    return m_now;
}

milliseconds ManualClock::monotonic() const { return now().time_since_epoch(); }

bool ManualClock::wait_until(Instant when, std::stop_token stop) const
{
    if (stop.stop_requested()) {
        return false;
    }
    std::scoped_lock const lock(m_mutex);
    m_now = std::max(m_now, when);
    return true;
}

bool ManualClock::wait_for(milliseconds duration, std::stop_token stop) const
{
    return wait_until(now() + duration, std::move(stop));
}

void ManualClock::set(Instant now)
{
    std::scoped_lock const lock(m_mutex);
    m_now = now;
}

void ManualClock::advance(milliseconds duration)
{
    std::scoped_lock const lock(m_mutex);
    m_now += duration;
}

std::string to_text(Instant instant)
{
    auto const day = std::chrono::floor<std::chrono::days>(instant);
    std::chrono::year_month_day const date(day);
    std::chrono::hh_mm_ss const time(instant - day);
    auto text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
        time.minutes().count(), time.seconds().count());
    if (auto const rest = time.subseconds().count(); rest != 0) {
        text += fmt::format(".{:03}", rest);
    }
    return text + 'Z';
}

}
