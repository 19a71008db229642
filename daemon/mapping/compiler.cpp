#include "daemon/mapping/compiler.hpp"

#include "daemon/record/canonical.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

struct Known {
    std::string_view name;
    Step::Do what;
    std::size_t arguments_min;
    std::size_t arguments_max;
    std::string_view usage;
};

constexpr std::size_t any_number = 1000;
constexpr auto transforms = std::to_array<Known>({
    { "digits", Step::Do::digits, 0, 0, "digits" },
    { "number", Step::Do::number, 0, 0, "number" },
    { "pad", Step::Do::pad, 1, 2, "pad 4\" or \"pad 9 8" },
    { "part", Step::Do::part, 2, 2, "part 1 4" },
    { "date", Step::Do::date, 1, 1, "date dd/mm/jjjj" },
    { "dummy", Step::Do::dummy, 1, 1, "dummy 01-01" },
    { "year", Step::Do::year, 0, 0, "year" },
    { "moment", Step::Do::moment, 0, 0, "moment" },
    { "map", Step::Do::translate, 1, any_number, "map 1=M 2=V" },
    { "code", Step::Do::code, 1, 1, "code gemeenten" },
    { "nothing", Step::Do::nothing, 1, any_number, "nothing NNB onbekend" },
    { "surname", Step::Do::surname, 0, 0, "surname" },
    { "prefix", Step::Do::prefix, 0, 0, "prefix" },
    { "partner", Step::Do::partner, 0, 0, "partner" },
    { "partner_prefix", Step::Do::partner_prefix, 0, 0, "partner_prefix" },
    { "family", Step::Do::family, 0, 0, "family" },
    { "given", Step::Do::given, 0, 0, "given" },
    { "given_initials", Step::Do::given_initials, 0, 0, "given_initials" },
    { "amount", Step::Do::amount, 0, 1, "amount\" or \"amount 2" },
});

bool is_day_and_month(std::string_view text)
{
    return text.size() == 5 && text[2] == '-' && text >= "01-01" && text <= "31-12";
}

/// "jjjj", "mm" and "dd" once each, with something between; without a day, or without a month and a day, it is a part of
/// a date.
bool is_date_format(std::string_view text)
{
    auto const once = [&](std::string_view part) {
        auto const at = text.find(part);
        return at != std::string_view::npos && text.find(part.front(), at + part.size()) == std::string_view::npos
            && text.find(part.front()) == at;
    };
    auto const none = [&](char letter) { return text.find(letter) == std::string_view::npos; };
    return once("jjjj") && (once("mm") || none('m')) && (none('d') || (once("dd") && once("mm")));
}

} // namespace

Compiler::Text Compiler::Text::from(std::size_t offset, std::size_t count) const
{
    offset = std::min(offset, text.size());
    return { text.substr(offset, count), place.moved(offset) };
}

Compiler::Text Compiler::Text::trimmed() const
{
    auto const inner = record::trimmed(text);
    return inner.empty() ? from(0, 0) : from(static_cast<std::size_t>(inner.data() - text.data()), inner.size());
}

void Compiler::fault(Text const & text, std::string what)
{
    m_file.fault(text.place, std::move(what));
}

Program Compiler::expression(std::string_view text, settings::Place const & place, bool inside_each)
{
    m_inside_each = inside_each;
    m_lenient = false;
    m_last_list = nullptr;
    m_last_list_name.clear();
    return expression({ text, place });
}

Program Compiler::composed(std::string_view text, settings::Place const & place, bool inside_each)
{
    m_inside_each = inside_each;
    m_lenient = false;
    m_last_list = nullptr;
    auto const whole = Text { text, place }.trimmed();
    if (whole.text.find('{') == std::string_view::npos) {
        fault(whole, "what is taken from the document stands between braces here, as in \"{nummer}\"");
    }
    return keep({ Step { Step::Do::compose, compose(whole) } });
}

Path Compiler::path(std::string_view text, settings::Place const & place, bool inside_each)
{
    m_inside_each = inside_each;
    return path(Text { text, place }.trimmed());
}

Program Compiler::expression(Text text)
{
    std::vector<Step> steps;
    bool first = true;
    for (auto const & piece : split(text, '|')) {
        if (first) {
            head(piece.trimmed(), steps);
        } else {
            transform(piece.trimmed(), steps);
        }
        first = false;
    }
    return keep(steps);
}

