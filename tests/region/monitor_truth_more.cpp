#include "tests/region/monitor_wholes.hpp"

#include "tests/region/places.hpp"
#include "tests/region/projects.hpp"
#include "tests/region/random.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace ketensync::region {
namespace {

constexpr Day half_a_year = 183;
constexpr Day a_month = 31;
constexpr Day a_year = 365;

using Figures = std::map<std::string, std::int64_t>;
using ByPerson = std::map<std::uint64_t, std::vector<SpellTold const *>>;

ByPerson by_person(std::vector<SpellTold> const & all, Day known)
{
    ByPerson found;
    for (auto const & one : all) {
        if (one.known <= known) {
            found[one.person].push_back(&one);
        }
    }
    return found;
}

std::vector<SpellTold const *> of(ByPerson const & all, std::uint64_t person)
{
    auto const found = all.find(person);
    return found == all.end() ? std::vector<SpellTold const *>() : found->second;
}

Day weekly(Day day) { return (day + 6) / 7 * 7; }

SpellTold told(std::uint64_t person, Spell const & spell, std::string code, std::string gemeente, std::uint64_t dice)
{
    SpellTold one { person, std::move(code), std::move(gemeente), spell.begin, spell.end, 0, no_day };
    one.known = weekly(spell.begin + (dice % 8 == 0 ? 70 : 4));
    if (spell.end != no_day) {
        one.end_known = std::max(one.known, weekly(spell.end + (dice % 6 == 0 ? 90 : 4)));
    }
    return one;
}

std::string place_of(Person const & person, Day day) { return std::string(gemeente_code(person.home(day), day)); }

/// Whether somebody still works half a year later, by what is known, and whether he was helped.
void count_lasting(Figures & figures, std::vector<Event> const & works, std::vector<SpellTold const *> const & benefits,
    std::vector<SpellTold const *> const & help, Day known, Day until)
{
    std::set<std::string> seen;
    for (auto const & [day, whole] : works) {
        if (day > until) {
            continue;
        }
        auto const limit = day + half_a_year;
        bool const back = std::any_of(benefits.begin(), benefits.end(), [&, first = day](auto const * one) {
            return one->code == "bijstand" && one->begin > first && one->begin < limit && one->begin <= until;
        });
        bool const helped = std::any_of(help.begin(), help.end(), [&, first = day](auto const * one) {
            return (one->code == "06" || one->code == "30") && one->begin < limit && one->begin <= until && one->end_at(known) >= first;
        });
        auto const still = whole->work->end < limit || back ? "nee" : limit > until ? "te_vroeg" : "ja";
        for (auto const & part : whole->parts) {
            if (!seen.insert(part).second) {
                continue;
            }
            auto const at = "duurzaam" + (part == "totaal" ? std::string() : "|onderdeel=" + part);
            auto const by = std::string("|na_zes_maanden=") + still;
            ++figures[at];
            ++figures[at + by];
            if (part == "totaal") {
                for (auto const & time : times_of(day, until)) {
                    if (!time.empty()) {
                        ++figures[at + by + time];
                        ++figures[at + time];
                    }
                }
                auto const with = std::string("|nazorg=") + (helped ? "ja" : "nee");
                ++figures[at + with];
                ++figures[at + with + by];
            }
        }
    }
}

void count_between(Figures & figures, std::vector<SpellTold const *> registrations, std::vector<SpellTold const *> const & benefits,
    Day known, Day until)
{
    std::sort(registrations.begin(), registrations.end(), [&](auto const * a, auto const * b) { return a->end_at(known) < b->end_at(known); });
    for (auto const * registration : registrations) {
        auto const end = registration->end_at(known);
        auto first = no_day;
        std::string gemeente;
        for (auto const * benefit : benefits) {
            if (end != no_day && benefit->code == "bijstand" && benefit->begin >= end - a_month && benefit->begin <= end + a_year
                && benefit->begin <= until) {
                first = std::min(first, benefit->begin);
                gemeente = gemeente.empty() ? benefit->gemeente : std::min(gemeente, benefit->gemeente);
            }
        }
        if (first == no_day || end > until || end < day_of(2021, 1, 1)) { // when the Monitor began
            continue;
        }
        auto const how = std::string("|overgang=") + (first <= end + a_month ? "aansluitend" : "ertussen");
        for (auto const & time : times_of(end, until)) {
            ++figures["sluitende_keten" + how + time];
            ++figures["sluitende_keten" + time];
        }
        ++figures["sluitende_keten|gemeente=" + gemeente];
        ++figures["sluitende_keten|gemeente=" + gemeente + how];
        return;
    }
}

void count_places(Figures & figures, Day known, Day until)
{
    for (std::size_t i = 0; i < projects().size(); ++i) {
        auto const & project = projects()[i];
        if (project.begin <= until) {
            auto const places = target_on(static_cast<int>(i), known);
            for (auto const & at : { std::string(), "|onderdeel=" + std::string(project.code), "|onderdeel=hoofdgroep:" + std::string(project.category),
                     "|onderdeel=lijn:" + std::string(project.theme) }) {
                figures["plekken" + at] += places;
            }
        }
    }
}

} // namespace

