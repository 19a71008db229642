#include "daemon/record/canonical.hpp"
#include "daemon/record/canonical_parts.hpp"
#include "daemon/record/unicode.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::record {

namespace {

bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
bool is_alphanumeric(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
        || (static_cast<unsigned char>(c) & 0x80) != 0;
}

/// Single spaces, no control characters, and in names no backtick.
bool is_clean(std::string_view text, bool as_name)
{
    char last = ' ';
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte >= 0x7f || (c == ' ' && last == ' ') || (as_name && c == '`')) {
            return false;
        }
        last = c;
    }
    return last != ' ';
}

/// Runs of blanks and control characters become one space, none at the ends.
void collapse(std::string & text)
{
    std::size_t size = 0;
    for (char const c : text) {
        bool const blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
        if (!blank) {
            text[size++] = c;
        } else if (size > 0 && text[size - 1] != ' ') {
            text[size++] = ' ';
        }
    }
    if (size > 0 && text[size - 1] == ' ') {
        --size;
    }
    text.resize(size);
}

} // namespace

std::optional<std::string_view> canonical_text(std::string_view text, bool as_name, std::string & scratch)
{
    std::string_view result = text;
    if (!is_clean(text, as_name)) {
        if (is_ascii(text)) {
            scratch.assign(text);
            if (as_name) {
                std::replace(scratch.begin(), scratch.end(), '`', '\'');
            }
        } else if (!compose(text, as_name, scratch)) {
            return std::nullopt;
        }
        collapse(scratch);
        result = scratch;
    }
    // "." is how the BRP writes that somebody has no surname; other systems write "-" or "?".
    if (as_name && std::none_of(result.begin(), result.end(), is_alphanumeric)) {
        return std::string_view();
    }
    return result;
}

std::optional<std::string_view> canonical_initials(std::string_view text, std::string & scratch)
{
    bool canonical = text.size() % 2 == 0;
    for (std::size_t i = 0; canonical && i < text.size(); ++i) {
        canonical = i % 2 == 0 ? is_upper(text[i]) : text[i] == '.';
    }
    if (canonical) {
        return text;
    }
    // A word in capitals is a row of initials, "JP"; in other words ("Th", "Johannes") the first letter counts, as in
    // the BRP.
    constexpr std::size_t row_max = 5;
    scratch.clear();
    std::size_t at = 0;
    auto const between = [](char c) { return c == '.' || c == ' ' || c == '-' || c == ','; };
    while (at < text.size()) {
        if (between(text[at])) {
            ++at;
            continue;
        }
        auto end = at;
        while (end < text.size() && !between(text[end])) {
            ++end;
        }
        auto word = text.substr(at, end - at);
        at = end;
        bool row = word.size() <= row_max;
        bool const lower = is_lower_letter(word);
        std::string initials;
        for (std::size_t i = 0, size = 0; i < word.size(); i += size) {
            auto const letter = capital(word.substr(i), size);
            if (letter.empty()) {
                return std::nullopt;
            }
            row = row && is_lower_letter(word.substr(i)) == lower && (!lower || word.size() <= 2);
            initials += letter;
            initials += '.';
        }
        scratch += row ? initials : initials.substr(0, initials.find('.') + 1);
    }
    return scratch;
}

