#include "daemon/reconcile/keys.hpp"

#include "daemon/reconcile/bits.hpp"

#include <algorithm>
#include <optional>

namespace ketensync::reconcile {

namespace {

std::uint64_t first_letters(std::string_view name)
{
    std::uint64_t letters = 0;
    for (char const letter : name.substr(0, 3)) {
        letters = letters << 8U | static_cast<unsigned char>(letter);
    }
    return letters;
}

/// The value of a part, 0 when the record does not tell it. A surname is the caller's choice among several.
std::uint64_t value_of(KeyPart part, Features const & features, Names const & names, NameId surname)
{
    switch (part) {
    case KeyPart::bsn:
        return features.bsn;
    case KeyPart::identifier:
        return std::uint64_t { features.identifier[1] } << 32U | features.identifier[0];
    case KeyPart::email:
        return features.email;
    case KeyPart::telephone:
        return features.telephone;
    case KeyPart::birth_date:
        return features.birth.day == 0 ? 0U
                                       : std::uint64_t { features.birth.year } * 512
                + std::uint64_t { features.birth.month } * 32 + features.birth.day;
    case KeyPart::birth_year:
        return features.birth.year;
    case KeyPart::sound:
        return surname == 0 ? 0U : names.sound(surname);
    case KeyPart::surname:
        return surname;
    case KeyPart::given:
        return features.given[0];
    case KeyPart::given3:
        return first_letters(names.text(features.given[0]));
    case KeyPart::initial:
        return initial_at(features.initials, 0);
    case KeyPart::sex:
        return features.sex;
    case KeyPart::postcode:
        return features.postcode_whole != 0 ? features.postcode : 0U;
    case KeyPart::postcode4:
        return features.postcode != 0 ? postcode_digits(features) : 0U;
    case KeyPart::house_number:
        return features.house_number;
    }
    return 0;
}

std::optional<std::uint64_t> make_key(
    std::size_t number, KeyRule const & rule, Features const & features, Names const & names, NameId surname)
{
    auto key = mix(0x6B657465U, number);
    for (auto const part : rule) {
        auto const value = value_of(part, features, names, surname);
        if (value == 0) {
            return std::nullopt;
        }
        key = mix(key, value);
    }
    return key;
}

bool on_surnames(KeyRule const & rule)
{
    return std::any_of(
        rule.begin(), rule.end(), [](KeyPart part) { return part == KeyPart::sound || part == KeyPart::surname; });
}

} // namespace

void make_keys(
    Features const & features, std::span<KeyRule const> rules, Names const & names, std::vector<std::uint64_t> & out)
{
    out.clear();
    auto const surnames = surnames_of(features, names);
    auto const add = [&](std::size_t number, NameId surname) {
        if (auto const key = make_key(number, rules[number], features, names, surname)) {
            out.push_back(*key);
        }
    };
    for (std::size_t number = 0; number < rules.size(); ++number) {
        if (!on_surnames(rules[number])) {
            add(number, 0);
            continue;
        }
        for (auto const surname : surnames) {
            add(number, surname);
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
}

} // namespace ketensync::reconcile
