#include "daemon/reconcile/normal_plain.hpp"

#include "daemon/reconcile/sound.hpp"
#include "daemon/reconcile/word_lists.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace ketensync::reconcile {

namespace {

bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}
bool is_letter(char letter)
{
    return letter >= 'a' && letter <= 'z';
}

std::uint32_t short_hash(std::string_view text)
{
    return static_cast<std::uint32_t>(hash_text(text) >> 32U);
}

/// One digit over and over, or counted up: what people type to get on.
bool is_filler_number(std::string_view digits)
{
    bool same = true;
    bool counted = digits.size() >= 6;
    for (std::size_t i = 1; i < digits.size(); ++i) {
        same = same && digits[i] == digits[0];
        counted = counted && (digits[i] - digits[i - 1] == 1 || (digits[i] == '0' && digits[i - 1] == '9'));
    }
    return digits.size() >= 3 && (same || (counted && digits.size() == 9 && digits != "123456782"));
}

bool passes_elfproef(std::string_view digits)
{
    if (digits.size() != 9 || digits.find_first_not_of("0123456789") != std::string_view::npos) {
        return false;
    }
    int sum = -(digits[8] - '0');
    for (std::size_t i = 0; i < 8; ++i) {
        sum += (digits[i] - '0') * static_cast<int>(9 - i);
    }
    // 111111110 and its like pass the proof and stand in every example file.
    bool const dummy = std::all_of(digits.begin(), digits.begin() + 8, [&](char digit) { return digit == digits[0]; });
    return sum % 11 == 0 && !dummy;
}

/// Numbers of a date in the order in which they stand, at most three; 0 when there is anything else in it.
std::size_t date_parts(std::string_view raw, std::array<std::uint32_t, 3> & parts, std::array<std::size_t, 3> & sizes)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < raw.size();) {
        if (!is_digit(raw[at])) {
            if (raw[at] == 'T' || (raw[at] == ' ' && count == 3)) {
                break;
            }
            ++at;
            continue;
        }
        if (count == 3) {
            return 0;
        }
        std::uint32_t value = 0;
        auto const from = at;
        for (; at < raw.size() && is_digit(raw[at]) && at - from < 9; ++at) {
            value = value * 10 + static_cast<std::uint32_t>(raw[at] - '0');
        }
        sizes[count] = at - from;
        parts[count++] = value;
    }
    return count;
}

} // namespace

