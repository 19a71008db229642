#include "daemon/pipeline/schedule.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

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
/// Closed times in a row in which a turn may fall: with more, it has none.
constexpr int closed_searched = 1'000;

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

Result<Timetable> Timetable::create(
    settings::Schedule const & schedule, std::string_view name, settings::Calendar const & calendar)
{
    Timetable timetable;
    timetable.m_name_hash = hash_of(name);
    timetable.m_jitter = schedule.jitter;
    if (schedule.jitter < milliseconds(0)) {
        return fail(Failure::configuration, "jitter is negative; give 0 or more");
    }
    KETENSYNC_TRY_ASSIGN(timetable.m_opening, Opening::create(calendar, schedule.zone));
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

std::optional<Slot> Timetable::slot_next(Instant after) const
{
    auto const at = slot_after(after);
    return at ? std::optional(with_jitter(*at)) : std::nullopt;
}

/// The slot that stands for this one and all others that wait for the same opening; itself when it is open then.
std::optional<Slot> Timetable::opened(Slot slot) const
{
    auto const opens = m_opening.opens(slot.fires);
    if (!opens || *opens == slot.fires) {
        return opens ? std::optional(slot) : std::nullopt;
    }
    auto const last = previous(*opens);
    return last && last->at >= slot.at ? Slot { last->at, std::max(*opens, last->fires) } : Slot { slot.at, *opens };
}

std::optional<Slot> Timetable::next(Instant after) const
{
    auto slot = slot_next(after);
    if (m_opening.catches_up()) {
        return slot ? opened(*slot) : std::nullopt;
    }
    for (int i = 0; slot && i < closed_searched; ++i) {
        auto const opens = m_opening.opens(slot->fires);
        if (!opens || *opens == slot->fires) {
            return opens ? slot : std::nullopt;
        }
        slot = slot_next(std::max(slot->at, *opens - m_jitter - milliseconds(1)));
    }
    return std::nullopt;
}

std::vector<Instant> Timetable::coming(Instant now, std::size_t count) const
{
    std::vector<Instant> moments;
    for (auto slot = next(now); slot && moments.size() < count; slot = next(slot->at)) {
        moments.push_back(slot->fires);
    }
    return moments;
}

std::optional<Instant> Timetable::late_after(Instant last_success) const
{
    auto const own = previous(last_success);
    auto const first = next(last_success);
    auto const second = first ? next(first->at) : std::nullopt;
    if (!own || !second) {
        return std::nullopt;
    }
    return second->at + (last_success - own->at) + std::max(second->fires - second->at, milliseconds(0));
}

std::optional<Instant> Timetable::next_begin(std::optional<Instant> last_begun, Instant now) const
{
    if (due(last_begun, now)) {
        return now;
    }
    auto const is_news = [&last_begun](Slot const & slot) { return !last_begun || slot.at > *last_begun; };
    auto const at_hand = previous(now);
    // It may still be waiting for its jitter, or for the opening.
    if (at_hand && is_news(*at_hand) && m_opening.catches_up()) {
        if (auto const waiting = opened(*at_hand); waiting && waiting->fires > now) {
            return waiting->fires;
        }
        if (auto const opens = m_opening.opens(now); opens && *opens > now) {
            return opens;
        }
    } else if (at_hand && is_news(*at_hand) && at_hand->fires > now && m_opening.opens(at_hand->fires) == at_hand->fires) {
        return at_hand->fires;
    }
    auto coming = next(now);
    if (coming && last_begun && coming->at == *last_begun) { // the clock was set back a little: this one has been
        coming = next(coming->at);
    }
    return coming ? std::optional(coming->fires) : std::nullopt;
}

std::optional<Slot> Timetable::previous(Instant now) const
{
    auto const at = slot_not_after(now);
    return at ? std::optional(with_jitter(*at)) : std::nullopt;
}

std::optional<Slot> Timetable::due(std::optional<Instant> last_begun, Instant now) const
{
    if (m_opening.opens(now) != now) {
        return std::nullopt;
    }
    auto slot = previous(now);
    if (slot && slot->fires > now) {
        slot = previous(slot->at - milliseconds(1));
    }
    for (int i = 0; slot && !m_opening.catches_up() && m_opening.opens(slot->fires) != slot->fires; ++i) {
        auto const closed_since = m_opening.closed_since(slot->fires);
        slot = closed_since && i < closed_searched ? previous(std::min(slot->at, *closed_since) - milliseconds(1)) : std::nullopt;
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
    milliseconds longest { 0 };
    if (!m_opening.always()) {
        // From the last turn on that was one.
        auto const open_until = m_opening.opens(now) == now ? now : m_opening.closed_since(now).value_or(now) - milliseconds(1);
        auto const last = previous(open_until);
        auto const moments = coming(last ? last->at - milliseconds(1) : now, 4);
        for (std::size_t i = 1; i < moments.size(); ++i) {
            longest = std::max(longest, moments[i] - moments[i - 1]);
        }
        return longest;
    }
    if (m_every) {
        return *m_every;
    }
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

Result<Instant> moment_meant(std::string_view text, std::string const & zone)
{
    std::istringstream in { std::string(text) };
    date::sys_seconds moment;
    date::local_days day;
    try {
        if (text.size() == 10 && text[4] == '-' && in >> date::parse("%F", day)) {
            return instant_of(date::locate_zone(zone)->to_sys(date::local_seconds(day + date::days(1)), date::choose::earliest));
        }
        for (auto const & [size, form] : { std::pair(17U, "%FT%RZ"), std::pair(20U, "%FT%TZ") }) {
            in.clear();
            in.seekg(0);
            if (text.size() == size && in >> date::parse(form, moment)) {
                return instant_of(moment);
            }
        }
    } catch (std::exception const &) {
        return fail(Failure::usage, fmt::format("time zone '{}' is not known here", zone));
    }
    return fail(Failure::usage, fmt::format("'{}' is no moment: give a day, as 2026-12-31, or a moment, as 2026-12-31T18:00Z", text));
}

} // namespace ketensync::pipeline
