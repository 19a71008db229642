#include "daemon/mapping/transforms.hpp"

#include "daemon/record/canonical.hpp"
#include "daemon/record/full_name.hpp"
#include "daemon/record/surname.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

using record::FieldType;

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_digits(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), is_digit);
}

std::string_view only_digits(std::string_view text, Scope const & scope)
{
    if (is_digits(text)) {
        return text;
    }
    scope.scratch.clear();
    std::copy_if(text.begin(), text.end(), std::back_inserter(scope.scratch), is_digit);
    return scope.arena.keep(scope.scratch);
}

std::string_view first_digits(std::string_view text)
{
    auto const end = std::find_if_not(text.begin(), text.end(), is_digit);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string_view padded(std::string_view text, std::size_t size, std::size_t least, Scope const & scope)
{
    if (text.size() >= size || text.size() < least || !is_digits(text)) {
        return text;
    }
    scope.scratch.assign(size - text.size(), '0');
    scope.scratch += text;
    return scope.arena.keep(scope.scratch);
}

/// Characters, not bytes; the text is valid UTF-8.
std::string_view part(std::string_view text, std::size_t start, std::size_t length)
{
    std::size_t character = 0;
    std::size_t begin = text.size();
    std::size_t end = text.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) {
            continue;
        }
        ++character;
        if (character == start) {
            begin = i;
        } else if (character == start + length) {
            end = i;
            break;
        }
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

/// The text as jjjj-mm-dd, when it is written as `format` says; as it is otherwise, which no date type takes.
std::optional<std::string_view> rewritten_date(
    std::string_view text, std::string_view format, Scope const & scope, Invalid & invalid)
{
    bool sound = text.size() == format.size();
    for (std::size_t i = 0; sound && i < format.size(); ++i) {
        bool const letter = format[i] == 'd' || format[i] == 'm' || format[i] == 'j';
        sound = letter ? is_digit(text[i]) : text[i] == format[i];
    }
    if (!sound) {
        invalid = { record::invalid_reason(FieldType::date), "is not written as the mapping says" };
        return std::nullopt;
    }
    scope.scratch.assign(text.substr(format.find("jjjj"), 4));
    for (auto const part : { std::string_view("mm"), std::string_view("dd") }) {
        if (auto const at = format.find(part); at != std::string_view::npos) {
            scope.scratch += '-';
            scope.scratch += text.substr(at, 2);
        }
    }
    return scope.arena.keep(scope.scratch);
}

std::optional<std::string_view> canonical(FieldType type, std::string_view text, Scope const & scope, Invalid & invalid)
{
    auto const found = record::canonical(type, text, scope.scratch);
    if (!found) {
        invalid = { record::invalid_reason(type), std::string(record::why_invalid(type, text)) };
        return std::nullopt;
    }
    return scope.arena.keep(*found);
}

std::optional<std::string_view> without_dummy(
    std::string_view text, std::string_view day, Scope const & scope, Invalid & invalid)
{
    auto const date = canonical(FieldType::date, text, scope, invalid);
    if (!date || date->size() != 10) {
        return date;
    }
    bool const dummy = date->substr(8, 2) == day.substr(0, 2) && date->substr(5, 2) == day.substr(3, 2);
    return dummy ? date->substr(0, 4) : *date;
}

/// Seconds since 1970 of a timestamp.
std::optional<std::string_view> moment(std::string_view text, Scope const & scope, Invalid & invalid)
{
    auto const utc = canonical(FieldType::timestamp, text, scope, invalid);
    if (!utc || utc->empty()) {
        return utc;
    }
    auto const number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        std::from_chars(utc->data() + at, utc->data() + at + length, value);
        return value;
    };
    using namespace std::chrono;
    sys_days const day = year_month_day(year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
        std::chrono::day(static_cast<unsigned>(number(8, 2))));
    auto const at = sys_seconds(day) + hours(number(11, 2)) + minutes(number(14, 2)) + seconds(number(17, 2));
    return scope.arena.keep(fmt::format_int(at.time_since_epoch().count()).c_str());
}

std::string_view surname(Step::Do what, std::string_view text, Scope const & scope)
{
    record::SurnameParts parts;
    record::take_apart(text, parts);
    switch (what) {
    case Step::Do::surname:
        return scope.arena.keep(parts.name);
    case Step::Do::prefix:
        return scope.arena.keep(parts.prefix);
    case Step::Do::partner:
        return scope.arena.keep(parts.partner);
    default:
        return scope.arena.keep(parts.partner_prefix);
    }
}

