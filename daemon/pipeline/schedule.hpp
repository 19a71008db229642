#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/pipeline/opening.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/settings/cron.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace date {
class time_zone;
}

namespace ketensync::pipeline {

/// One turn of a feed. `at` is the time in its schedule and names the turn; `fires` is when it may begin: the same,
/// plus the turn's own jitter, and always before the next turn.
struct Slot {
    Instant at;
    Instant fires;
    bool operator==(Slot const &) const = default;
};

/// When one feed runs: settings::Schedule, checked. Pure and immutable; any thread may ask.
///
/// `every` counts from 1 January 1970 UTC, so that a restart does not shift it. A cron line is in the time of its zone:
/// a time that the clock skips in spring runs the moment after the gap, once, however many times fall in the gap; a
/// time that comes twice in autumn runs once, the first time. So a line with many times an hour pauses in the repeated
/// hour; `every` does not. The time zone files of the system know summer time until 2037.
///
/// Jitter is the same for the same feed and slot, on every machine and after every restart.
///
/// A turn that would begin while its calendar is closed begins when it opens: once, however many there were; or it is no
/// turn at all, when the calendar says so.
class Timetable {
public:
    /// Failure::configuration with one sentence: both `every` and `at`, a fault in the cron line (with its column), an
    /// unknown zone, `every` below one second, a jitter that is negative or not below `every`. `name` is the feed's own
    /// ("source/feed"): it spreads the jitter.
    static Result<Timetable> create(
        settings::Schedule const & schedule, std::string_view name, settings::Calendar const & calendar = {});

    /// False when the feed only runs by hand; then there are no slots.
    bool has_slots() const { return m_every || m_cron; }
    /// The first slot with `at` after `after` that will begin. Nothing when the feed only runs by hand, or is never open
    /// again.
    std::optional<Slot> next(Instant after) const;
    /// The last slot of the schedule with `at` not after `now`, open or closed.
    std::optional<Slot> previous(Instant now) const;
    /// When the next turn begins if nothing is in its way, given the last one that began.
    std::optional<Instant> next_begin(std::optional<Instant> last_begun, Instant now) const;
    /// The moments at which the next turns begin after `now`, so many at most.
    std::vector<Instant> coming(Instant now, std::size_t count) const;
    /// When a feed that last succeeded then is late: when the second turn after that one has had the time that this one
    /// took. Nothing when it has no turns.
    std::optional<Instant> late_after(Instant last_success) const;
    /// The slot that must begin now, given the last one that began (nothing: never): the latest that has fired, once,
    /// however many were missed, and not while it is closed. A last slot that lies beyond the next one was written under a wrong clock and is
    /// forgotten.
    std::optional<Slot> due(std::optional<Instant> last_begun, Instant now) const;
    /// The longest of the gaps between slots around `now` (the present one and the two before it): what a feed of this
    /// schedule may be old when all is well. Zero when the feed only runs by hand.
    std::chrono::milliseconds interval(Instant now) const;

private:
    Timetable() = default;
    std::optional<Slot> slot_next(Instant after) const;
    std::optional<Slot> opened(Slot slot) const;
    std::optional<Instant> slot_after(Instant after) const;
    std::optional<Instant> slot_not_after(Instant now) const;
    Instant moment_of(std::chrono::local_time<std::chrono::minutes> local) const;
    Slot with_jitter(Instant at) const;

    std::optional<std::chrono::milliseconds> m_every;
    std::optional<settings::CronLine> m_cron;
    Opening m_opening;
    date::time_zone const * m_zone = nullptr; ///< owned by the time zone library, never freed
    std::chrono::milliseconds m_jitter { 0 };
    std::uint64_t m_name_hash = 0;
};

/// What a person means by "2026-12-31": the end of that day in the zone; or by "2026-12-31T18:00Z", with seconds or without: that
/// moment.
/// Failure::usage when it is neither.
Result<Instant> moment_meant(std::string_view text, std::string const & zone);

} // namespace ketensync::pipeline
