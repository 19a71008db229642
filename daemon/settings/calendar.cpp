#include "daemon/settings/calendar.hpp"

#include "daemon/settings/toml.hpp"
#include "daemon/settings/week_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace ketensync::settings {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::string_view, 7> day_names { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
constexpr std::string_view window_form = "a part of the week reads as \"mon-fri 08:00-18:00\", \"sun 02:00-06:00\" or \"23:30-00:30\"";
constexpr std::string_view date_form = "days read as \"2026-12-24\" or \"2026-12-24..2027-01-01\"";

std::optional<int> number(std::string_view text, std::size_t digits)
{
    int value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = read.ec == std::errc() && read.ptr == text.data() + text.size() && text.size() == digits;
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<minutes> clock_time(std::string_view text)
{
    if (text.size() != 5 || text[2] != ':') {
        return std::nullopt;
    }
    auto const hour = number(text.substr(0, 2), 2);
    auto const minute = number(text.substr(3), 2);
    if (!hour || !minute || *minute > 59 || *hour > 24 || (*hour == 24 && *minute != 0)) {
        return std::nullopt;
    }
    return hours(*hour) + minutes(*minute);
}

std::optional<std::size_t> day_number(std::string_view text)
{
    auto const found = std::ranges::find(day_names, text);
    return found == day_names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - day_names.begin()));
}

std::optional<std::bitset<7>> days_of(std::string_view text)
{
    auto const dash = text.find('-');
    auto const first = day_number(text.substr(0, dash));
    auto const last = dash == std::string_view::npos ? first : day_number(text.substr(dash + 1));
    if (!first || !last) {
        return std::nullopt;
    }
    std::bitset<7> days;
    for (auto day = *first;; day = (day + 1) % 7) {
        days.set(day);
        if (day == *last) {
            return days;
        }
    }
}

std::optional<WeekWindow> window_of(std::string_view text)
{
    WeekWindow window { std::bitset<7>().set(), {}, {} };
    if (auto const space = text.find(' '); space != std::string_view::npos) {
        auto const days = days_of(text.substr(0, space));
        if (!days) {
            return std::nullopt;
        }
        window.days = *days;
        text.remove_prefix(space + 1);
    }
    if (text.size() != 11 || text[5] != '-') {
        return std::nullopt;
    }
    auto const from = clock_time(text.substr(0, 5));
    auto const until = clock_time(text.substr(6));
    if (!from || !until || *from == hours(24) || *from == *until) {
        return std::nullopt;
    }
    window.from = *from;
    window.until = *until;
    return window;
}

std::optional<std::chrono::year_month_day> date_of(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') {
        return std::nullopt;
    }
    auto const year = number(text.substr(0, 4), 4);
    auto const month = number(text.substr(5, 2), 2);
    auto const day = number(text.substr(8), 2);
    if (!year || !month || !day) {
        return std::nullopt;
    }
    std::chrono::year_month_day const date { std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day)) };
    return date.ok() ? std::optional(date) : std::nullopt;
}

std::optional<DateRange> range_of(std::string_view text)
{
    auto const dots = text.find("..");
    auto const first = date_of(text.substr(0, dots));
    auto const last = dots == std::string_view::npos ? first : date_of(text.substr(dots + 2));
    return first && last && *first <= *last ? std::optional(DateRange { *first, *last }) : std::nullopt;
}

WeekWindow every_day(std::bitset<7> days, int from, int until) { return { days, hours(from), hours(until) }; }

} // namespace

std::vector<WeekWindow> read_windows(Table const & table, std::string_view key)
{
    std::vector<WeekWindow> found;
    for (auto const & text : table.texts(key)) {
        if (auto const window = window_of(text)) {
            found.push_back(*window);
        } else {
            table.fault(key, fmt::format("\"{}\" is no part of the week; {}", text, window_form));
        }
    }
    return found;
}

std::string to_text(WeekWindow const & window)
{
    std::string days;
    for (std::size_t day = 0; day < 7 && !window.days.all(); ++day) {
        auto const at = [&window](std::size_t each) { return window.days[each % 7]; };
        if (!at(day) || at(day + 6)) {
            continue;
        }
        auto last = day;
        while (at(last + 1)) {
            ++last;
        }
        days += fmt::format("{}{}", days.empty() ? "" : ",", day_names.at(day));
        days += last == day ? "" : fmt::format("-{}", day_names.at(last % 7));
    }
    auto const clock = [](minutes at) { return fmt::format("{:02}:{:02}", at.count() / 60, at.count() % 60); };
    return fmt::format("{}{}{}-{}", days, days.empty() ? "" : " ", clock(window.from), clock(window.until));
}

Calendar read_calendar(Table const & schedule)
{
    Calendar calendar;
    bool office = false;
    if (schedule.is_text("within")) {
        office = schedule.word("within", { "office_hours", "nights" }, "office_hours") == "office_hours";
        calendar.within.push_back(office ? every_day(std::bitset<7>(0b0011111), 8, 18) : every_day(std::bitset<7>().set(), 20, 6));
    } else {
        calendar.within = read_windows(schedule, "within");
    }
    calendar.holidays_closed = schedule.word("holidays", { "open", "closed" }, office ? "closed" : "open") == "closed";
    calendar.catch_up = schedule.word("missed", { "catch_up", "skip" }, "catch_up") == "catch_up";
    return calendar;
}

Calendar read_source_calendar(Table const & table)
{
    Calendar calendar;
    calendar.maintenance = read_windows(table, "maintenance");
    for (auto const & text : table.texts("blackout")) {
        if (auto const range = range_of(text)) {
            calendar.blackout.push_back(*range);
        } else {
            table.fault("blackout", fmt::format("\"{}\" names no days; {}", text, date_form));
        }
    }
    calendar.holidays_closed = table.word("holidays", { "open", "closed" }, "open") == "closed";
    return calendar;
}

std::map<std::string, Calendar> read_calendars(std::filesystem::path const & source_file)
{
    std::map<std::string, Calendar> calendars;
    if (auto file = TomlFile::read(source_file)) {
        auto const of_source = read_source_calendar(file->root().table("calendar"));
        for (auto const & feed : file->root().tables("feed")) {
            auto calendar = read_calendar(feed.table("schedule"));
            calendar.maintenance = of_source.maintenance;
            calendar.blackout = of_source.blackout;
            calendar.holidays_closed = calendar.holidays_closed || of_source.holidays_closed;
            calendars[feed.text("name")] = calendar;
        }
    }
    return calendars;
}

} // namespace ketensync::settings
