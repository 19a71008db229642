#include "daemon/settings/cron.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ketensync::settings {

namespace {

constexpr std::array<std::string_view, 12> month_names { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
    "oct", "nov", "dec" };
constexpr std::array<std::string_view, 7> weekday_names { "sun", "mon", "tue", "wed", "thu", "fri", "sat" };
constexpr std::array<unsigned, 13> longest_month { 0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

/// What one field may hold. Names stand for first_name, first_name + 1, and so on.
struct FieldRule {
    std::string_view what;
    unsigned min;
    unsigned max;
    std::span<std::string_view const> names;
    unsigned first_name;
};

constexpr std::array<FieldRule, 5> rules { {
    { "a minute", 0, 59, {}, 0 },
    { "an hour", 0, 23, {}, 0 },
    { "a day of the month", 1, 31, {}, 0 },
    { "a month", 1, 12, month_names, 1 },
    { "a day of the week", 0, 7, weekday_names, 0 },
} };

struct Word {
    std::string_view text;
    std::size_t column; ///< from 1
};

tl::unexpected<Error> fault(std::size_t column, std::string const & what)
{
    return fail(Failure::configuration, fmt::format("column {}: {}", column, what));
}

std::vector<Word> split(std::string_view text, std::string_view separators, std::size_t column, bool keep_empty)
{
    std::vector<Word> words;
    std::size_t begin = 0;
    while (begin <= text.size()) {
        auto const end = std::min(text.find_first_of(separators, begin), text.size());
        if (keep_empty || end > begin) {
            words.push_back({ text.substr(begin, end - begin), column + begin });
        }
        begin = end + 1;
    }
    return words;
}

std::optional<unsigned> number_of(std::string_view text)
{
    unsigned value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::optional<unsigned> named(std::string_view text, FieldRule const & rule)
{
    std::string lower;
    for (char const letter : text) {
        lower += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    for (std::size_t i = 0; i < rule.names.size(); ++i) {
        if (rule.names[i] == lower) {
            return rule.first_name + static_cast<unsigned>(i);
        }
    }
    return std::nullopt;
}

Result<unsigned> value_of(Word word, FieldRule const & rule)
{
    auto const value = number_of(word.text) ? number_of(word.text) : named(word.text, rule);
    if (!value || *value < rule.min || *value > rule.max) {
        return fault(word.column,
            fmt::format("'{}' is not {} ({} to {}{})", word.text, rule.what, rule.min, rule.max,
                rule.names.empty() ? "" : ", or its English name of three letters"));
    }
    return *value;
}

Result<void> mark(Word item, FieldRule const & rule, std::bitset<60> & marks)
{
    auto const slash = item.text.find('/');
    auto const range = Word { item.text.substr(0, slash), item.column };
    unsigned first = rule.min;
    unsigned last = rule.max;
    auto const dash = range.text.find('-');
    if (range.text != "*") {
        KETENSYNC_TRY_ASSIGN(first, value_of({ range.text.substr(0, dash), range.column }, rule));
        last = first;
        if (dash != std::string_view::npos) {
            KETENSYNC_TRY_ASSIGN(last, value_of({ range.text.substr(dash + 1), range.column + dash + 1 }, rule));
        }
        if (last < first) {
            return fault(range.column, fmt::format("the range '{}' runs backwards; write two ranges", range.text));
        }
    }
    unsigned step = 1;
    if (slash != std::string_view::npos) {
        if (range.text != "*" && dash == std::string_view::npos) {
            return fault(item.column, fmt::format("a step follows * or a range, not '{}'", range.text));
        }
        auto const text = item.text.substr(slash + 1);
        auto const value = number_of(text);
        if (!value || *value < 1 || *value > rule.max) {
            return fault(item.column + slash + 1, fmt::format("'{}' is not a step (1 to {})", text, rule.max));
        }
        step = *value;
    }
    for (unsigned value = first; value <= last; value += step) {
        marks.set(value);
    }
    return {};
}

Result<std::bitset<60>> read_field(Word field, FieldRule const & rule)
{
    std::bitset<60> marks;
    for (auto const item : split(field.text, ",", field.column, true)) {
        KETENSYNC_TRY(mark(item, rule, marks));
    }
    return marks;
}

template <std::size_t size>
std::bitset<size> narrow(std::bitset<60> const & marks)
{
    std::bitset<size> result;
    for (std::size_t i = 0; i < size; ++i) {
        result[i] = marks[i];
    }
    return result;
}

bool day_comes(CronLine const & line)
{
    for (unsigned month = 1; month <= 12; ++month) {
        for (unsigned day = 1; line.months[month] && day <= longest_month[month]; ++day) {
            if (line.days[day]) {
                return true;
            }
        }
    }
    return line.either_day;
}

} // namespace

bool CronLine::fits(std::chrono::year_month_day day) const
{
    if (!months[static_cast<unsigned>(day.month())]) {
        return false;
    }
    bool const by_day = days[static_cast<unsigned>(day.day())];
    bool const by_weekday = weekdays[std::chrono::weekday(std::chrono::sys_days(day)).c_encoding()];
    return either_day ? by_day || by_weekday : by_day && by_weekday;
}

Result<CronLine> parse_cron(std::string_view line)
{
    auto const fields = split(line, " \t", 1, false);
    if (fields.size() != rules.size()) {
        auto const column = fields.size() > rules.size() ? fields[rules.size()].column : line.size() + 1;
        return fault(column,
            fmt::format("a cron line has 5 fields (minute hour day month weekday), this one has {}", fields.size()));
    }
    std::array<std::bitset<60>, rules.size()> marks;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        KETENSYNC_TRY_ASSIGN(marks[i], read_field(fields[i], rules[i]));
    }
    if (marks[4][7]) {
        marks[4].set(0);
    }
    CronLine result { narrow<60>(marks[0]), narrow<24>(marks[1]), narrow<32>(marks[2]), narrow<13>(marks[3]),
        narrow<7>(marks[4]), fields[2].text.front() != '*' && fields[4].text.front() != '*' };
    if (!day_comes(result)) {
        return fault(fields[2].column, "this day never comes in these months");
    }
    return result;
}

} // namespace ketensync::settings
