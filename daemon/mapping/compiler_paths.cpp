#include "daemon/mapping/compiler.hpp"

#include "daemon/record/canonical.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::mapping {

Path Compiler::path(Text text)
{
    Path path;
    if (!text.text.empty() && text.text.front() == '^') {
        path.from_document = true;
        if (!m_inside_each) {
            fault(text, "'^' goes from an element of 'each' to the document; this record has no 'each'");
        }
        text = text.from(1);
    }
    for (auto const & part : split(text, '.')) {
        path_part(part.trimmed(), path);
    }
    return path;
}

void Compiler::path_part(Text text, Path & path)
{
    Path::Part part;
    auto name = text;
    if (!text.text.empty() && text.text.front() == '`') {
        auto const close = text.text.find('`', 1);
        if (close == std::string_view::npos) {
            fault(text, "this backtick is never closed");
            return;
        }
        part.name = text.text.substr(1, close - 1);
        name = text.from(close + 1);
    } else {
        auto const bracket = text.text.find('[');
        part.name = record::trimmed(text.text.substr(0, bracket));
        name = text.from(part.name.size());
    }
    // What is behind the name: nothing, or a condition between brackets.
    if (!name.text.empty()) {
        auto const equals = name.text.find('=');
        if (name.text.front() != '[' || name.text.back() != ']' || equals == std::string_view::npos) {
            fault(name, "behind a name stands nothing, or a condition as in [codeType=brin]");
            return;
        }
        part.where = record::trimmed(name.text.substr(1, equals - 1));
        part.is = word(name.from(equals + 1, name.text.size() - equals - 2));
    }
    if (part.name.empty() || part.name.find_first_of("^'\"[]{}") != std::string::npos) {
        fault(text, "a path is made of names with dots between; a name with other characters goes between backticks");
    }
    path.parts.push_back(std::move(part));
}

std::vector<Condition> Compiler::conditions(std::string_view text, settings::Place const & place, bool inside_each)
{
    m_inside_each = inside_each;
    return conditions(Text { text, place });
}

Step Compiler::when(Text argument)
{
    auto made = conditions(argument); // which may add tables of its own
    m_tables.conditions.push_back(std::move(made));
    return { Step::Do::when, static_cast<std::uint32_t>(m_tables.conditions.size() - 1) };
}

Step Compiler::aged(Text argument)
{
    std::vector<Step> steps;
    if (argument.text.empty()) {
        fault(argument, "'aged' is used as in \"aged peildatum\": the date on which somebody has that age");
    } else {
        head(argument, steps);
    }
    m_tables.programs.push_back(keep(steps));
    return { Step::Do::aged, static_cast<std::uint32_t>(m_tables.programs.size() - 1) };
}

std::vector<Condition> Compiler::conditions(Text rest)
{
    std::vector<Condition> conditions;
    while (true) {
        auto const found = rest.text.find(" and ");
        conditions.push_back(condition(rest.from(0, found).trimmed()));
        if (found == std::string_view::npos) {
            return conditions;
        }
        rest = rest.from(found + 5);
    }
}

Condition Compiler::condition(Text text)
{
    Condition condition;
    auto const ends_with = [&](std::string_view ending) {
        return text.text.size() > ending.size() && text.text.substr(text.text.size() - ending.size()) == ending;
    };
    auto end = text.text.size();
    Text words = text.from(end);
    if (ends_with(" present") || ends_with(" absent")) {
        condition.holds_when = ends_with(" present");
        end = text.text.rfind(' ');
    } else if (auto const unequal = text.text.find("!="); unequal != std::string_view::npos) {
        condition.holds_when = false;
        end = unequal;
        words = text.from(unequal + 2);
    } else if (auto const among = text.text.find(" in "); among != std::string_view::npos) {
        end = among;
        words = text.from(among + 4);
    } else if (auto const equal = text.text.find(" = "); equal != std::string_view::npos) {
        end = equal;
        words = text.from(equal + 3);
    } else {
        fault(text,
            "a condition is \"path = word\", \"path != word\", \"path in word, word\", \"path present\" or \"path "
            "absent\"");
        return condition;
    }
    if (!words.text.empty()) {
        condition.words = condition_words(words);
    }
    condition.value = expression(text.from(0, end));
    return condition;
}

std::vector<std::string> Compiler::condition_words(Text text)
{
    std::vector<std::string> words;
    for (auto const & piece : split(text, ',')) {
        words.push_back(word(piece));
        if (piece.trimmed().text.empty()) {
            fault(piece, "a word is missing here");
        }
    }
    return words;
}

} // namespace ketensync::mapping
