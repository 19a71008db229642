#include "tests/region/dirt.hpp"

#include "tests/region/bsn.hpp"
#include "tests/region/letters.hpp"

namespace ketensync::region {
namespace {

std::string capitalised(std::string_view text)
{
    std::string out(text);
    auto start = true;
    for (auto & c : out) {
        if (start && c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
        start = c == ' ' || c == '\'';
    }
    return out;
}

/// "van der" is "v.d.", "van den" is "v.d.", "van" is "v.".
std::string shortened(std::string_view prefix)
{
    if (prefix == "van") {
        return "v.";
    }
    if (prefix.starts_with("van de")) {
        return "v.d.";
    }
    if (prefix == "van 't") {
        return "v.'t";
    }
    return std::string(prefix);
}

std::string joined(FamilyName const & name)
{
    return name.prefix.empty() ? name.name : name.prefix + (name.prefix.ends_with('\'') ? "" : " ") + name.name;
}

} // namespace

std::string with_typo(Random & random, std::string_view text)
{
    std::string out(text);
    std::vector<std::size_t> places;
    for (std::size_t i = 1; i + 1 < out.size(); ++i) {
        auto const small = [&](std::size_t at) { return out[at] >= 'a' && out[at] <= 'z'; };
        if (small(i) && small(i + 1)) {
            places.push_back(i);
        }
    }
    if (places.empty()) {
        return out;
    }
    auto const at = random.pick(places);
    switch (random.below(4)) {
    case 0:
        std::swap(out[at], out[at + 1]);
        break;
    case 1:
        out.erase(at, 1);
        break;
    case 2:
        out.insert(at, 1, out[at]);
        break;
    default:
        out[at] = static_cast<char>('a' + random.below(26));
        break;
    }
    return out;
}

void put_prefix_inside(Random & random, ToldName & name)
{
    if (name.prefix.empty()) {
        return;
    }
    switch (random.below(4)) {
    case 0:
        name.family = name.prefix + " " + name.family;
        break;
    case 1:
        name.family += ", " + name.prefix;
        break;
    case 2: {
        auto const front = shortened(name.prefix);
        name.family = (random.chance(0.5) ? capitalised(front) : front) + " " + name.family;
        break;
    }
    default:
        name.family = capitalised(name.prefix) + " " + name.family;
        break;
    }
    name.prefix.clear();
}

bool uses_partner_name(Person const & person)
{
    return person.naamgebruik != 'E' && !person.partner.name.empty();
}

ToldName used_name(Person const & person)
{
    ToldName told { person.given.all, initials_of(person.given.all), person.own.prefix, person.own.name };
    if (!uses_partner_name(person)) {
        return told;
    }
    if (person.naamgebruik == 'P') {
        told.prefix = person.partner.prefix;
        told.family = person.partner.name;
    } else if (person.naamgebruik == 'V') {
        told.prefix = person.partner.prefix;
        told.family = person.partner.name + "-" + joined(person.own);
    } else {
        told.family = person.own.name + "-" + joined(person.partner);
    }
    return told;
}

Address const & known_home(Random & random, Person const & person, Day day, double old_share)
{
    auto const & now = person.home(day);
    // One draw for each person: who once missed a move misses the next, and an answer never changes by itself.
    auto const missed = random.chance(old_share);
    auto const & first = person.addresses.front();
    if (!missed || &now == &first) {
        return now;
    }
    return *(&now - 1);
}

std::string typed_telephone(Random & random, std::string_view digits)
{
    auto const text = std::string(digits);
    switch (random.below(6)) {
    case 0:
        return text.substr(0, 2) + "-" + text.substr(2);
    case 1:
        return "+31" + text.substr(1);
    case 2:
        return text.substr(0, 2) + " " + text.substr(2, 4) + " " + text.substr(6);
    case 3:
        return "0031" + text.substr(1);
    default:
        return text;
    }
}

std::string typed_postcode(Random & random, std::string const & postcode, double space_share)
{
    if (random.chance(space_share)) {
        return postcode.substr(0, 4) + " " + postcode.substr(4);
    }
    return random.chance(0.01) ? lower_ascii(postcode) : postcode;
}

std::string invalid_bsn(Random & random, std::uint32_t bsn)
{
    auto text = bsn_text(bsn);
    // The ninth digit weighs one: any other there cannot pass.
    text[8] = static_cast<char>('0' + (text[8] - '0' + random.between(1, 9)) % 10);
    return text;
}

std::uint32_t bsn_of_another(Random & random, std::uint64_t seed, Household const & household, Person const & person)
{
    if (household.persons.size() > 1 && random.chance(0.5)) {
        for (;;) {
            auto const & other = random.pick(household.persons);
            if (other.index != person.index) {
                return other.bsn;
            }
        }
    }
    // Near the person in the list, or of nobody we know when the list ends before.
    return bsn_of(seed, person.index + 1 + random.below(2000));
}

std::string municipal_bsn(std::uint64_t seed, Household const & household, Person const & person)
{
    Random random(seed, Purpose::municipal_dirt, person.index);
    auto const share = random.unit();
    if (share < rates::municipal_bsn_invalid) {
        return invalid_bsn(random, person.bsn);
    }
    if (share < rates::municipal_bsn_invalid + rates::municipal_bsn_of_another) {
        return bsn_text(bsn_of_another(random, seed, household, person));
    }
    return bsn_text(person.bsn);
}

} // namespace ketensync::region
