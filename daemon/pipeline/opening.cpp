#include "daemon/pipeline/opening.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ketensync::pipeline {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr int days_searched = 731;

/// Gauss, as Butcher wrote it down for the Gregorian calendar.
std::chrono::sys_days easter(int year)
{
    int const a = year % 19, b = year / 100, c = year % 100;
    int const h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    int const l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int const m = (a + 11 * h + 22 * l) / 451;
    int const sum = h + l - 7 * m + 114;
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(static_cast<unsigned>(sum / 31))
        / std::chrono::day(static_cast<unsigned>(sum % 31 + 1)));
}

bool holds(settings::WeekWindow const & window, std::size_t weekday, minutes time)
{
    if (window.from < window.until) {
        return window.days[weekday] && time >= window.from && time < window.until;
    }
    return (window.days[weekday] && time >= window.from) || (window.days[(weekday + 6) % 7] && time < window.until);
}

} // namespace

bool is_dutch_holiday(std::chrono::year_month_day day)
{
    using namespace std::chrono;
    auto const date = sys_days(day);
    auto const year = day.year();
    constexpr std::array from_easter { 0, 1, 39, 49, 50 };
    auto const since_easter = static_cast<int>((date - easter(static_cast<int>(year))).count());
    if (std::ranges::find(from_easter, since_easter) != from_easter.end()) {
        return true;
    }
    auto const kings_day = sys_days(year / April / 27);
    return day == year / January / 1 || day == year / December / 25 || day == year / December / 26
        || date == (weekday(kings_day) == Sunday ? kings_day - days(1) : kings_day)
        || (day == year / May / 5 && static_cast<int>(year) % 5 == 0);
}

Result<Opening> Opening::create(settings::Calendar const & calendar, std::string const & zone)
{
    Opening opening;
    opening.m_calendar = calendar;
    if (calendar.empty()) {
        return opening;
    }
    try {
        opening.m_zone = date::locate_zone(zone);
    } catch (std::exception const &) {
        return fail(Failure::configuration,
            fmt::format("time zone '{}' is not known here; give a name such as Europe/Amsterdam", zone));
    }
    return opening;
}

Opening::LocalMinute Opening::local_of(Instant at) const
{
    date::sys_seconds const moment(floor<seconds>(at).time_since_epoch());
    return LocalMinute(floor<minutes>(moment.time_since_epoch() + m_zone->get_info(moment).offset));
}

Instant Opening::moment_of(LocalMinute local) const
{
    auto const info = m_zone->get_info(date::local_seconds(local.time_since_epoch()));
    if (info.result == date::local_info::nonexistent) {
        return Instant(milliseconds(info.first.end.time_since_epoch()));
    }
    return Instant(milliseconds(date::sys_seconds(local.time_since_epoch() - info.first.offset).time_since_epoch()));
}

bool Opening::closed_all(LocalDay day) const
{
    std::chrono::year_month_day const date(std::chrono::sys_days(day.time_since_epoch()));
    return (m_calendar.holidays_closed && is_dutch_holiday(date))
        || std::ranges::any_of(m_calendar.blackout,
            [&date](settings::DateRange const & range) { return range.first <= date && date <= range.last; });
}

bool Opening::is_open(LocalMinute at) const
{
    auto const day = floor<days>(at);
    if (closed_all(day)) {
        return false;
    }
    auto const weekday = std::chrono::weekday(std::chrono::sys_days(day.time_since_epoch())).iso_encoding() - 1;
    auto const now = [&](settings::WeekWindow const & window) { return holds(window, weekday, at - day); };
    return (m_calendar.within.empty() || std::ranges::any_of(m_calendar.within, now))
        && std::ranges::none_of(m_calendar.maintenance, now);
}

std::vector<Opening::LocalMinute> Opening::edges(LocalDay day) const
{
    std::vector<LocalMinute> found { LocalMinute(day) };
    for (auto const * windows : { &m_calendar.within, &m_calendar.maintenance }) {
        for (auto const & window : *windows) {
            found.push_back(day + window.from);
            found.push_back(day + window.until);
        }
    }
    std::ranges::sort(found);
    return found;
}

std::optional<Instant> Opening::opens(Instant at) const
{
    if (always()) {
        return at;
    }
    auto const local = local_of(at);
    if (is_open(local)) {
        return at;
    }
    auto day = floor<days>(local);
    for (int i = 0; i < days_searched; ++i, day += days(1)) {
        if (closed_all(day)) {
            continue;
        }
        for (auto const edge : edges(day)) {
            // Two moments may show one wall time: what lies behind is not what opens.
            if (edge > local && is_open(edge) && moment_of(edge) > at) {
                return moment_of(edge);
            }
        }
    }
    return std::nullopt;
}

std::optional<Instant> Opening::closed_since(Instant at) const
{
    auto const local = local_of(at);
    auto day = floor<days>(local);
    for (int i = 0; i < days_searched; ++i, day -= days(1)) {
        auto const all = edges(day);
        for (auto edge = all.rbegin(); edge != all.rend(); ++edge) {
            if (*edge <= local && !is_open(*edge) && is_open(*edge - minutes(1))) {
                return moment_of(*edge);
            }
        }
    }
    return std::nullopt;
}

} // namespace ketensync::pipeline