std::string_view part_of_name(Step::Do what, std::string_view text, Scope const & scope)
{
    record::FullName name;
    record::take_apart(text, name);
    return scope.arena.keep(what == Step::Do::family ? name.family
            : what == Step::Do::given                ? name.given
                                                     : name.initials);
}

/// An amount as a decimal number: of "-0012345" with two decimals implied "-123.45", of "1.234,50-" as written "-1234.5".
/// A sign stands in front or behind; points or blanks group thousands where a comma stands before the decimals.
std::optional<std::string_view> amount(
    std::string_view text, std::uint32_t decimals, Scope const & scope, Invalid & invalid)
{
    text = record::trimmed(text);
    bool const negative = text.starts_with('-') || text.ends_with('-');
    if (text.starts_with('-') || text.starts_with('+')) {
        text.remove_prefix(1);
    } else if (text.ends_with('-') || text.ends_with('+')) {
        text.remove_suffix(1);
    }
    bool const implied = decimals != Step::as_written;
    auto mark = implied ? std::string_view::npos : text.rfind(',');
    if (auto const point = text.rfind('.'); !implied && mark == std::string_view::npos && text.size() - point != 4) {
        mark = point; // "1.234" is more than a thousand, "1.23" is not
    }
    auto const whole = text.substr(0, mark);
    auto const fraction = mark == std::string_view::npos ? std::string_view() : text.substr(mark + 1);
    std::string digits;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        bool const groups = !implied && (whole[i] == '.' || whole[i] == ' ') && i > 0 && (whole.size() - i) % 4 == 0;
        if (!groups) {
            digits += whole[i];
        }
    }
    digits += fraction;
    auto const places = implied ? decimals : fraction.size();
    if (digits.empty() || !is_digits(digits) || digits.size() > 18 || places > digits.size() + 6) {
        invalid = { record::invalid_reason(FieldType::decimal), "is not an amount as the mapping says it is written" };
        return std::nullopt;
    }
    if (digits.size() <= places) {
        digits.insert(0, places + 1 - digits.size(), '0');
    }
    if (places > 0) {
        digits.insert(digits.size() - places, 1, '.');
    }
    scope.scratch.assign(negative ? "-" : "");
    scope.scratch += digits;
    return scope.arena.keep(scope.scratch);
}

} // namespace

std::optional<std::string_view> born(
    std::string_view age, std::string_view date, Scope const & scope, Invalid & invalid)
{
    constexpr int oldest = 130;
    int years = 0;
    auto const [end, error] = std::from_chars(age.data(), age.data() + age.size(), years);
    if (error != std::errc() || end != age.data() + age.size() || years < 0 || years > oldest) {
        invalid = { record::invalid_reason(FieldType::integer), "is not an age in whole years" };
        return std::nullopt;
    }
    auto const on = canonical(FieldType::date, date, scope, invalid);
    if (!on || !on->ends_with("-12-31")) {
        return on ? std::optional(std::string_view()) : std::nullopt;
    }
    int year = 0;
    std::from_chars(on->data(), on->data() + 4, year);
    return scope.arena.keep(fmt::format_int(year - years).c_str());
}

std::optional<std::string_view> transform(
    Step const & step, std::string_view text, Tables const & tables, Scope const & scope, Invalid & invalid)
{
    if (text.empty()) {
        return text;
    }
    switch (step.what) {
    case Step::Do::digits:
        return only_digits(text, scope);
    case Step::Do::number:
        return first_digits(text);
    case Step::Do::pad:
        return padded(text, step.at & 255, step.at >> 8, scope);
    case Step::Do::part:
        return part(text, step.at >> 8, step.at & 255);
    case Step::Do::date:
        return rewritten_date(text, tables.words[step.at], scope, invalid);
    case Step::Do::dummy:
        return without_dummy(text, tables.words[step.at], scope, invalid);
    case Step::Do::year: {
        auto const date = canonical(FieldType::date, text, scope, invalid);
        return date ? std::optional(date->substr(0, 4)) : std::nullopt;
    }
    case Step::Do::moment:
        return moment(text, scope, invalid);
    case Step::Do::translate:
    case Step::Do::nothing:
        for (auto const & [from, to] : tables.maps[step.at]) {
            if (from == text) {
                return to;
            }
        }
        return text;
    case Step::Do::surname:
    case Step::Do::prefix:
    case Step::Do::partner:
    case Step::Do::partner_prefix:
        return surname(step.what, text, scope);
    case Step::Do::family:
    case Step::Do::given:
    case Step::Do::given_initials:
        return part_of_name(step.what, text, scope);
    case Step::Do::amount:
        return amount(text, step.at, scope, invalid);
    default:
        return text;
    }
}

} // namespace ketensync::mapping
