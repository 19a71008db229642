#include "tests/region/ooapi.hpp"

#include "tests/region/dirt.hpp"
#include "tests/region/letters.hpp"
#include "tests/region/project_sheet.hpp"
#include "tests/region/projects.hpp"

#include <algorithm>

namespace ketensync::region {
namespace {

constexpr Day shown_before = 21;
constexpr Day offered_before = 120;
constexpr int last_year = 2032;

// What an identifier names, so that no two things get one.
constexpr std::uint64_t names_person = 1;
constexpr std::uint64_t names_offering = 2;
constexpr std::uint64_t names_association = 3;

void field(std::string & out, std::string_view name)
{
    out.append(",\"").append(name).append("\":");
}

void text(std::string & out, std::string_view name, std::string_view value)
{
    field(out, name);
    append_json(out, value);
}

/// Projects start twice a year, courses of the provider's own in the course of one.
int cohort_of(Deelname const & deelname)
{
    auto const date = date_of(deelname.spell.begin);
    return deelname.project >= 0 ? date.year * 2 + (date.month > 6 ? 1 : 0) : date.year * 2;
}

} // namespace

std::string uuid_of(std::uint64_t seed, std::uint64_t first, std::uint64_t second)
{
    constexpr char digits[] = "0123456789abcdef";
    auto const high = mix(mix(seed, first), second);
    auto const low = mix(high, second + 1);
    std::string out;
    out.reserve(36);
    for (unsigned i = 0; i < 32; ++i) {
        auto const word = i < 16 ? high : low;
        auto digit = (word >> (60U - 4U * (i % 16U))) & 15U;
        if (i == 12) {
            digit = 4;
        } else if (i == 16) {
            digit = 8U | (digit & 3U);
        }
        out += digits[digit];
        if (i == 7 || i == 11 || i == 15 || i == 19) {
            out += '-';
        }
    }
    return out;
}

std::string_view association_state(std::uint64_t seed, Person const & person, Deelname const & deelname, Day day)
{
    if (deelname.spell.begin > day) {
        Random random(seed, Purpose::provider_dirt, person.index, 128U + deelname.number);
        return random.chance(rates::provider_queued) ? "queued" : "pending";
    }
    auto const short_lived = deelname.spell.end <= day && deelname.spell.end - deelname.spell.begin < 21;
    return short_lived && deelname.outcome == Outcome::uitval ? "canceled" : "associated";
}

bool takes_part(std::string_view association_state)
{
    return association_state == "associated" || association_state == "pending";
}

bool enrolled_on(Deelname const & deelname, Day day)
{
    return deelname.provider >= 0 && deelname.spell.begin - shown_before <= day;
}

ProviderWriter::ProviderWriter(std::uint64_t seed, int provider, Day day)
    : m_seed(seed)
    , m_provider(provider)
    , m_day(day)
{
    auto const add = [&](int project, int course, int cohort) {
        Deelname like;
        like.provider = provider;
        like.project = project;
        like.course = course;
        like.spell.begin = day_of(cohort / 2, cohort % 2 == 0 ? 1 : 7, 1);
        if (like.spell.begin - offered_before <= day) {
            add_offering(offering_of(like), project, course, cohort);
        }
    };
    for (std::size_t i = 0; i < projects().size(); ++i) {
        auto const & project = projects()[i];
        if (project.provider != provider) {
            continue;
        }
        auto const first = date_of(project.begin);
        for (auto cohort = first.year * 2 + (first.month > 6 ? 1 : 0); cohort <= date_of(project.last()).year * 2 + 1;
             ++cohort) {
            add(static_cast<int>(i), 0, cohort);
        }
    }
    for (int course = 0; course < static_cast<int>(courses(provider).size()); ++course) {
        for (int year = 2021; year <= last_year; ++year) {
            add(-1, course, year * 2);
        }
    }
}

std::string ProviderWriter::offering_of(Deelname const & deelname) const
{
    auto const what = deelname.project >= 0 ? 1000 + deelname.project : deelname.course;
    auto const key
        = static_cast<std::uint64_t>(what * 10'000 + cohort_of(deelname)) * 2 + static_cast<std::uint64_t>(m_provider);
    return uuid_of(m_seed, names_offering, key);
}

void ProviderWriter::add_offering(std::string const & id, int project, int course, int cohort)
{
    auto const year = cohort / 2;
    std::string item = "{\"offeringId\":\"" + id + "\",\"offeringType\":\"programOffering\"";
    std::string name;
    auto end = day_of(year, 12, 31);
    if (project >= 0) {
        auto const & about = projects()[static_cast<std::size_t>(project)];
        auto const other = "{\"codeType\":\"x-projectcode\",\"code\":\"" + std::string(about.code) + "\"}";
        if (project % 2 == 0) {
            item += ",\"primaryCode\":" + other;
        } else {
            auto const crebo
                = courses(m_provider)[static_cast<std::size_t>(project) % courses(m_provider).size()].crebo;
            item += ",\"primaryCode\":{\"codeType\":\"crohoCreboCode\",\"code\":\"" + std::string(crebo) + "\"}";
            item += ",\"otherCodes\":[" + other + "]";
        }
        name = std::string(about.name) + (cohort % 2 == 0 ? ", voorjaar " : ", najaar ") + std::to_string(year);
        end = cohort % 2 == 0 ? day_of(year, 6, 30) : end;
    } else {
        auto const & about = courses(m_provider)[static_cast<std::size_t>(course)];
        item += ",\"primaryCode\":{\"codeType\":\"crohoCreboCode\",\"code\":\"" + std::string(about.crebo) + "\"}";
        name = std::string(about.name) + " " + std::to_string(year);
    }
    item += ",\"name\":[{\"language\":\"nl-NL\",\"value\":";
    append_json(item, name);
    item += "}],\"teachingLanguage\":\"nld\",\"modeOfDelivery\":[\"blended\"],\"resultExpected\":true";
    text(item, "startDate", iso(day_of(year, cohort % 2 == 0 ? 1 : 7, 1)));
    text(item, "endDate", iso(end));
    item += '}';
    m_offerings.emplace_back(id, std::move(item));
    m_associations[id];
}

std::string ProviderWriter::person_item(Person const & person, std::string const & id, bool active) const
{
    Random random(m_seed, Purpose::provider_dirt, person.index, static_cast<std::uint64_t>(m_provider));
    auto const typo = random.chance(rates::provider_typo);
    auto const plain = random.chance(rates::provider_diacritics_lost);
    auto const inside = random.chance(rates::provider_prefix_inside);
    auto const called = random.chance(rates::provider_called_name);
    auto const & home = known_home(random, person, m_day, rates::provider_old_address);
    ToldName name { person.given.all.substr(0, person.given.all.find(' ')), initials_of(person.given.all),
        person.own.prefix, person.own.name };
    if (called) {
        name.given = person.given.called;
    }
    if (typo) {
        name.family = with_typo(random, name.family);
    }
    if (inside) {
        put_prefix_inside(random, name);
    }
    if (plain) {
        name.given = without_diacritics(name.given);
        name.family = without_diacritics(name.family);
    }
    std::string number;
    append_padded(number, mix(person.index, static_cast<std::uint64_t>(m_provider)) % 10'000'000, 7);
    std::string item
        = "{\"personId\":\"" + id + "\",\"primaryCode\":{\"codeType\":\"studentNumber\",\"code\":\"" + number + "\"}";
    text(item, "givenName", name.given);
    if (!name.prefix.empty()) {
        text(item, "surnamePrefix", name.prefix);
    }
    text(item, "surname", name.family);
    if (!random.chance(rates::provider_no_initials)) {
        text(item, "initials", name.initials);
    }
    text(item, "displayName", name.given + " " + (name.prefix.empty() ? "" : name.prefix + " ") + name.family);
    if (!random.chance(rates::provider_no_birth)) {
        text(item, "dateOfBirth", iso(person.birth));
    }
    auto const sex = random.unit();
    text(item, "gender", sex < 0.01 ? "U" : sex < 0.012 ? "X" : person.sex == Sex::man ? "M" : "F");
    auto const school = random.chance(rates::provider_school_mail);
    text(item, "mail",
        school ? number + "@" + std::string(providers()[static_cast<std::size_t>(m_provider)].mail_domain)
               : person.email);
    auto const telephone = typed_telephone(random, person.telephone);
    if (!random.chance(rates::provider_no_mobile)) {
        text(item, "mobileNumber", telephone);
    }
    item += active ? ",\"activeEnrollment\":true" : ",\"activeEnrollment\":false";
    item += ",\"affiliations\":[\"student\"]";
    if (!random.chance(rates::provider_no_address)) {
        auto const postcode = home.postcode();
        item += ",\"address\":{\"addressType\":\"postal\"";
        text(item, "postalCode", postcode.substr(0, 4) + " " + postcode.substr(4));
        text(item, "street", home.street());
        text(item, "streetNumber",
            std::to_string(home.house_number) + (home.addition != 0 ? std::string(1, home.addition) : ""));
        text(item, "city", home.woonplaats());
        text(item, "countryCode", "NL");
        item += '}';
    }
    item += '}';
    return item;
}

std::string ProviderWriter::association_item(
    Person const & person, Deelname const & deelname, std::string const & id, std::string const & person_id) const
{
    Random random(m_seed, Purpose::provider_dirt, person.index, 16U + deelname.number);
    auto const state = association_state(m_seed, person, deelname, m_day);
    // The provider counts from the first lesson, the project from the intake. Who is in no sheet has one start only.
    auto const differs = random.chance(rates::provider_start_differs) && deelname.in_sheet;
    auto const begin = deelname.spell.begin + (differs ? random.between(-7, 14) : 0);
    auto const end = std::max(begin, deelname.spell.end + (differs ? random.between(-5, 5) : 0));
    auto const ended = deelname.spell.end <= m_day && end <= m_day;
    auto const passes = random.chance(0.85);
    std::string item
        = "{\"associationId\":\"" + id + "\",\"associationType\":\"programOfferingAssociation\",\"role\":\"student\"";
    text(item, "state", state);
    text(item, "person", person_id);
    text(item, "offering", offering_of(deelname));
    if (deelname.spell.begin <= m_day) {
        auto const failed = deelname.outcome == Outcome::uitval || deelname.outcome == Outcome::verhuisd || !passes;
        item += ended ? ",\"result\":{\"state\":\"completed\",\"pass\":"
                      : ",\"result\":{\"state\":\"in progress\",\"pass\":";
        item += !ended ? "\"unknown\"" : failed ? "\"failed\"" : "\"passed\"";
        if (ended) {
            text(item, "resultDate", iso(end));
        }
        item += '}';
    }
    item += ",\"ext\":{\"x-startDate\":";
    append_json(item, iso(begin));
    if (ended) {
        text(item, "x-endDate", iso(end));
    }
    if (deelname.project >= 0) {
        text(item, "x-projectcode", projects()[static_cast<std::size_t>(deelname.project)].code);
    }
    item += "}}";
    return item;
}

void ProviderWriter::add(Household const & household, Truth & truth)
{
    auto const source = providers()[static_cast<std::size_t>(m_provider)].source;
    for (auto const & person : household.persons) {
        auto shown = false;
        auto active = false;
        auto const person_id = uuid_of(m_seed, names_person, person.index * 2 + static_cast<std::uint64_t>(m_provider));
        for (auto const & deelname : person.deelnames) {
            if (deelname.provider != m_provider || !enrolled_on(deelname, m_day)) {
                continue;
            }
            shown = true;
            active = active || deelname.spell.touches(m_day, m_day);
            auto const id = uuid_of(m_seed, names_association, person.index * 64 + deelname.number);
            m_associations[offering_of(deelname)].emplace_back(id, association_item(person, deelname, id, person_id));
            if (takes_part(association_state(m_seed, person, deelname, m_day))) {
                truth.deelname(source, id, deelname_id(person, deelname));
            }
        }
        if (shown) {
            m_persons.emplace_back(person_id, person_item(person, person_id, active));
            truth.persoon(source, person_id, person.index);
        }
    }
}

ProviderPages ProviderWriter::finish()
{
    ProviderPages pages;
    auto const fill = [](ItemList & list, std::vector<Item> & items) {
        std::sort(items.begin(), items.end());
        for (auto const & item : items) {
            list.add(item.second);
        }
    };
    fill(pages.persons, m_persons);
    fill(pages.offerings, m_offerings);
    for (auto & [offering, items] : m_associations) {
        fill(pages.associations[offering], items);
        pages.association_count += items.size();
    }
    return pages;
}

} // namespace ketensync::region
