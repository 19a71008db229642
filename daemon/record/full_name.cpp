#include "daemon/record/full_name.hpp"

#include "daemon/record/canonical.hpp"
#include "daemon/record/surname.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace ketensync::record {

namespace {

constexpr auto titles = std::to_array<std::string_view>(
    { "dhr", "heer", "mevr", "mevrouw", "mw", "mej", "dr", "drs", "ir", "ing", "prof", "mr" });

using Words = std::vector<std::string>;

bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

/// Blanks are single, hyphens have none around, and a blank stands behind initials: "J.P.van" is two words.
Words words_of(std::string_view text)
{
    std::string tidy;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        bool const blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (blank && (tidy.empty() || tidy.back() == ' ' || tidy.back() == '-')) {
            continue;
        }
        if (c == '-' && !tidy.empty() && tidy.back() == ' ') {
            tidy.pop_back();
        }
        tidy += blank ? ' ' : c;
        bool const name_follows = i + 2 < text.size() && text[i + 1] != '.' && text[i + 2] != '.';
        if (c == '.' && i > 0 && is_upper(text[i - 1]) && name_follows && text[i + 1] != ' ' && text[i + 2] != ' ') {
            tidy += ' ';
        }
    }
    Words words;
    for (std::string_view rest = trimmed(tidy); !rest.empty();) {
        auto const space = std::min(rest.find(' '), rest.size());
        words.emplace_back(rest.substr(0, space));
        rest.remove_prefix(std::min(space + 1, rest.size()));
    }
    return words;
}

std::string joined(Words const & words, std::size_t from, std::size_t to)
{
    std::string text;
    for (auto i = from; i < to; ++i) {
        text += text.empty() ? "" : " ";
        text += words[i];
    }
    return text;
}

bool is_title(std::string word)
{
    if (word.ends_with('.')) {
        word.pop_back();
    }
    std::transform(word.begin(), word.end(), word.begin(), [](char c) { return is_upper(c) ? char(c - 'A' + 'a') : c; });
    return std::find(titles.begin(), titles.end(), word) != titles.end();
}

void drop_titles(Words & words)
{
    if (words.size() > 2 && (words[0] == "de" || words[0] == "De") && is_title(words[1])) {
        words.erase(words.begin());
    }
    while (words.size() > 1 && is_title(words.front())) {
        words.erase(words.begin());
    }
}

/// "J.", "J.P.", "JP" and "Th." are; "Jo" is not.
bool are_initials(std::string_view word)
{
    if (word.find('.') != std::string_view::npos) {
        return true;
    }
    constexpr std::size_t longest = 3;
    return word.size() <= longest && std::all_of(word.begin(), word.end(), is_upper);
}

/// Takes what stands between brackets out of the text: the name somebody is called by.
std::string take_call_name(std::string & text)
{
    auto const open = text.find('(');
    auto const close = open == std::string::npos ? open : text.find(')', open);
    if (close == std::string::npos) {
        return {};
    }
    std::string const name(trimmed(std::string_view(text).substr(open + 1, close - open - 1)));
    text.replace(open, close - open + 1, 1, ' ');
    return name;
}

bool is_prefix(std::string_view text)
{
    std::string prefix;
    return canonical_prefix(text, prefix) && is_known_prefix(prefix);
}

/// Where the surname begins among the words of a name that has no comma.
std::size_t family_begin(Words const & words)
{
    std::string prefix;
    std::string rest;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        auto const & word = words[i];
        // "Bakker-de Vries": of a given name, both halves have capitals.
        auto const hyphen = word.find('-');
        if (hyphen != std::string::npos && hyphen + 1 < word.size() && is_lower(word[hyphen + 1])) {
            return i;
        }
        if (i + 1 < words.size() && !word.ends_with('.') && (i > 0 || is_lower(word.front()))) {
            split_surname(joined(words, i, words.size()), prefix, rest);
            if (!prefix.empty() && !rest.empty()) {
                return i;
            }
        }
        // "V.d. Berg" has a dot of its own.
        if (word.ends_with('.') && is_prefix(word) && (i > 0 || word.find('.') + 1 < word.size())) {
            return i;
        }
    }
    return words.size() - 1;
}

void take_given(Words const & words, std::size_t count, std::string call_name, FullName & name)
{
    bool const initials = count > 0
        && std::all_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count),
            [](std::string const & word) { return are_initials(word); });
    if (initials) {
        name.initials = joined(words, 0, count);
        name.given = std::move(call_name);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!are_initials(words[i])) {
            name.given += name.given.empty() ? "" : " ";
            name.given += words[i];
        }
    }
    if (name.given.empty()) {
        name.given = std::move(call_name);
    }
}

} // namespace

void take_apart(std::string_view text, FullName & name)
{
    name = {};
    std::string whole(text);
    auto const call_name = take_call_name(whole);
    auto const comma = whole.find(',');
    auto words = words_of(std::string_view(whole).substr(0, comma));
    drop_titles(words);
    if (comma == std::string::npos) {
        if (words.empty()) {
            return;
        }
        auto const begin = family_begin(words);
        name.family = joined(words, begin, words.size());
        take_given(words, begin, call_name, name);
        return;
    }
    // Behind the comma: a prefix, given names or initials, or both, with or without another comma between.
    name.family = joined(words, 0, words.size());
    auto behind = whole.substr(comma + 1);
    std::replace(behind.begin(), behind.end(), ',', ' ');
    auto given = words_of(behind);
    drop_titles(given);
    for (auto count = given.size(); count > 0; --count) {
        bool const at_end = is_prefix(joined(given, given.size() - count, given.size()))
            && !are_initials(given[given.size() - count]);
        bool const in_front = is_prefix(joined(given, 0, count)) && !are_initials(given[0]);
        if (at_end || in_front) {
            auto const from = static_cast<std::ptrdiff_t>(at_end ? given.size() - count : 0);
            auto prefixed = joined(given, static_cast<std::size_t>(from), static_cast<std::size_t>(from) + count);
            prefixed += ' ';
            prefixed += name.family;
            name.family = std::move(prefixed);
            given.erase(given.begin() + from, given.begin() + from + static_cast<std::ptrdiff_t>(count));
            break;
        }
    }
    take_given(given, given.size(), call_name, name);
}

} // namespace ketensync::record