Program Compiler::keep(std::vector<Step> const & steps)
{
    Program const program { static_cast<std::uint32_t>(m_tables.steps.size()),
        static_cast<std::uint32_t>(steps.size()) };
    m_tables.steps.insert(m_tables.steps.end(), steps.begin(), steps.end());
    return program;
}

void Compiler::head(Text text, std::vector<Step> & steps)
{
    auto const add = [&](Step::Do what, std::size_t at) { steps.push_back({ what, static_cast<std::uint32_t>(at) }); };
    if (text.text.empty()) {
        fault(text, "an expression begins with a path, a 'text' or text with {braces}");
    } else if (text.text == "{source}") {
        add(Step::Do::source, 0);
    } else if (text.text == "{period}") {
        add(Step::Do::period, 0);
    } else if (text.text.front() == '\'') {
        m_tables.words.push_back(word(text));
        add(Step::Do::say, m_tables.words.size() - 1);
    } else if (text.text.find('{') != std::string_view::npos) {
        add(Step::Do::compose, compose(text));
    } else {
        m_tables.paths.push_back(path(text));
        add(Step::Do::take, m_tables.paths.size() - 1);
    }
}

void Compiler::transform(Text text, std::vector<Step> & steps)
{
    auto const space = text.text.find(' ');
    auto const name = text.from(0, space);
    if (name.text == "lenient") {
        m_lenient = true;
        if (space != std::string_view::npos) {
            fault(text, "'lenient' stands alone");
        }
        return;
    }
    if (name.text == "when" || name.text == "aged") {
        auto const argument = text.from(name.text.size()).trimmed();
        steps.push_back(name.text == "when" ? when(argument) : aged(argument));
        return;
    }
    if (name.text == "or") {
        or_else(text.from(2).trimmed(), steps);
        return;
    }
    auto const given = space == std::string_view::npos ? std::vector<Text>() : arguments(text.from(space));
    steps.push_back(transform_of(name.text, given, text));
}

void Compiler::or_else(Text argument, std::vector<Step> & steps)
{
    steps.push_back({ Step::Do::unless_value, 0 });
    auto const before = steps.size();
    head(argument, steps);
    if (steps.size() == before) {
        steps.pop_back();
    }
}

Step Compiler::transform_of(std::string_view name, std::vector<Text> const & arguments, Text text)
{
    auto const * const known = std::find_if(
        transforms.begin(), transforms.end(), [&](Known const & candidate) { return candidate.name == name; });
    if (known == transforms.end()) {
        std::vector<std::string> names { "or", "when", "aged", "lenient" };
        for (auto const & candidate : transforms) {
            names.emplace_back(candidate.name);
        }
        auto const hint = settings::did_you_mean(name, names);
        fault(text,
            fmt::format("unknown transform '{}'{}", name,
                hint.empty() ? fmt::format("; one of: {}", fmt::join(names, ", ")) : hint));
        return {};
    }
    Step step { known->what, 0 };
    if (arguments.size() < known->arguments_min || arguments.size() > known->arguments_max) {
        fault(text, fmt::format("'{}' is used as in \"{}\"", name, known->usage));
        return step;
    }
    constexpr std::uint32_t longest = 255;
    switch (known->what) {
    case Step::Do::pad:
        step.at = number(arguments[0], 1, 64);
        step.at |= (arguments.size() > 1 ? number(arguments[1], 1, step.at) : 1U) << 8;
        break;
    case Step::Do::part:
        step.at = number(arguments[0], 1, longest) << 8 | number(arguments[1], 1, longest);
        break;
    case Step::Do::date:
    case Step::Do::dummy: {
        auto argument = word(arguments[0]);
        if (known->what == Step::Do::date ? !is_date_format(argument) : !is_day_and_month(argument)) {
            fault(arguments[0], fmt::format("'{}' is used as in \"{}\"", name, known->usage));
        }
        m_tables.words.push_back(std::move(argument));
        step.at = static_cast<std::uint32_t>(m_tables.words.size() - 1);
        break;
    }
    case Step::Do::translate:
    case Step::Do::nothing:
        step.at = pairs(arguments);
        break;
    case Step::Do::amount:
        step.at = arguments.empty() ? Step::as_written : number(arguments[0], 0, 6);
        break;
    case Step::Do::code:
        step.at = code_list(arguments[0]);
        break;
    default:
        break;
    }
    if (known->what == Step::Do::translate) {
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            if (arguments[i].text.find('=') == std::string_view::npos) {
                fault(arguments[i], "'map' takes words in pairs, as in \"map 1=M 2=V\"");
            }
        }
    }
    return step;
}

