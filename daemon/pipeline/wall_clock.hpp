#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace ketensync::pipeline {

/// A clock on the wall of one time zone, for people. Immutable; any thread may ask.
class WallClock {
public:
    /// Failure::configuration when the zone is not known here.
    static Result<WallClock> in(std::string const & zone = "Europe/Amsterdam");

    /// The day that it is there: a date, without a time.
    std::chrono::sys_days day(Instant instant) const;
    /// When that day begins there.
    Instant begin(std::chrono::sys_days day) const;
    /// "22:35:04".
    std::string time(Instant instant) const;

private:
    WallClock() = default;
    std::chrono::seconds offset(Instant instant) const;
    void const * m_zone = nullptr; ///< owned by the time zone library, never freed
};

/// "2026-11-22", the other way round: nothing when the text is not a day that there is.
std::string day_text(std::chrono::sys_days day);
Result<std::chrono::sys_days> day_of(std::string_view text);

} // namespace ketensync::pipeline
