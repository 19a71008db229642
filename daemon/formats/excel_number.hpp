#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ketensync::formats {

/// Numbers as Excel keeps them: every number is a double, and whether it is a date is in how it is shown. Pure.

/// From which day a workbook counts.
enum class Epoch : std::uint8_t { of_1900, of_1904 };

/// What a number format shows.
enum class Shown : std::uint8_t { number, date, date_and_time, time };

/// By the number of a format that every program knows; `number` for one that a workbook must spell out.
Shown shown_by(unsigned built_in_format);
/// By the code of a format, as in "dd/mm/yyyy;@".
Shown shown_by(std::string_view format_code);

/// The number as Excel shows it in full: digits without exponent where that can be, at most 15 of them significant.
/// False when the text is not a number.
bool excel_number(std::string_view text, std::string & number);

/// What the number stands for as it is shown: jjjj-mm-dd; the same with Thh:mm:ss behind it when it is not midnight; or
/// hh:mm:ss, of more than 24 hours where they run on. False when it is no such number: not one at all, before the first
/// day or behind the year 9999, or 29 February 1900, which never was.
bool excel_date(std::string_view text, Epoch epoch, Shown shown, std::string & date);

} // namespace ketensync::formats
