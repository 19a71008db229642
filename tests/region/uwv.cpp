#include "tests/region/uwv.hpp"

#include "tests/region/bsn.hpp"
#include "tests/region/dirt.hpp"
#include "tests/region/letters.hpp"
#include "tests/region/places.hpp"

#include <algorithm>

namespace ketensync::region {
namespace {

constexpr Day kept_days = 5 * 365;
constexpr std::uint64_t first_number = 10'000;

/// The registration that is shown on a day: the last that had begun.
Spell shown(Person const & person, Day day, bool second)
{
    if (second) {
        auto const & first = person.registrations.front();
        return { first.begin, std::min(first.end, first.begin + 90) };
    }
    auto const * found = &person.registrations.front();
    for (auto const & spell : person.registrations) {
        if (spell.begin <= day) {
            found = &spell;
        }
    }
    return *found;
}

struct UwvName {
    ToldName own;
    FamilyName partner;
    char naamgebruik;
};

UwvName uwv_name(Random & random, Person const & person)
{
    UwvName name { { person.given.all, initials_of(person.given.all), person.own.prefix, person.own.name },
        person.partner, person.naamgebruik };
    auto const married = random.chance(rates::uwv_married_name);
    auto const plain = random.chance(rates::uwv_diacritics_lost);
    auto const typo = random.chance(rates::uwv_typo);
    auto const typo_in_given = random.chance(0.3);
    auto const inside = random.chance(rates::uwv_prefix_inside);
    auto const initials = random.chance(rates::uwv_initials_only);
    auto const called = random.chance(rates::uwv_called_name);
    auto const partner_untold = random.chance(0.4);
    if (married && uses_partner_name(person)) {
        name.own = used_name(person);
        name.partner = {};
        name.naamgebruik = 'E';
    } else if (person.naamgebruik == 'E' && partner_untold) {
        name.partner = {};
    }
    if (initials) {
        name.own.given = name.own.initials;
    } else if (called) {
        name.own.given = person.given.called;
    }
    if (typo) {
        auto & text = typo_in_given ? name.own.given : name.own.family;
        text = with_typo(random, text);
    }
    if (inside) {
        put_prefix_inside(random, name.own);
    }
    if (plain) {
        name.own.given = without_diacritics(name.own.given);
        name.own.family = without_diacritics(name.own.family);
        name.partner.name = without_diacritics(name.partner.name);
    }
    return name;
}

void append_birth(std::string & out, Random & random, Day birth)
{
    auto const partial = random.chance(rates::uwv_birth_partial);
    auto const month_known = random.chance(0.4);
    auto text = iso(birth);
    if (partial) {
        text.replace(8, 2, "00");
        if (!month_known) {
            text.replace(5, 2, "00");
        }
    }
    append_json(out, text);
}

void append_moment(std::string & out, Day day, std::uint64_t spread)
{
    out += '"';
    append_iso(out, day);
    out += 'T';
    append_padded(out, 7 + spread % 12, 2);
    out += ':';
    append_padded(out, spread / 12 % 60, 2);
    out += ':';
    append_padded(out, spread / 720 % 60, 2);
    out += "Z\"";
}

void field(std::string & out, std::string_view name)
{
    out.append(",\"").append(name).append("\":");
}

void append_name(std::string & out, UwvName const & name)
{
    out += ",\"naam\":{\"voornamen\":";
    append_json(out, name.own.given);
    field(out, "voorletters");
    append_json(out, name.own.initials);
    field(out, "voorvoegsel");
    append_json_or_null(out, name.own.prefix);
    field(out, "geslachtsnaam");
    append_json(out, name.own.family);
    field(out, "naamgebruik");
    append_json(out, std::string_view(&name.naamgebruik, 1));
    field(out, "partner");
    if (name.partner.name.empty()) {
        out += "null";
    } else {
        out += "{\"voorvoegsel\":";
        append_json_or_null(out, name.partner.prefix);
        field(out, "geslachtsnaam");
        append_json(out, name.partner.name);
        out += '}';
    }
    out += '}';
}

} // namespace

std::string werkzoekende_id(Person const & person, bool second)
{
    std::string id = "WZ";
    append_padded(id, first_number + person.registration_rank * 2 + (second ? 1 : 0), 8);
    return id;
}

bool registered_on(Person const & person, Day day)
{
    if (person.registrations.empty() || person.registrations.front().begin > day) {
        return false;
    }
    return shown(person, day, false).end > day - kept_days;
}

bool registered_twice_on(Person const & person, Day day)
{
    return person.registered_twice && registered_on(person, day) && shown(person, day, true).end > day - kept_days;
}

std::string uwv_bsn(std::uint64_t seed, Household const & household, Person const & person, bool second)
{
    Random random(seed, Purpose::uwv_number, person.index, second ? 1 : 0);
    auto const absent = random.chance(rates::uwv_bsn_absent);
    auto const zero_lost = random.chance(rates::uwv_bsn_zero_lost);
    auto const kind = random.unit();
    if (absent) {
        return {};
    }
    if (kind < rates::uwv_bsn_of_another) {
        return bsn_text(bsn_of_another(random, seed, household, person));
    }
    if (kind < rates::uwv_bsn_of_another + rates::uwv_bsn_invalid) {
        return invalid_bsn(random, person.bsn);
    }
    auto text = bsn_text(person.bsn);
    return text.front() == '0' && zero_lost ? text.substr(1) : text;
}

void append_werkzoekende(
    std::string & out, std::uint64_t seed, Household const & household, Person const & person, Day day, bool second)
{
    Random random(seed, Purpose::uwv_dirt, person.index, second ? 1 : 0);
    auto const spell = shown(person, day, second);
    auto const ended = spell.end <= day;
    auto const & home = known_home(random, person, ended ? spell.end : day, rates::uwv_old_address);
    auto const gemeente_day = ended ? spell.end : day;
    out += "{\"idWerkzoekende\":";
    append_json(out, werkzoekende_id(person, second));
    field(out, "bsn");
    append_json_or_null(out, uwv_bsn(seed, household, person, second));
    append_name(out, uwv_name(random, person));
    field(out, "geboortedatum");
    append_birth(out, random, person.birth);
    field(out, "geslacht");
    out += random.chance(0.003) ? "\"O\"" : person.sex == Sex::man ? "\"M\"" : "\"V\"";
    out += ",\"adres\":{\"postcode\":";
    Random address_dirt(seed, Purpose::uwv_dirt, person.index, 16 + home.house_number);
    append_json(out, typed_postcode(address_dirt, home.postcode(), rates::uwv_postcode_space));
    field(out, "huisnummer");
    out += std::to_string(home.house_number);
    field(out, "straatnaam");
    append_json(out, home.street());
    field(out, "woonplaats");
    append_json(out, home.woonplaats());
    out += '}';
    field(out, "gemeente");
    append_json(out, gemeente_code(home, gemeente_day));
    out += ",\"contact\":{\"email\":";
    append_json_or_null(out, random.chance(rates::uwv_no_email) ? std::string() : person.email);
    field(out, "telefoon");
    auto const telephone = typed_telephone(random, person.telephone);
    append_json_or_null(out, random.chance(rates::uwv_no_telephone) ? std::string() : telephone);
    out += '}';
    field(out, "datumInschrijving");
    append_json(out, iso(spell.begin));
    field(out, "datumUitschrijving");
    append_json_or_null(out, ended ? iso(spell.end) : std::string());
    field(out, "urenPerWeek");
    out += std::to_string(random.between(2, 10) * 4);
    field(out, "gewijzigd");
    auto const changed = std::max(ended ? spell.end : spell.begin, std::min(home.from, gemeente_day));
    append_moment(out, changed, mix(person.index, static_cast<std::uint64_t>(changed)));
    out += '}';
}

} // namespace ketensync::region
