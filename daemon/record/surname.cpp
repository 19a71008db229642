#include "daemon/record/surname.hpp"

#include "daemon/record/canonical.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace ketensync::record {

namespace {

constexpr std::size_t prefix_size_max = 10; // of the BRP

/// Sorted by byte.
constexpr auto known = std::to_array<std::string_view>({ "'s", "'t", "aan", "aan 't", "aan de", "aan den", "aan der",
    "aan het", "al", "auf", "aus", "bij", "bij 't", "bij de", "bij den", "bij het", "boven d'", "d'", "da", "dalla",
    "das", "de", "de die", "de die le", "de l'", "de la", "de las", "de le", "de van der", "del", "della", "den", "der",
    "des", "di", "do", "dos", "du", "el", "het", "in", "in 't", "in de", "in den", "in der", "in het", "la", "le",
    "onder", "onder 't", "onder de", "onder den", "onder het", "op", "op 't", "op de", "op den", "op der", "op gen",
    "op het", "op ten", "over", "over 't", "over de", "over den", "over het", "te", "ten", "ter", "thor", "tot", "uijt",
    "uijt 't", "uijt de", "uijt den", "uijt te de", "uijt ten", "uit", "uit 't", "uit de", "uit den", "uit het",
    "uit te de", "uit ten", "van", "van 't", "van de", "van de l'", "van den", "van der", "van gen", "van het",
    "van la", "van ter", "van van de", "ver", "von", "voor", "voor de", "voor den", "voor in 't" });
static_assert(std::is_sorted(known.begin(), known.end()));

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void append_word(std::string_view word, std::string & result)
{
    if (!result.empty()) {
        result += ' ';
    }
    result += word;
}

/// A lower-case word between blanks, dots and slashes, written out.
void append_written_out(std::string_view word, std::string & result)
{
    bool const after_van = result == "van";
    if (word == "v") {
        append_word("van", result);
    } else if (word == "vd" || word == "vander") {
        append_word("van der", result);
    } else if (word == "vh") {
        append_word("van het", result);
    } else if (word == "d" && after_van) {
        append_word("der", result);
    } else if (word == "h" && after_van) {
        append_word("het", result);
    } else if (word == "t" || word == "s") {
        append_word(word == "t" ? "'t" : "'s", result);
    } else if (word.size() > 2 && word.substr(word.size() - 2) == "'t") {
        append_written_out(word.substr(0, word.size() - 2), result); // "v't", "in't"
        append_word("'t", result);
    } else {
        append_word(word, result);
    }
}

/// Where the words of `text` end, for at most the four that a prefix and its abbreviations can hold.
std::size_t word_ends(std::string_view text, std::array<std::size_t, 5> & ends)
{
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size() && count < ends.size(); ++i) {
        bool const apostrophe
            = text[i] == '\'' && i > 0 && i + 1 < text.size() && is_letter(text[i - 1]) && is_letter(text[i + 1]);
        if (text[i] == ' ' || ((text[i] == '.' || apostrophe) && i + 1 < text.size() && text[i + 1] != ' ')) {
            ends[count++] = text[i] == ' ' ? i : i + 1;
        }
    }
    return count;
}

/// The canonical name without blanks around it; `text` as it is when it has no such form.
std::string name_of(std::string_view text)
{
    std::string scratch;
    auto const name = canonical(FieldType::name, text, scratch);
    return std::string(name ? *name : trimmed(text));
}

} // namespace

bool is_known_prefix(std::string_view prefix)
{
    return std::binary_search(known.begin(), known.end(), prefix);
}

bool canonical_prefix(std::string_view text, std::string & result)
{
    result.clear();
    std::string word;
    for (char const c : text) {
        if (is_letter(c) || c == '\'') {
            word += lower(c);
        } else if (c == ' ' || c == '.' || c == '/') {
            if (!word.empty()) {
                append_written_out(word, result);
                word.clear();
            }
        } else {
            return false;
        }
    }
    if (!word.empty()) {
        append_written_out(word, result);
    }
    return result.size() <= prefix_size_max || is_known_prefix(result);
}

void split_surname(std::string_view text, std::string & prefix, std::string & rest)
{
    rest = name_of(text);
    prefix.clear();
    if (auto const comma = rest.rfind(','); comma != std::string::npos) {
        if (canonical_prefix(trimmed(std::string_view(rest).substr(comma + 1)), prefix) && is_known_prefix(prefix)) {
            rest.resize(comma);
            rest.resize(trimmed(rest).size());
            return;
        }
        prefix.clear();
        return;
    }
    // The longest beginning that is a prefix wins: "van de l'" before "van".
    std::array<std::size_t, 5> ends {};
    for (auto count = word_ends(rest, ends); count > 0; --count) {
        auto const end = ends[count - 1];
        if (canonical_prefix(std::string_view(rest).substr(0, end), prefix) && is_known_prefix(prefix)) {
            rest = trimmed(std::string_view(rest).substr(end));
            return;
        }
    }
    prefix.clear();
}

void split_double(std::string_view text, std::string_view & first, std::string_view & second)
{
    first = {};
    second = trimmed(text);
    auto const hyphen = second.find('-');
    if (hyphen == std::string_view::npos) {
        return;
    }
    auto const before = trimmed(second.substr(0, hyphen));
    auto const after = trimmed(second.substr(hyphen + 1));
    std::string prefix;
    bool const is_prefix = canonical_prefix(before, prefix) && is_known_prefix(prefix);
    if (before.size() < 2 || after.size() < 2 || is_prefix) {
        return;
    }
    first = before;
    second = after;
}

void take_apart(std::string_view text, SurnameParts & parts)
{
    parts.partner_prefix.clear();
    parts.partner.clear();
    auto whole = name_of(text);
    if (whole.find_first_of(" -,.'/") == std::string::npos) {
        parts.prefix.clear();
        parts.name = std::move(whole);
        return;
    }
    std::string behind_comma;
    if (auto const comma = whole.rfind(','); comma != std::string::npos) {
        split_surname(whole, behind_comma, parts.name);
        if (!behind_comma.empty()) {
            whole = parts.name;
        }
    }
    std::string_view first;
    std::string_view second;
    split_double(whole, first, second);
    if (first.empty() && !behind_comma.empty()) {
        parts.prefix = behind_comma;
        return;
    }
    split_surname(second, parts.prefix, parts.name);
    if (!first.empty()) {
        split_surname(first, parts.partner_prefix, parts.partner);
        if (!behind_comma.empty()) {
            parts.partner_prefix = behind_comma; // "Berg-de Vries, van der": it stands before the whole
        }
    }
}

} // namespace ketensync::record
