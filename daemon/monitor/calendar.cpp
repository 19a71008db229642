#include "daemon/monitor/calendar.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>

namespace ketensync::monitor {

namespace {

std::optional<int> number(std::string_view text)
{
    int value = 0;
    auto const end = text.data() + text.size();
    auto const parsed = std::from_chars(text.data(), end, value);
    return !text.empty() && parsed.ec == std::errc() && parsed.ptr == end && text.front() != '-' ? std::optional(value)
                                                                                                : std::nullopt;
}

Period half_year(int year, int half)
{
    return { fmt::format("{:04}-H{}", year, half), fmt::format("{} halfjaar {}", half == 1 ? "eerste" : "tweede", year),
        fmt::format("{:04}-{}", year, half == 1 ? "01-01" : "07-01"),
        fmt::format("{:04}-{}", year, half == 1 ? "06-30" : "12-31") };
}

constexpr std::array month_names { "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december" };

}

Result<Period> period_of(std::string_view name)
{
    auto const year = name.size() == 7 ? number(name.substr(0, 4)) : std::nullopt;
    if (!year || name[4] != '-' || name[5] != 'H' || (name[6] != '1' && name[6] != '2')) {
        return fail(Failure::usage, fmt::format("'{}' is no half-year: write it as 2026-H1", name));
    }
    return half_year(*year, name[6] - '0');
}

Period before(Period const & period)
{
    auto const year = number(std::string_view(period.name).substr(0, 4)).value_or(0);
    return period.name.back() == '1' ? half_year(year - 1, 2) : half_year(year, 1);
}

Period last_over(std::string_view day)
{
    auto const running = half_year(number(day.substr(0, 4)).value_or(0), day.substr(5, 2) <= "06" ? 1 : 2);
    return before(running);
}

std::optional<Quarter> quarter_of(std::string_view day)
{
    auto const year = day.size() >= 7 ? number(day.substr(0, 4)) : std::nullopt;
    auto const month = day.size() >= 7 ? number(day.substr(5, 2)) : std::nullopt;
    if (!year || !month || *month < 1 || *month > 12) {
        return std::nullopt;
    }
    return *year * 4 + (*month - 1) / 3;
}

std::optional<Quarter> quarter_named(std::string_view code)
{
    auto const year = code.size() == 7 ? number(code.substr(0, 4)) : std::nullopt;
    if (!year || code[4] != '-' || code[5] != 'K' || code[6] < '1' || code[6] > '4') {
        return std::nullopt;
    }
    return *year * 4 + (code[6] - '1');
}

std::string code_of(Quarter quarter) { return fmt::format("{:04}-K{}", quarter / 4, quarter % 4 + 1); }

std::string title_of(Quarter quarter) { return fmt::format("{}e kwartaal {}", quarter % 4 + 1, quarter / 4); }

std::string first_day(Quarter quarter) { return fmt::format("{:04}-{:02}-01", quarter / 4, quarter % 4 * 3 + 1); }

std::string last_day(Quarter quarter)
{
    constexpr std::array ends { "03-31", "06-30", "09-30", "12-31" };
    return fmt::format("{:04}-{}", quarter / 4, ends.at(static_cast<std::size_t>(quarter % 4)));
}

std::optional<std::int32_t> day_number(std::string_view day)
{
    auto const part = [day](std::size_t from, std::size_t size) {
        return day.size() >= from + size ? number(day.substr(from, size)) : std::optional(1);
    };
    auto const year = part(0, 4);
    auto const month = part(5, 2);
    auto const of_month = part(8, 2);
    if (day.size() < 4 || !year || !month || !of_month) {
        return std::nullopt;
    }
    std::chrono::year_month_day const date { std::chrono::year { *year },
        std::chrono::month { static_cast<unsigned>(*month) }, std::chrono::day { static_cast<unsigned>(*of_month) } };
    if (!date.ok()) {
        return std::nullopt;
    }
    return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

std::string in_words(std::string_view day)
{
    auto const month = day.size() == 10 ? number(day.substr(5, 2)) : std::nullopt;
    auto const of_month = day.size() == 10 ? number(day.substr(8, 2)) : std::nullopt;
    if (!month || *month < 1 || *month > 12 || !of_month) {
        return std::string(day);
    }
    return fmt::format("{} {} {}", *of_month, month_names.at(static_cast<std::size_t>(*month - 1)), day.substr(0, 4));
}

}
