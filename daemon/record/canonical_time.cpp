#include "daemon/base/clock.hpp"
#include "daemon/record/canonical_parts.hpp"

#include <chrono>

#include <fmt/format.h>

namespace ketensync::record {

namespace {

constexpr int year_min = 1800;
constexpr int year_max = 2199;

/// A number of digits only; -1 otherwise.
int number(std::string_view text)
{
    int value = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') {
            return -1;
        }
        value = value * 10 + (c - '0');
    }
    return text.empty() || text.size() > 6 ? -1 : value;
}

bool exists(int year, int month, int day)
{
    using namespace std::chrono;
    return year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day)))
        .ok();
}

/// Whether the year stands in front, and not "1-7-" or "01-07-".
bool year_first(std::string_view text)
{
    return text[1] != '-' && text[2] != '-';
}

/// The parts of a date in any of the forms that speak for themselves; false when it has none of them.
bool take_apart(std::string_view text, int & year, int & month, int & day)
{
    month = 0;
    day = 0;
    if (text.size() == 4) {
        year = number(text);
    } else if (text.size() == 8 && year_first(text) && text[4] != '-') {
        year = number(text.substr(0, 4));
        month = number(text.substr(4, 2));
        day = number(text.substr(6, 2));
    } else if (text.size() >= 7 && year_first(text) && text[4] == '-') {
        year = number(text.substr(0, 4));
        month = number(text.substr(5, 2));
        if (text.size() != 7 && (text.size() != 10 || text[7] != '-')) {
            return false;
        }
        day = text.size() == 7 ? 0 : number(text.substr(8, 2));
    } else {
        auto const first = text.find('-');
        auto const second = first == std::string_view::npos ? first : text.find('-', first + 1);
        if (second == std::string_view::npos || first > 2 || second - first > 3 || text.size() - second != 5) {
            return false;
        }
        day = number(text.substr(0, first));
        month = number(text.substr(first + 1, second - first - 1));
        year = number(text.substr(second + 1));
    }
    return year >= 0 && month >= 0 && day >= 0;
}

} // namespace

std::optional<std::string_view> canonical_date(std::string_view text, std::string & scratch)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!take_apart(text, year, month, day)) {
        return std::nullopt;
    }
    if (year == 0) {
        return std::string_view(); // not known; a day without a year says nothing
    }
    if (year < year_min || year > year_max || (month == 0 && day != 0)
        || !exists(year, month == 0 ? 1 : month, day == 0 ? 1 : day)) {
        return std::nullopt;
    }
    std::size_t const size = month == 0 ? 4 : day == 0 ? 7 : 10;
    if (text.size() >= size && text.size() != 8 && year_first(text)) {
        return text.substr(0, size); // what is cut off are zeros
    }
    scratch.resize(10);
    auto const put = [&](std::size_t at, std::size_t length, int value) {
        for (auto i = at + length; i-- > at; value /= 10) {
            scratch[i] = static_cast<char>('0' + value % 10);
        }
    };
    put(0, 4, year);
    scratch[4] = '-';
    put(5, 2, month);
    scratch[7] = '-';
    put(8, 2, day);
    scratch.resize(size);
    return scratch;
}

std::optional<std::string_view> canonical_timestamp(std::string_view text, std::string & scratch)
{
    using namespace std::chrono;
    constexpr std::size_t seconds_end = 19; // 2026-11-21T22:07:00
    if (text.size() < seconds_end + 1 || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':'
        || (text[10] != 'T' && text[10] != 't' && text[10] != ' ')) {
        return std::nullopt;
    }
    int const year_number = number(text.substr(0, 4));
    int const month_number = number(text.substr(5, 2));
    int const day_number = number(text.substr(8, 2));
    int const hour = number(text.substr(11, 2));
    int const minute = number(text.substr(14, 2));
    int const second = number(text.substr(17, 2));
    if (year_number < year_min || year_number > year_max || month_number < 1 || day_number < 1
        || !exists(year_number, month_number, day_number) || hour < 0 || hour > 23 || minute < 0 || minute > 59
        || second < 0 || second > 59) {
        return std::nullopt;
    }
    auto rest = text.substr(seconds_end);
    int thousandths = 0;
    if (rest.front() == '.') {
        rest.remove_prefix(1);
        int weight = 100;
        std::size_t digits = 0;
        for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits, weight /= 10) {
            thousandths += (rest[digits] - '0') * weight;
        }
        if (digits == 0) {
            return std::nullopt;
        }
        rest.remove_prefix(digits);
    }
    minutes offset(0);
    if (rest == "Z" || rest == "z") {
        if (text.size() == seconds_end + 1 && text[10] == 'T' && rest == "Z") {
            return text;
        }
    } else {
        if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') {
            return std::nullopt;
        }
        int const hours_off = number(rest.substr(1, 2));
        int const minutes_off = number(rest.substr(4, 2));
        if (hours_off < 0 || hours_off > 23 || minutes_off < 0 || minutes_off > 59) {
            return std::nullopt;
        }
        offset = minutes((hours_off * 60 + minutes_off) * (rest[0] == '-' ? -1 : 1));
    }
    sys_days const date = year_month_day(
        year(year_number), month(static_cast<unsigned>(month_number)), day(static_cast<unsigned>(day_number)));
    Instant const instant
        = Instant(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(thousandths) - offset;
    scratch = to_text(instant);
    return scratch;
}

std::optional<std::string_view> canonical_integer(std::string_view text, std::string & scratch)
{
    constexpr std::size_t digits_max = 18;
    bool const minus = text.front() == '-';
    auto digits = minus || text.front() == '+' ? text.substr(1) : text;
    if (digits.empty() || !all_digits(digits)) {
        return std::nullopt;
    }
    auto const start = digits.find_first_not_of('0');
    if (start == std::string_view::npos) {
        return "0";
    }
    digits.remove_prefix(start);
    if (digits.size() > digits_max) {
        return std::nullopt;
    }
    if (!minus || start == 0) {
        return minus ? text : digits;
    }
    scratch.clear();
    scratch.push_back('-');
    scratch.append(digits);
    return scratch;
}

std::optional<std::string_view> canonical_decimal(std::string_view text, std::string & scratch)
{
    auto const point = text.find_first_of(".,");
    if (point == std::string_view::npos) {
        return canonical_integer(text, scratch);
    }
    auto fraction = text.substr(point + 1);
    if (fraction.empty() || !all_digits(fraction) || fraction.size() > 18) {
        return std::nullopt;
    }
    while (!fraction.empty() && fraction.back() == '0') {
        fraction.remove_suffix(1);
    }
    std::string unused;
    auto const whole
        = point == 0 ? std::optional<std::string_view>("0") : canonical_integer(text.substr(0, point), unused);
    if (!whole) {
        return std::nullopt;
    }
    bool const minus = text.front() == '-' && whole->front() != '-' && !fraction.empty();
    scratch.clear();
    if (minus) {
        scratch.push_back('-');
    }
    scratch.append(*whole);
    if (!fraction.empty()) {
        scratch.push_back('.');
        scratch.append(fraction);
    }
    return scratch;
}

} // namespace ketensync::record
