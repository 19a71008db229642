#include "daemon/pipeline/schedule.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

namespace ketensync::pipeline {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using LocalMinute = std::chrono::local_time<minutes>;
using LocalDay = std::chrono::local_time<days>;

namespace {

/// 29 February may be eight years away (1896, 1904); no slot is further than that.
constexpr int days_searched = 366 * 9;

/// FNV-1a, then mixed so that slots in a row lie far apart. Written out, because it must be the same on every machine.
std::uint64_t hash_of(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (char const letter : text) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
    }
    return hash;
}

std::uint64_t mixed(std::uint64_t value)
{
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

Instant instant_of(date::sys_seconds moment)
{
    return Instant(milliseconds(moment.time_since_epoch()));
}
date::sys_seconds seconds_of(Instant instant)
{
    return date::sys_seconds(floor<seconds>(instant).time_since_epoch());
}
date::local_seconds wall(LocalMinute local)
{
    return date::local_seconds(local.time_since_epoch());
}

LocalMinute local_of(date::sys_seconds moment, seconds offset)
{
    return LocalMinute(floor<minutes>(moment.time_since_epoch() + offset));
}

/// The first minute of `day` from `from` on that the line names, or nothing.
std::optional<LocalMinute> first_of_day(settings::CronLine const & line, LocalDay day, LocalMinute from)
{
    if (!line.fits(std::chrono::year_month_day(day))) {
        return std::nullopt;
    }
    auto const begin = std::max<std::int64_t>((from - day).count(), 0);
    for (auto minute = static_cast<std::size_t>(begin); minute < 24 * 60; ++minute) {
        if (line.hours[minute / 60] && line.minutes[minute % 60]) {
            return day + minutes(minute);
        }
    }
    return std::nullopt;
}

std::optional<LocalMinute> last_of_day(settings::CronLine const & line, LocalDay day, LocalMinute until)
{
    if (!line.fits(std::chrono::year_month_day(day))) {
        return std::nullopt;
    }
    auto const end = std::min<std::int64_t>((until - day).count(), 24 * 60 - 1);
    for (auto minute = end; minute >= 0; --minute) {
        auto const number = static_cast<std::size_t>(minute);
        if (line.hours[number / 60] && line.minutes[number % 60]) {
            return day + minutes(minute);
        }
    }
    return std::nullopt;
}

std::optional<LocalMinute> first_from(settings::CronLine const & line, LocalMinute from)
{
    auto day = floor<days>(from);
    for (int i = 0; i < days_searched; ++i, day += days(1)) {
        if (auto const found = first_of_day(line, day, from)) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<LocalMinute> last_until(settings::CronLine const & line, LocalMinute until)
{
    auto day = floor<days>(until);
    for (int i = 0; i < days_searched; ++i, day -= days(1)) {
        if (auto const found = last_of_day(line, day, until)) {
            return found;
        }
    }
    return std::nullopt;
}

} // namespace

Result<Timetable> Timetable::create(settings::Schedule const & schedule, std::string_view name)
{
    Timetable timetable;
    timetable.m_name_hash = hash_of(name);
    timetable.m_jitter = schedule.jitter;
    if (schedule.jitter < milliseconds(0)) {
        return fail(Failure::configuration, "jitter is negative; give 0 or more");
    }
    if (schedule.every && !schedule.at.empty()) {
        return fail(Failure::configuration, "both 'every' and 'at' are given; keep one");
    }
    if (schedule.every) {
        if (*schedule.every < seconds(1)) {
            return fail(Failure::configuration, "'every' is below one second; give at least 1s");
        }
        if (schedule.jitter >= *schedule.every) {
            return fail(Failure::configuration, "jitter is not below 'every'; two turns would overlap");
        }
        timetable.m_every = schedule.every;
        return timetable;
    }
    if (schedule.at.empty()) {
        return timetable;
    }
    auto line = settings::parse_cron(schedule.at);
    if (!line) {
        return fail(Failure::configuration, fmt::format("at = \"{}\", {}", schedule.at, line.error().what));
    }
    timetable.m_cron = *line;
    try {
        timetable.m_zone = date::locate_zone(schedule.zone);
        static_cast<void>(
            timetable.m_zone->get_info(date::sys_seconds {})); // reads the zone's file now, not at the first slot
    } catch (std::exception const &) {
        return fail(Failure::configuration,
            fmt::format("time zone '{}' is not known here; give a name such as Europe/Amsterdam", schedule.zone));
    }
    return timetable;
}

Instant Timetable::moment_of(LocalMinute local) const
{
    auto const info = m_zone->get_info(wall(local));
    if (info.result == date::local_info::nonexistent) {
        return instant_of(info.first.end);
    }
    return instant_of(date::sys_seconds(local.time_since_epoch() - info.first.offset));
}

std::optional<Instant> Timetable::slot_after(Instant after) const
{
    if (m_every) {
        auto const turn = floor<milliseconds>(after).time_since_epoch().count();
        auto const every = m_every->count();
        auto const number = turn >= 0 ? turn / every : (turn - every + 1) / every;
        return Instant(milliseconds((number + 1) * every));
    }
    if (!m_cron) {
        return std::nullopt;
    }
    // Only wall times later than the present one can be later moments. Not all are: the second pass of a repeated hour
    // shows wall times whose slot was in the first pass.
    auto const moment = seconds_of(after);
    auto local = first_from(*m_cron, local_of(moment, m_zone->get_info(moment).offset) + minutes(1));
    while (local) {
        if (auto const at = moment_of(*local); at > after) {
            return at;
        }
        local = first_from(*m_cron, *local + minutes(1));
    }
    return std::nullopt;
}

std::optional<Instant> Timetable::slot_not_after(Instant now) const
{
    if (m_every) {
        return *slot_after(now) - *m_every;
    }
    if (!m_cron) {
        return std::nullopt;
    }
    // In the second pass of a repeated hour, slots of the first pass may show a later wall time than the present one.
    auto const moment = seconds_of(now);
    auto const info = m_zone->get_info(moment);
    auto until = local_of(moment, info.offset);
    if (moment - info.begin < days(2)) {
        auto const before = info.begin - seconds(1);
        until = std::max(until, local_of(before, m_zone->get_info(before).offset));
    }
    auto local = last_until(*m_cron, until);
    while (local) {
        if (auto const at = moment_of(*local); at <= now) {
            return at;
        }
        local = last_until(*m_cron, *local - minutes(1));
    }
    return std::nullopt;
}

Slot Timetable::with_jitter(Instant at) const
{
    if (m_jitter == milliseconds(0)) {
        return { at, at };
    }
    auto room = m_jitter.count() + 1;
    if (auto const next = slot_after(at)) {
        room = std::min(room, (*next - at).count());
    }
    auto const hash = mixed(m_name_hash ^ mixed(static_cast<std::uint64_t>(at.time_since_epoch().count())));
    return { at, at + milliseconds(hash % static_cast<std::uint64_t>(room)) };
}

std::optional<Slot> Timetable::next(Instant after) const
{
    auto const at = slot_after(after);
    return at ? std::optional(with_jitter(*at)) : std::nullopt;
}

std::optional<Slot> Timetable::previous(Instant now) const
{
    auto const at = slot_not_after(now);
    return at ? std::optional(with_jitter(*at)) : std::nullopt;
}

std::optional<Slot> Timetable::due(std::optional<Instant> last_begun, Instant now) const
{
    auto slot = previous(now);
    if (slot && slot->fires > now) {
        slot = previous(slot->at - milliseconds(1));
    }
    if (!slot) {
        return std::nullopt;
    }
    if (last_begun && *last_begun > now) {
        auto const coming = slot_after(now);
        if (coming && *last_begun > *coming) {
            last_begun.reset();
        }
    }
    return !last_begun || slot->at > *last_begun ? slot : std::nullopt;
}

milliseconds Timetable::interval(Instant now) const
{
    if (m_every) {
        return *m_every;
    }
    milliseconds longest { 0 };
    auto end = slot_after(now);
    for (int i = 0; end && i < 3; ++i) {
        auto const begin = slot_not_after(*end - milliseconds(1));
        if (!begin) {
            break;
        }
        longest = std::max(longest, *end - *begin);
        end = begin;
    }
    return longest;
}

} // namespace ketensync::pipeline
