#include "daemon/formats/excel_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <iterator>
#include <optional>

namespace ketensync::formats {

namespace {

constexpr int significant_digits = 15;
constexpr std::int64_t seconds_of_day = 86'400;

std::optional<double> parsed(std::string_view text)
{
    double value = 0;
    auto const * const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && stop == end && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

} // namespace

Shown shown_by(unsigned built_in_format)
{
    // 27 to 36 and 50 to 58 are those of East Asian Excels, which others leave to them.
    auto const within
        = [&](unsigned first, unsigned last) { return built_in_format >= first && built_in_format <= last; };
    if (built_in_format == 22) {
        return Shown::date_and_time;
    }
    if (within(18, 21) || within(45, 47) || within(32, 35) || within(55, 56)) {
        return Shown::time;
    }
    return within(14, 17) || within(27, 36) || within(50, 58) ? Shown::date : Shown::number;
}

Shown shown_by(std::string_view format_code)
{
    bool day = false;
    bool clock = false;
    bool month_or_minute = false;
    for (std::size_t at = 0; at < format_code.size() && format_code[at] != ';'; ++at) {
        auto const to = [&](char close) { at = std::min(format_code.find(close, at + 1), format_code.size()); };
        switch (format_code[at]) {
        case '"':
            to('"');
            break;
        case '\\':
        case '_':
        case '*':
            ++at;
            break;
        case '[': {
            // [h] and [mm] are time that runs on; [Red] and [$-413] are something else.
            auto const start = at + 1;
            to(']');
            auto const inside = format_code.substr(start, at - start);
            clock = clock || (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos);
            break;
        }
        case 'd':
        case 'D':
        case 'y':
        case 'Y':
            day = true;
            break;
        case 'h':
        case 'H':
        case 's':
        case 'S':
            clock = true;
            break;
        case 'm':
        case 'M':
            month_or_minute = true;
            break;
        case 'G':
        case 'g':
            if (format_code.substr(at, 7) == "General") {
                at += 6;
            }
            break;
        default:
            break;
        }
    }
    if (day || (month_or_minute && !clock)) {
        return clock ? Shown::date_and_time : Shown::date;
    }
    return clock ? Shown::time : Shown::number;
}

bool excel_number(std::string_view text, std::string & number)
{
    bool const plain = !text.empty() && text.size() <= significant_digits && (text.front() != '0' || text.size() == 1)
        && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (plain) {
        number.assign(text);
        return true;
    }
    auto const value = parsed(text);
    if (!value) {
        return false;
    }
    constexpr double whole_up_to = 1e15;
    std::array<char, 64> digits {};
    auto * const end = digits.data() + digits.size();
    bool const whole = std::trunc(*value) == *value && std::fabs(*value) < whole_up_to;
    auto const written = whole
        ? std::to_chars(digits.data(), end, static_cast<std::int64_t>(*value))
        : std::to_chars(digits.data(), end, *value, std::chars_format::general, significant_digits);
    number.assign(digits.data(), written.ptr);
    return true;
}

bool excel_date(std::string_view text, Epoch epoch, Shown shown, std::string & date)
{
    using namespace std::chrono;
    constexpr double days_max = 2'958'466;
    auto const value = parsed(text);
    if (!value || *value < 0 || *value >= days_max) {
        return false;
    }
    auto const seconds = std::llround(*value * static_cast<double>(seconds_of_day));
    auto const day = seconds / seconds_of_day;
    auto const clock = seconds % seconds_of_day;
    date.clear();
    if (shown == Shown::time) {
        fmt::format_to(std::back_inserter(date), "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        return true;
    }
    // Excel of 1900 counts a 29 February 1900 that never was, and so is a day ahead from then on.
    constexpr std::int64_t phantom = 60;
    if (epoch == Epoch::of_1900 && (day == 0 || day == phantom)) {
        return false;
    }
    sys_days const first = epoch == Epoch::of_1904 ? sys_days(year(1904) / 1 / 1)
        : day < phantom                            ? sys_days(year(1899) / 12 / 31)
                                                   : sys_days(year(1899) / 12 / 30);
    year_month_day const found(first + days(day));
    if (int(found.year()) > 9999) {
        return false;
    }
    fmt::format_to(std::back_inserter(date), "{:04}-{:02}-{:02}", int(found.year()), unsigned(found.month()),
        unsigned(found.day()));
    if (shown == Shown::date_and_time && clock != 0) {
        fmt::format_to(std::back_inserter(date), "T{:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
    }
    return true;
}

} // namespace ketensync::formats
