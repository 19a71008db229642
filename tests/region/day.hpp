#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::region {

/// A day, counted from 1970-01-01.
using Day = std::int32_t;

constexpr Day no_day = std::numeric_limits<Day>::max();

struct Date {
    int year = 1970;
    int month = 1;
    int day = 1;
};

Day day_of(int year, int month, int day);
Date date_of(Day day);

/// A calendar month, counted so that months can be added: year * 12 + month - 1.
class Month {
public:
    Month() = default;
    Month(int year, int month)
        : m_count(year * 12 + month - 1)
    {
    }
    static Month of(Day day);
    /// From "202610".
    static std::optional<Month> parse(std::string_view text);

    int year() const { return m_count / 12; }
    int month() const { return m_count % 12 + 1; }
    Month plus(int months) const;
    Day first_day() const { return day_of(year(), month(), 1); }
    Day last_day() const { return plus(1).first_day() - 1; }
    std::string text() const; ///< "202610"

    friend auto operator<=>(Month const &, Month const &) = default;

private:
    int m_count = 0;
};

std::optional<Day> parse_iso(std::string_view text);
/// "2026-11-01"
void append_iso(std::string & out, Day day);
/// "20261101"
void append_compact(std::string & out, Day day);
/// "01-11-2026"
void append_dutch(std::string & out, Day day);
std::string iso(Day day);
/// "2026-K4"
std::string quarter(Day day);
/// `value` with leading zeros to `width` digits.
void append_padded(std::string & out, std::uint64_t value, unsigned width);

} // namespace ketensync::region