void normalise_initials(std::string_view raw, Normal & out)
{
    bool const all_capitals
        = std::all_of(raw.begin(), raw.end(), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
    bool within = false;
    unsigned place = 0;
    for (char letter : raw) {
        bool const capital = letter >= 'A' && letter <= 'Z';
        auto const small = capital ? static_cast<char>(letter + ('a' - 'A')) : letter;
        if (!is_letter(small)) {
            within = false;
            continue;
        }
        if ((!within || all_capitals) && place < 6) { // "JP" and "J.P." are two initials; "Th." is one
            out.number |= static_cast<std::uint32_t>(small - 'a' + 1) << 5 * place++;
            out.text += small;
        }
        within = true;
    }
}

int month_first_vote(std::string_view raw)
{
    std::array<std::uint32_t, 3> parts {};
    std::array<std::size_t, 3> sizes {};
    if (date_parts(raw, parts, sizes) != 3 || sizes[0] > 2 || sizes[1] > 2) {
        return 0;
    }
    return (parts[1] > 12 && parts[0] <= 12 ? 1 : 0) - (parts[0] > 12 && parts[1] <= 12 ? 1 : 0);
}

void normalise_date(std::string_view raw, DateOrder order, Normal & out)
{
    std::array<std::uint32_t, 3> parts {};
    std::array<std::size_t, 3> sizes {};
    auto const count = date_parts(raw, parts, sizes);
    std::uint32_t year = 0;
    std::uint32_t month = 0;
    std::uint32_t day = 0;
    if (count == 1 && sizes[0] == 8) { // 19680701
        year = parts[0] / 10'000;
        month = parts[0] / 100 % 100;
        day = parts[0] % 100;
        bool const year_first = year >= 1200 && year <= 2100 && month <= 12 && day <= 31;
        if (!year_first && parts[0] % 10'000 >= 1200) { // 01071968
            year = parts[0] % 10'000;
            month = parts[0] / 10'000 % 100;
            day = parts[0] / 1'000'000;
        }
    } else if (count >= 1 && sizes[0] == 4) {
        year = parts[0];
        month = count > 1 ? parts[1] : 0;
        day = count > 2 ? parts[2] : 0;
    } else if (count == 3) {
        year = parts[2];
        day = order.month_first ? parts[1] : parts[0];
        month = order.month_first ? parts[0] : parts[1];
        if (sizes[2] <= 2) { // 70 is 1970; nobody is told of before being born
            year += year > 26 ? 1900 : 2000;
        }
    } else if (count == 2 && sizes[1] == 4) {
        year = parts[1];
        month = parts[0];
    }
    if (month > 12 && day <= 12 && day != 0) {
        std::swap(month, day);
    }
    if (year < 1200 || year > 2100 || month > 12 || day > 31) {
        return;
    }
    day = month == 0 ? 0 : day;
    out.number = year << 9U | month << 5U | day;
    out.text = std::to_string(out.number);
    out.area = static_cast<std::uint32_t>(mix(1, year) >> 32U);
    if (day != 0) {
        out.near = static_cast<std::uint32_t>(
            mix(year, std::uint64_t { std::min(day, month) } * 32 + std::max(day, month)) >> 32U);
    }
}

void normalise_sex(std::string_view folded, Normal & out)
{
    char const first = folded[0];
    bool const man = first == 'm' || folded == "1" || folded == "heer" || folded == "jongen";
    bool const woman = first == 'v' || first == 'f' || first == 'w' || folded == "2" || folded.starts_with("mevr")
        || folded == "mw" || folded == "mrs" || folded == "ms";
    out.number = woman ? 2 : man ? 1 : 0;
    out.text = woman ? "v" : man ? "m" : "";
}

void normalise_identifier(std::string_view folded, Normal & out)
{
    bool digits = true;
    for (char const letter : folded) {
        if (letter != ' ') {
            out.text += letter;
            digits = digits && is_digit(letter);
        }
    }
    if (digits && (is_filler_number(out.text) || out.text.find_first_not_of('0') == std::string::npos)) {
        out.text.clear();
        return;
    }
    if (digits && out.text.size() == 8) {
        std::string const nine = "0" + out.text;
        if (passes_elfproef(nine)) {
            out.text = nine;
        }
    }
    out.proven = passes_elfproef(out.text);
    out.near = short_hash(out.text);
}

void normalise_postcode(std::string_view folded, Normal & out)
{
    std::size_t digits = 0;
    for (char const letter : folded) {
        if (letter != ' ') {
            out.text += letter;
            digits += is_digit(letter) ? 1U : 0U;
        }
    }
    if (digits == 0 || out.text.find_first_not_of('0') == std::string::npos) {
        out.text.clear();
        return;
    }
    auto const size = out.text.size();
    bool const dutch = size == 6 && digits == 4 && is_digit(out.text[3]) && is_letter(out.text[4]);
    bool const british = size >= 5 && size <= 7 && is_letter(out.text[0]) && is_digit(out.text[size - 3]);
    auto const area = dutch ? 4 : british ? size - 3 : size == 4 ? 4 : std::max<std::size_t>(2, size - 2);
    out.area = short_hash(std::string_view(out.text).substr(0, area));
    out.near = short_hash(out.text);
}

void normalise_house_number(std::string_view folded, Normal & out)
{
    auto const from = std::min(folded.find_first_of("0123456789"), folded.size());
    auto const to = std::min(folded.find_first_not_of("0123456789", from), folded.size());
    auto const digits = folded.substr(from, std::min<std::size_t>(to - from, 8));
    out.text = digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
    out.near = out.text.empty() ? 0 : short_hash(out.text);
}

void normalise_words(MatchType type, std::string_view folded, Normal & out)
{
    std::string first;
    for (std::size_t from = 0; from < folded.size();) {
        auto const to = std::min(folded.find(' ', from), folded.size());
        auto word = folded.substr(from, to - from);
        if (type == MatchType::street && from != 0) {
            word = street_word(word);
        }
        out.text += out.text.empty() ? "" : " ";
        out.text += word;
        if (first.empty() && !is_digit(word[0]) && word.size() > 2) {
            first = word;
        }
        from = to + 1;
    }
    if (type == MatchType::street && out.text.size() > 4 && out.text.ends_with("str")) {
        out.text += "aat";
    }
    out.near
        = type == MatchType::street || type == MatchType::place ? short_hash(sound(out.text)) : short_hash(out.text);
    out.area = short_hash(first.empty() ? out.text : first);
}

void normalise_email(std::string_view raw, Normal & out)
{
    for (char const letter : raw) {
        if (letter != ' ' && letter != '\t') {
            out.text += letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
        }
    }
    auto const at = out.text.find('@');
    if (at == 0 || at == std::string::npos || at + 1 == out.text.size()
        || is_desk(std::string_view(out.text).substr(0, at))) {
        out.text.clear();
        return;
    }
    out.near = short_hash(out.text);
    out.area = short_hash(std::string_view(out.text).substr(0, at));
}

void normalise_telephone(std::string_view raw, Normal & out)
{
    for (char const letter : raw) {
        if (is_digit(letter)) {
            out.text += letter;
        }
    }
    if (out.text.size() > 9) { // country code, trunk zero
        out.text = out.text.substr(out.text.size() - 9);
    }
    if (out.text.size() < 6 || is_filler_number(out.text)) {
        out.text.clear();
        return;
    }
    out.near = short_hash(out.text);
}

void normalise_number(std::string_view raw, Normal & out)
{
    std::string plain;
    for (char const letter : raw) {
        if (is_digit(letter) || letter == '-' || letter == '.' || letter == ',') {
            plain += letter == ',' ? '.' : letter;
        }
    }
    char * end = nullptr;
    auto const value = std::strtod(plain.c_str(), &end);
    if (end == plain.c_str() || std::abs(value) > 4e7) {
        return;
    }
    auto const hundredths = std::lround(value * 100.0);
    out.number = static_cast<std::uint32_t>(hundredths);
    out.text = std::to_string(hundredths);
    out.near = short_hash(out.text);
}

} // namespace ketensync::reconcile
