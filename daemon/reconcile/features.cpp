#include "daemon/reconcile/features.hpp"

#include "daemon/reconcile/bits.hpp"
#include "daemon/reconcile/fold.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

std::uint32_t short_hash(std::string_view text)
{
    return text.empty() ? 0U : static_cast<std::uint32_t>(hash_text(text) >> 32U) | 1U;
}

/// The first letters of the words, where a word that is written in points ("J.P.") is one letter a point already.
std::uint32_t read_initials(std::string_view text)
{
    std::uint32_t packed = 0;
    unsigned count = 0;
    auto const folded = fold(text);
    for (std::size_t at = 0; at < folded.size() && count < 6; ++at) {
        bool const starts = at == 0 || folded[at - 1] == ' ';
        if (starts && folded[at] >= 'a' && folded[at] <= 'z') {
            packed |= static_cast<std::uint32_t>(folded[at] - 'a' + 1) << 5 * count++;
        }
    }
    return packed;
}

/// "JP" and "J.P." are both two initials; a word with small letters ("Th.") is one.
std::uint32_t read_initials_field(std::string_view text)
{
    bool const all_capitals
        = std::all_of(text.begin(), text.end(), [](char letter) { return letter >= 'A' && letter <= 'Z'; });
    if (!all_capitals) {
        return read_initials(text);
    }
    std::uint32_t packed = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 6); ++i) {
        packed |= static_cast<std::uint32_t>(text[i] - 'A' + 1) << 5 * i;
    }
    return packed;
}

std::uint32_t number(std::string_view text)
{
    std::uint32_t value = 0;
    for (char const letter : text) {
        if (letter < '0' || letter > '9' || value > 400'000'000U) {
            return 0;
        }
        value = value * 10 + static_cast<std::uint32_t>(letter - '0');
    }
    return value;
}

/// yyyy, yyyy-mm or yyyy-mm-dd; parts that are 00 are not known.
Birth read_birth(std::string_view text)
{
    Birth birth;
    birth.year = static_cast<std::uint16_t>(number(text.substr(0, 4)));
    if (text.size() >= 7) {
        birth.month = static_cast<std::uint8_t>(number(text.substr(5, 2)));
    }
    if (text.size() >= 10 && birth.month != 0) {
        birth.day = static_cast<std::uint8_t>(number(text.substr(8, 2)));
    }
    return birth.year < 1850 || birth.month > 12 || birth.day > 31 ? Birth {} : birth;
}

void read_postcode(std::string_view text, Features & features)
{
    auto const folded = fold(text);
    if (folded.size() < 4 || number(std::string_view(folded).substr(0, 4)) < 1000) {
        return;
    }
    auto const digits = number(std::string_view(folded).substr(0, 4)) * 676;
    auto const rest = std::string_view(folded).substr(folded.size() > 4 && folded[4] == ' ' ? 5 : 4);
    auto const letter = [](char c) { return c >= 'a' && c <= 'z'; };
    bool const whole = rest.size() == 2 && letter(rest[0]) && letter(rest[1]);
    auto const letters = whole ? static_cast<std::uint32_t>((rest[0] - 'a') * 26 + (rest[1] - 'a')) : 0U;
    features.postcode = (digits + letters + 1) & 0xFFFFFFU;
    features.postcode_whole = whole ? 1 : 0;
}

std::uint32_t read_house_number(std::string_view text)
{
    auto const end = std::min(text.find_first_not_of("0123456789"), text.size());
    return number(text.substr(0, end));
}

} // namespace

std::uint32_t possible_bsn(std::string_view text)
{
    if (text.size() != 9 && text.size() != 8) {
        return 0;
    }
    auto const value = number(text);
    std::uint32_t rest = value;
    std::int64_t sum = -static_cast<std::int64_t>(rest % 10);
    for (std::int64_t weight = 2; weight <= 9; ++weight) {
        rest /= 10;
        sum += weight * static_cast<std::int64_t>(rest % 10);
    }
    // 111111110 and its like pass the proof and stand in every example file.
    bool const dummy = value / 10 % 11'111'111 == 0;
    return sum % 11 == 0 && !dummy ? value : 0;
}

Features read_features(record::Values const & values, ProbableRules const & rules, Names & names)
{
    auto const text = [&](Aspect aspect, std::size_t slot) {
        auto const field = rules.fields[at(aspect)][slot];
        return field ? values[*field] : std::string_view();
    };
    Features features;
    features.surname = names.surname(text(Aspect::surname, 0));
    features.partner = names.surname(text(Aspect::surname, 1));
    auto const given = text(Aspect::given, 0);
    features.given = names.given(given);
    features.initials = read_initials_field(text(Aspect::given, 1));
    features.initials_told = features.initials != 0 ? 1 : 0;
    if (features.initials == 0) {
        features.initials = read_initials(given);
    }
    features.birth = read_birth(text(Aspect::birth_date, 0));
    auto const sex = text(Aspect::sex, 0);
    features.sex = sex == "M" ? 1 : sex == "V" ? 2 : 0;
    read_postcode(text(Aspect::address, 0), features);
    features.house_number = read_house_number(text(Aspect::address, 1));
    features.email = short_hash(text(Aspect::email, 0));
    features.telephone = short_hash(text(Aspect::telephone, 0));
    features.bsn = rules.bsn ? possible_bsn(values[*rules.bsn]) : 0;
    if (rules.identifier && !values[*rules.identifier].empty()) {
        auto const hash = hash_text(values[*rules.identifier]);
        features.identifier = { static_cast<std::uint32_t>(hash) | 1U, static_cast<std::uint32_t>(hash >> 32U) };
    }
    return features;
}

Surnames surnames_of(Features const & features, Names const & names)
{
    Surnames all;
    auto const add = [&](NameId name) {
        if (name != 0 && std::find(all.begin(), all.end(), name) == all.end()) {
            all.names[all.count++] = name;
        }
    };
    for (auto const name : { features.surname, features.partner }) {
        add(name);
        for (auto const part : names.parts(name)) {
            add(part);
        }
    }
    return all;
}

} // namespace ketensync::reconcile
