#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/settings/calendar.hpp"

#include <optional>
#include <string>

namespace date {
class time_zone;
}

namespace ketensync::pipeline {

/// The Dutch public holidays, Easter and what follows from it computed: New Year, both days of Easter, of Pentecost and of
/// Christmas, King's Day, Ascension, and Liberation Day in the years in which it is one for everybody (every fifth).
/// Good Friday is none.
bool is_dutch_holiday(std::chrono::year_month_day day);

/// settings::Calendar at work, in a time zone: when it is open, and when it opens. Pure and immutable; any thread may ask.
class Opening {
public:
    /// Always open.
    Opening() = default;
    /// Failure::configuration when the zone is not known.
    static Result<Opening> create(settings::Calendar const & calendar, std::string const & zone);

    bool always() const { return m_calendar.empty(); }
    bool catches_up() const { return m_calendar.catch_up; }
    /// `at` itself when it is open then, else when it opens next; nothing when that is more than two years away.
    std::optional<Instant> opens(Instant at) const;
    /// Since when it is closed that is closed at `at`; nothing when that is more than two years ago.
    std::optional<Instant> closed_since(Instant at) const;

private:
    using LocalMinute = std::chrono::local_time<std::chrono::minutes>;
    using LocalDay = std::chrono::local_time<std::chrono::days>;
    bool is_open(LocalMinute at) const;
    bool closed_all(LocalDay day) const;
    /// Where it may change on that day, the first first.
    std::vector<LocalMinute> edges(LocalDay day) const;
    LocalMinute local_of(Instant at) const;
    Instant moment_of(LocalMinute local) const;

    settings::Calendar m_calendar;
    date::time_zone const * m_zone = nullptr; ///< owned by the time zone library, never freed
};

} // namespace ketensync::pipeline
