#pragma once

#include "daemon/base/result.hpp"
#include "daemon/monitor/figures.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::monitor {

// Half-years, quarters and days of the Monitor. Pure.

/// "2026-H1" as a period; Failure::usage when it is no half-year.
Result<Period> period_of(std::string_view name);
/// The half-year before.
Period before(Period const & period);
/// The last half-year that is over on that day, "2026-11-23".
Period last_over(std::string_view day);

/// A quarter as a number that goes up by one each quarter.
using Quarter = std::int32_t;
/// Of "2026-05-03" or "2026-05"; nothing for less, or for what is no date.
std::optional<Quarter> quarter_of(std::string_view day);
/// "2026-K1" as a quarter; nothing when it is none.
std::optional<Quarter> quarter_named(std::string_view code);
std::string code_of(Quarter quarter);    ///< "2026-K1"
std::string title_of(Quarter quarter);   ///< "1e kwartaal 2026"
std::string first_day(Quarter quarter);  ///< "2026-01-01"
std::string last_day(Quarter quarter);   ///< "2026-03-31"

/// A day as a number of days; of "2026-05" and "2026" the first. Nothing when it is no date.
std::optional<std::int32_t> day_number(std::string_view day);
/// "30 juni 2026".
std::string in_words(std::string_view day);

}
