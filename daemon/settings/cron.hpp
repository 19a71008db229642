#pragma once

#include "daemon/base/result.hpp"

#include <bitset>
#include <chrono>
#include <string_view>

namespace ketensync::settings {

/// The five fields of a cron line, checked: minute, hour, day of month, month, day of week. Knows the calendar and
/// nothing of zones or moments. A plain value; any thread may read it.
///
/// A field is `*`, a number, a range `1-5`, a list `1,3,5`, and after `*` or a range a step `/2`. Months and days of
/// the week also have their English names (JAN, MON), in either case. 0 and 7 are both Sunday. When the day of the
/// month and the day of the week are both restricted (neither begins with `*`), a day that fits either one fits.
struct CronLine {
    std::bitset<60> minutes;
    std::bitset<24> hours;
    std::bitset<32> days; ///< 1 to 31
    std::bitset<13> months; ///< 1 to 12
    std::bitset<7> weekdays; ///< 0 is Sunday
    bool either_day = false; ///< day of month or day of week; otherwise both must fit

    bool fits(std::chrono::year_month_day day) const;
};

/// Failure::configuration with one sentence that begins with the column of the fault (from 1) in `line`. A line whose
/// day never comes (30 February) is refused.
Result<CronLine> parse_cron(std::string_view line);

} // namespace ketensync::settings
