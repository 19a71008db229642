#include "tests/region/day.hpp"

#include <charconv>
#include <chrono>

namespace ketensync::region {
namespace {

std::optional<int> number(std::string_view text)
{
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

} // namespace

Day day_of(int year, int month, int day)
{
    std::chrono::year_month_day const date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day)));
    return static_cast<Day>(std::chrono::sys_days(date).time_since_epoch().count());
}

Date date_of(Day day)
{
    std::chrono::year_month_day const date { std::chrono::sys_days(std::chrono::days(day)) };
    return { int(date.year()), static_cast<int>(unsigned(date.month())), static_cast<int>(unsigned(date.day())) };
}

Month Month::of(Day day)
{
    auto const date = date_of(day);
    return { date.year, date.month };
}

std::optional<Month> Month::parse(std::string_view text)
{
    if (text.size() != 6) {
        return std::nullopt;
    }
    auto const year = number(text.substr(0, 4));
    auto const month = number(text.substr(4));
    if (!year || !month || *month < 1 || *month > 12) {
        return std::nullopt;
    }
    return Month(*year, *month);
}

Month Month::plus(int months) const
{
    Month moved;
    moved.m_count = m_count + months;
    return moved;
}

std::string Month::text() const
{
    std::string out;
    append_padded(out, static_cast<std::uint64_t>(year()), 4);
    append_padded(out, static_cast<std::uint64_t>(month()), 2);
    return out;
}

std::optional<Day> parse_iso(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    auto const year = number(text.substr(0, 4));
    auto const month = number(text.substr(5, 2));
    auto const day = number(text.substr(8, 2));
    if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31) {
        return std::nullopt;
    }
    return day_of(*year, *month, *day);
}

void append_padded(std::string & out, std::uint64_t value, unsigned width)
{
    char digits[20];
    unsigned count = 0;
    do {
        digits[count++] = static_cast<char>('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (unsigned i = count; i < width; ++i) {
        out += '0';
    }
    while (count > 0) {
        out += digits[--count];
    }
}

void append_iso(std::string & out, Day day)
{
    auto const date = date_of(day);
    append_padded(out, static_cast<std::uint64_t>(date.year), 4);
    out += '-';
    append_padded(out, static_cast<std::uint64_t>(date.month), 2);
    out += '-';
    append_padded(out, static_cast<std::uint64_t>(date.day), 2);
}

void append_compact(std::string & out, Day day)
{
    auto const date = date_of(day);
    append_padded(out, static_cast<std::uint64_t>(date.year), 4);
    append_padded(out, static_cast<std::uint64_t>(date.month), 2);
    append_padded(out, static_cast<std::uint64_t>(date.day), 2);
}

void append_dutch(std::string & out, Day day)
{
    auto const date = date_of(day);
    append_padded(out, static_cast<std::uint64_t>(date.day), 2);
    out += '-';
    append_padded(out, static_cast<std::uint64_t>(date.month), 2);
    out += '-';
    append_padded(out, static_cast<std::uint64_t>(date.year), 4);
}

std::string iso(Day day)
{
    std::string out;
    append_iso(out, day);
    return out;
}

std::string quarter(Day day)
{
    auto const date = date_of(day);
    std::string out;
    append_padded(out, static_cast<std::uint64_t>(date.year), 4);
    out += "-K";
    out += static_cast<char>('1' + (date.month - 1) / 3);
    return out;
}

} // namespace ketensync::region
