#pragma once

#include "daemon/base/clock.hpp"

#include <string>
#include <vector>

namespace ketensync {

/// Every moment at which a cron line runs, found the slow way: by walking every minute and asking the C library what
/// the wall clock shows. Shares nothing with the code under test: other time zone code, other parsing, no arithmetic of
/// days. One thread at a time, because it sets TZ.
class WallClockOracle {
public:
    WallClockOracle(std::string const & zone, Instant begin, Instant end);
    /// Moments in [begin, end) by the rules of Timetable: a skipped time runs right after the gap, a repeated one once.
    std::vector<Instant> runs(std::string const & line) const;

private:
    struct Shown {
        int minute, hour, day, month, weekday;
        bool jumped; ///< the wall clock skipped minutes before this one
        bool repeated; ///< the wall clock showed this before
        std::vector<Shown> skipped;
    };
    Instant m_begin;
    std::vector<Shown> m_minutes;
};

} // namespace ketensync