int target_on(int project, Day day)
{
    auto const & one = projects()[static_cast<std::size_t>(project)];
    return one.trajecten + (one.extended != no_day && day >= one.end - half_a_year ? 25 : 0);
}

PersonsTold persons_told(World const & world)
{
    PersonsTold all;
    for (auto const & household : world.households) {
        for (auto const & person : household.persons) {
            auto const dice = mix(world.seed + 5, person.index);
            if (dice % 13 != 0) {
                all.birth_years[person.index] = date_of(person.birth).year;
            }
            for (auto const & voorziening : person.voorzieningen) {
                std::string code;
                append_padded(code, voorziening.type, 2);
                all.help.push_back(told(person.index, voorziening.spell, code, place_of(person, voorziening.spell.begin), mix(dice, voorziening.number)));
            }
            for (auto const & spell : person.registrations) {
                all.registrations.push_back(
                    told(person.index, spell, {}, place_of(person, spell.begin), mix(dice, static_cast<std::uint64_t>(spell.begin))));
            }
        }
        for (auto const & uitkering : household.uitkeringen) {
            for (auto const number : uitkering.persons) {
                auto const & person = household.persons[number];
                auto const dice = mix(mix(world.seed + 6, person.index), uitkering.number);
                all.benefits.push_back(told(person.index, uitkering.spell, uitkering.statistiekcode == 1 ? "bijstand" : "ioaw",
                    place_of(person, uitkering.spell.begin), dice));
            }
        }
    }
    return all;
}

void add_true_figures(
    Figures & figures, std::vector<TrajectTold> const & told, PersonsTold const & persons, Day known, Day until)
{
    auto const all = wholes(told, known);
    auto const benefits = by_person(persons.benefits, known);
    auto const help = by_person(persons.help, known);
    std::map<std::uint64_t, std::vector<Whole const *>> by;
    for (auto const & whole : all) {
        by[whole.person].push_back(&whole);
    }
    Counting counting(figures, until);
    for (auto const & [person, list] : by) {
        std::vector<Event> young;
        std::vector<Event> trained;
        std::vector<Event> works;
        auto const born = persons.birth_years.find(person);
        for (auto const * whole : list) {
            if (born != persons.birth_years.end() && date_of(whole->begin).year - born->second < 27) {
                young.emplace_back(whole->begin, whole);
            }
            if (whole->trained != no_day) {
                trained.emplace_back(whole->trained, whole);
            }
            if (whole->work) {
                works.emplace_back(whole->work->begin, whole);
            }
        }
        for (auto * const events : { &young, &trained, &works }) {
            put_in_order(*events);
        }
        counting.count("jongeren_gestart", young, "", nullptr, false, true);
        counting.count("afgerond", trained, "", nullptr, false, false);
        count_lasting(figures, works, of(benefits, person), of(help, person), known, until);
    }
    for (auto const & [person, list] : by_person(persons.registrations, known)) {
        count_between(figures, list, of(benefits, person), known, until);
    }
    count_places(figures, known, until);
}

} // namespace ketensync::region