std::optional<std::string_view> canonical_sex(std::string_view text, std::string & scratch)
{
    if (text == "M" || text == "V" || text == "X") {
        return text;
    }
    constexpr auto words = std::to_array<std::pair<std::string_view, std::string_view>>(
        { { "m", "M" }, { "man", "M" }, { "male", "M" }, { "mannelijk", "M" }, { "v", "V" }, { "f", "V" },
            { "vrouw", "V" }, { "female", "V" }, { "vrouwelijk", "V" }, { "x", "X" }, { "o", "X" }, { "u", "X" },
            { "onbekend", "X" }, { "anders", "X" }, { "unknown", "X" }, { "other", "X" } });
    auto const word = lower_word(text, scratch);
    for (auto const & [from, to] : words) {
        if (from == word) {
            return to;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> canonical_boolean(std::string_view text, std::string & scratch)
{
    if (text == "true" || text == "false") {
        return text;
    }
    auto const word = lower_word(text, scratch);
    for (std::string_view const yes : { "true", "ja", "j", "yes", "y", "1", "waar" }) {
        if (word == yes) {
            return "true";
        }
    }
    for (std::string_view const no : { "false", "nee", "n", "no", "0", "onwaar" }) {
        if (word == no) {
            return "false";
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> canonical_postcode(std::string_view text, std::string & scratch)
{
    auto const sound = [](std::string_view code) {
        if (code.size() != 6 || code[0] < '1' || !all_digits(code.substr(0, 4)) || !is_upper(code[4])
            || !is_upper(code[5])) {
            return false;
        }
        auto const letters = code.substr(4);
        return letters != "SA" && letters != "SD" && letters != "SS"; // never given out
    };
    if (sound(text)) {
        return text;
    }
    constexpr std::size_t longest = 8;
    if (text.size() > longest) {
        return std::nullopt;
    }
    lower_word(text, scratch);
    scratch.erase(std::remove(scratch.begin(), scratch.end(), ' '), scratch.end());
    for (char & c : scratch) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return sound(scratch) ? std::optional<std::string_view>(scratch) : std::nullopt;
}

std::optional<std::string_view> canonical_email(std::string_view text, std::string & scratch)
{
    constexpr std::size_t longest = 254;
    auto const at = text.find('@');
    if (text.size() > longest || at == 0 || at == std::string_view::npos
        || text.find('@', at + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    bool capitals = false;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7f || c == ',' || c == ';' || c == '<' || c == '>' || c == '"' || c == '\\') {
            return std::nullopt;
        }
        capitals = capitals || is_upper(c);
    }
    auto const domain = text.substr(at + 1);
    auto const dot = domain.find('.');
    if (dot == 0 || dot == std::string_view::npos || domain.back() == '.'
        || domain.find("..") != std::string_view::npos) {
        return std::nullopt;
    }
    if (!capitals) {
        return text;
    }
    scratch.assign(text);
    for (char & c : scratch) {
        c = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return scratch;
}

std::optional<std::string_view> canonical_telephone(std::string_view text, std::string & scratch)
{
    constexpr std::size_t national = 9; // digits of a Dutch number without its zero
    constexpr std::size_t digits_max = 15; // of any number, E.164
    constexpr std::size_t digits_min = 8;
    scratch.clear();
    bool plus = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c >= '0' && c <= '9') {
            scratch += c;
        } else if (c == '+' && scratch.empty() && !plus) {
            plus = true;
        } else if (text.substr(i, 3) == "(0)" && (plus || scratch.substr(0, 2) == "00")) {
            i += 2; // "+31 (0)6 …"
        } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.' && c != '/') {
            return std::nullopt;
        }
    }
    if (!plus && scratch.substr(0, 2) == "00") {
        plus = true;
        scratch.erase(0, 2);
    }
    if (!plus) {
        if (scratch.size() == national + 1 && scratch.front() == '0') {
            scratch.replace(0, 1, "31");
        } else if (scratch.size() == national && scratch.front() == '6') {
            scratch.insert(0, "31"); // a mobile number whose zero a spreadsheet took
        } else if (scratch.size() != national + 2 || scratch.substr(0, 2) != "31") {
            return std::nullopt;
        }
    }
    if (scratch.substr(0, 2) == "31") {
        if (scratch.size() == national + 3 && scratch[2] == '0') {
            scratch.erase(2, 1);
        }
        if (scratch.size() != national + 2 || scratch[2] == '0') {
            return std::nullopt;
        }
    }
    if (scratch.size() < digits_min || scratch.size() > digits_max || scratch.front() == '0') {
        return std::nullopt;
    }
    scratch.insert(0, 1, '+');
    return scratch;
}

} // namespace ketensync::record
