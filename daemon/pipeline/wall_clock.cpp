#include "daemon/pipeline/wall_clock.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <sstream>

namespace ketensync::pipeline {

namespace {

date::time_zone const & zone_of(void const * zone) { return *static_cast<date::time_zone const *>(zone); }

date::sys_seconds seconds_of(Instant instant)
{
    return date::sys_seconds(std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch());
}

} // namespace

Result<WallClock> WallClock::in(std::string const & zone)
{
    WallClock clock;
    try {
        auto const * const found = date::locate_zone(zone);
        static_cast<void>(found->get_info(date::sys_seconds {})); // reads the zone's file now
        clock.m_zone = found;
    } catch (std::exception const &) {
        return fail(Failure::configuration, fmt::format("time zone '{}' is not known here", zone));
    }
    return clock;
}

std::chrono::seconds WallClock::offset(Instant instant) const { return zone_of(m_zone).get_info(seconds_of(instant)).offset; }

std::chrono::sys_days WallClock::day(Instant instant) const
{
    return std::chrono::floor<std::chrono::days>(instant + offset(instant));
}

Instant WallClock::begin(std::chrono::sys_days day) const
{
    auto const local = date::local_seconds(std::chrono::seconds(day.time_since_epoch()));
    return Instant(zone_of(m_zone).to_sys(local, date::choose::earliest).time_since_epoch());
}

std::string WallClock::time(Instant instant) const
{
    auto const there = std::chrono::floor<std::chrono::seconds>(instant + offset(instant));
    auto const of_day = (there - std::chrono::floor<std::chrono::days>(there)).count();
    return fmt::format("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
}

std::string day_text(std::chrono::sys_days day)
{
    std::chrono::year_month_day const date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Result<std::chrono::sys_days> day_of(std::string_view text)
{
    std::istringstream in { std::string(text) };
    date::sys_days day;
    if (text.size() != 10 || text[4] != '-' || !(in >> date::parse("%F", day)) || pipeline::day_text(std::chrono::sys_days(day.time_since_epoch())) != text) {
        return fail(Failure::usage, "this is no day: give it as 2026-12-31");
    }
    return std::chrono::sys_days(day.time_since_epoch());
}

} // namespace ketensync::pipeline