std::uint32_t Compiler::pairs(std::vector<Text> const & arguments)
{
    std::vector<std::pair<std::string, std::string>> pairs;
    for (auto const & argument : arguments) {
        auto const sides = split(argument, '=');
        pairs.emplace_back(word(sides.front()), sides.size() > 1 ? word(sides[1]) : std::string());
    }
    m_tables.maps.push_back(std::move(pairs));
    return static_cast<std::uint32_t>(m_tables.maps.size() - 1);
}

std::uint32_t Compiler::code_list(Text name)
{
    auto const * const list = m_codes.list(name.text);
    if (list == nullptr) {
        fault(name,
            fmt::format("there is no code list '{}' in mappings/codes{}", name.text,
                settings::did_you_mean(name.text, m_codes.names())));
    }
    m_last_list = list;
    m_last_list_name = name.text;
    m_lists_used.emplace_back(name.text);
    m_tables.lists.push_back(list);
    return static_cast<std::uint32_t>(m_tables.lists.size() - 1);
}

std::uint32_t Compiler::compose(Text text)
{
    Template made;
    std::size_t at = 0;
    while (at < text.text.size()) {
        auto const open = text.text.find('{', at);
        auto const close = open == std::string_view::npos ? open : text.text.find('}', open);
        if (open == std::string_view::npos) {
            break;
        }
        if (close == std::string_view::npos) {
            fault(text.from(open), "this brace is never closed");
            break;
        }
        auto const inner = text.from(open + 1, close - open - 1);
        Program program;
        if (inner.text == "source" || inner.text == "period") {
            program = keep({ Step { inner.text == "source" ? Step::Do::source : Step::Do::period, 0 } });
        } else if (inner.text.find('{') != std::string_view::npos) {
            fault(inner, "braces do not stand within braces");
        } else {
            program = expression(inner);
        }
        made.parts.emplace_back(std::string(text.text.substr(at, open - at)), program);
        at = close + 1;
    }
    made.end = text.text.substr(std::min(at, text.text.size()));
    if (made.end.find('}') != std::string::npos) {
        fault(text, "a closing brace without an opening one");
    }
    m_tables.templates.push_back(std::move(made));
    return static_cast<std::uint32_t>(m_tables.templates.size() - 1);
}

std::string Compiler::word(Text text)
{
    text = text.trimmed();
    if (text.text.empty() || text.text.front() != '\'') {
        return std::string(text.text);
    }
    if (text.text.size() < 2 || text.text.back() != '\'' || text.text.find('\'', 1) != text.text.size() - 1) {
        fault(text, "a 'text' ends with the quote it begins with and holds none");
        return {};
    }
    return std::string(text.text.substr(1, text.text.size() - 2));
}

std::uint32_t Compiler::number(Text text, std::uint32_t min, std::uint32_t max)
{
    std::uint32_t value = 0;
    auto const * const end = text.text.data() + text.text.size();
    auto const [stop, error] = std::from_chars(text.text.data(), end, value);
    if (error != std::errc() || stop != end || value < min || value > max) {
        fault(text, fmt::format("this must be a whole number from {} to {}", min, max));
        return min;
    }
    return value;
}

std::vector<Compiler::Text> Compiler::arguments(Text text)
{
    std::vector<Text> given;
    for (auto const & piece : split(text, ' ')) {
        if (auto const argument = piece.trimmed(); !argument.text.empty()) {
            given.push_back(argument);
        }
    }
    return given;
}

std::vector<Compiler::Text> Compiler::split(Text text, char separator) const
{
    std::vector<Text> pieces;
    std::size_t start = 0;
    char quote = '\0';
    int braces = 0;
    for (std::size_t i = 0; i < text.text.size(); ++i) {
        char const c = text.text[i];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '`') {
            quote = c;
        } else if (c == '{' || c == '}') {
            braces += c == '{' ? 1 : -1;
        } else if (c == separator && braces == 0) {
            pieces.push_back(text.from(start, i - start));
            start = i + 1;
        }
    }
    pieces.push_back(text.from(start));
    return pieces;
}

} // namespace ketensync::mapping
