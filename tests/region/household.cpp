#include "tests/region/household.hpp"

#include "tests/region/bsn.hpp"
#include "tests/region/horizon.hpp"
#include "tests/region/letters.hpp"

#include <algorithm>
#include <array>

namespace ketensync::region {
namespace {

constexpr std::array origin_shares { 0.70, 0.07, 0.09, 0.07, 0.07 };
// Alone, couple, couple with grown children, one parent with grown children.
constexpr std::array shape_shares { 0.46, 0.24, 0.18, 0.12 };
constexpr double twins_share = 0.04; // of families with two grown children
constexpr double father_and_son_share = 0.04; // of sons: the very name of the father
constexpr double widowed_or_divorced = 0.08; // of those alone: still carries a partner's name
constexpr double moves_a_year = 0.055;
constexpr double child_leaves_share = 0.45;
constexpr double leaves_region_share = 0.10;
constexpr double stays_in_gemeente_share = 0.62;
constexpr double shared_contact_share = 0.05;

Day birth_between(Random & random, int first_year, int last_year)
{
    return random.between(day_of(first_year, 1, 1), day_of(last_year, 12, 31));
}

char naamgebruik_of(Random & random, Person const & person)
{
    if (person.origin == Origin::turkish || person.origin == Origin::moroccan) {
        return 'E';
    }
    auto const share = random.unit();
    if (person.sex == Sex::man) {
        return share < 0.96 ? 'E' : share < 0.98 ? 'N' : 'V';
    }
    return share < 0.42 ? 'E' : share < 0.68 ? 'V' : share < 0.95 ? 'P' : 'N';
}

std::string address_part(std::string_view text)
{
    std::string out;
    for (auto const c : lower_ascii(without_diacritics(text))) {
        if (c >= 'a' && c <= 'z') {
            out += c;
        }
    }
    return out;
}

} // namespace

Address const & Person::home(Day day) const
{
    auto const * found = &addresses.front();
    for (auto const & address : addresses) {
        if (address.from <= day) {
            found = &address;
        }
    }
    return *found;
}

HouseholdMaker::HouseholdMaker(std::uint64_t seed, std::uint64_t persons)
    : m_seed(seed)
    , m_homes(persons)
{
}

Person & HouseholdMaker::add(
    Household & household, Random & random, Origin origin, Sex sex, Day birth, FamilyName family)
{
    Person person;
    person.index = m_persons++;
    person.bsn = bsn_of(m_seed, person.index % bsn_count);
    person.sex = sex;
    person.origin = origin;
    person.birth = birth;
    person.own = std::move(family);
    person.own.name = family_name_for(sex, origin, std::move(person.own.name));
    person.given = m_names.given_names(random, origin, sex, date_of(birth).year);
    household.persons.push_back(std::move(person));
    return household.persons.back();
}

void HouseholdMaker::marry(Random & random, Person & one, Person & other) const
{
    one.partner = other.own;
    other.partner = one.own;
    one.naamgebruik = naamgebruik_of(random, one);
    other.naamgebruik = naamgebruik_of(random, other);
}

void HouseholdMaker::add_children(
    Household & household, Random & random, Origin origin, FamilyName const & family, int count)
{
    auto const parent_year = date_of(household.persons.front().birth).year;
    auto const twins = count >= 2 && random.chance(twins_share);
    Day birth = 0;
    for (int child = 0; child < count; ++child) {
        if (child == 0 || !(twins && child == 1)) {
            birth = birth_between(random, parent_year + 20, std::min(parent_year + 38, 2008));
        }
        auto const sex = random.chance(0.5) ? Sex::man : Sex::woman;
        auto & made = add(household, random, origin, sex, birth, family);
        // The reference of add() is to a grown vector: look the parent up again.
        auto const & parent = household.persons.front();
        if (sex == Sex::man && parent.sex == Sex::man && parent.own == made.own
            && random.chance(father_and_son_share)) {
            made.given = parent.given;
        }
    }
}

void HouseholdMaker::settle(Household & household, Random & random) const
{
    auto const begin = history_begin();
    std::vector<Address> shared { m_homes.inside(random, begin) };
    auto const move_from = [&](Random & chance, Address const & from, Day day) {
        auto const how = chance.unit();
        if (how < leaves_region_share) {
            return m_homes.outside(chance, day);
        }
        return how < leaves_region_share + stays_in_gemeente_share ? m_homes.nearby(chance, from, day)
                                                                   : m_homes.inside(chance, day);
    };
    for (int year = date_of(begin).year + 1; year < date_of(history_end()).year; ++year) {
        if (random.chance(moves_a_year) && in_region(shared.back(), day_of(year, 1, 1))) {
            auto const moved = move_from(random, shared.back(), day_of(year, 1, 1) + random.between(0, 364));
            shared.push_back(moved);
        }
    }
    for (std::size_t i = 0; i < household.persons.size(); ++i) {
        auto & person = household.persons[i];
        person.addresses = shared;
        if (i < household.parents || !random.chance(child_leaves_share)) {
            continue;
        }
        auto const grown = std::max(person.birth + 18 * 366, begin + 365);
        if (grown >= history_end()) {
            continue;
        }
        auto const leaves = random.between(grown, std::min(grown + 12 * 365, history_end()));
        auto const from = person.home(leaves);
        while (person.addresses.size() > 1 && person.addresses.back().from >= leaves) {
            person.addresses.pop_back();
        }
        person.addresses.push_back(move_from(random, from, leaves));
    }
}

void HouseholdMaker::give_contacts(Household & household) const
{
    static constexpr std::array domains { "post.example", "mail.example", "thuis.example", "kabel.example",
        "vak.example" };
    for (auto & person : household.persons) {
        Random random(m_seed, Purpose::contact, person.index);
        person.telephone = "06";
        append_padded(person.telephone, random.below(100'000'000), 8);
        auto const called = address_part(person.given.called);
        auto const family = address_part(person.own.prefix + person.own.name);
        auto const year = std::to_string(date_of(person.birth).year % 100);
        switch (random.below(4)) {
        case 0:
            person.email = called + "." + family;
            break;
        case 1:
            person.email = called.substr(0, 1) + "." + family + year;
            break;
        case 2:
            person.email = called + year + std::to_string(random.below(90));
            break;
        default:
            person.email = family + std::to_string(random.below(9000));
            break;
        }
        person.email += '@';
        person.email += random.pick(domains);
        auto const & first = household.persons.front();
        if (&person != &first && random.chance(shared_contact_share)) {
            person.telephone = first.telephone;
            person.email = first.email;
        }
    }
}

Household HouseholdMaker::next()
{
    Household household;
    household.index = m_households++;
    Random random(m_seed, Purpose::household, household.index);
    static Weighted const origins(origin_shares);
    static Weighted const shapes(shape_shares);
    auto const origin = static_cast<Origin>(origins.choose(random));
    auto const shape = shapes.choose(random);
    auto const family = m_names.family_name(random, origin);
    auto const with_children = shape >= 2;
    auto const head_birth
        = with_children ? birth_between(random, 1955, 1982) : birth_between(random, 1957, shape == 0 ? 2007 : 1999);
    auto const head_sex = random.chance(shape == 3 ? 0.15 : shape == 0 ? 0.52 : 0.96) ? Sex::man : Sex::woman;
    household.persons.reserve(6);
    add(household, random, origin, head_sex, head_birth, family);
    if (shape == 1 || shape == 2) {
        household.parents = 2;
        auto const other_origin = random.chance(0.92) ? origin : Origin::dutch;
        auto const other_sex = random.chance(0.97) == (head_sex == Sex::man) ? Sex::woman : Sex::man;
        auto const other_birth = head_birth + random.between(-2000, 3200);
        auto other_family = m_names.family_name(random, other_origin);
        auto & other = add(household, random, other_origin, other_sex, other_birth, std::move(other_family));
        if (random.chance(0.72)) {
            marry(random, household.persons.front(), other);
        }
    } else if (random.chance(widowed_or_divorced)) {
        auto & alone = household.persons.front();
        alone.partner = m_names.family_name(random, origin);
        alone.naamgebruik = naamgebruik_of(random, alone);
    }
    if (with_children) {
        add_children(household, random, origin, family, 1 + static_cast<int>(random.below(3)));
    }
    settle(household, random);
    give_contacts(household);
    return household;
}

} // namespace ketensync::region
