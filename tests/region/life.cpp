#include "tests/region/life.hpp"

#include "tests/region/horizon.hpp"
#include "tests/region/projects.hpp"

#include <algorithm>
#include <array>

namespace ketensync::region {
namespace {

constexpr std::array uitkering_days { 60, 400, 900, 1600, 2600, 3800, 5200 };
constexpr std::array registration_days { 30, 120, 240, 420, 800, 1600 };
constexpr std::array voorziening_days { 20, 75, 150, 270, 450, 800 };
constexpr std::array traject_days { 30, 90, 150, 210, 300, 420 };
constexpr std::array course_days { 60, 180, 300, 600, 1000 };
constexpr std::array gap_days { 30, 120, 300, 900 };

// Reasons of the 2015 regulation, with about the weight they have.
constexpr std::array<std::uint8_t, 12> reasons { 11, 11, 11, 11, 98, 97, 31, 19, 1, 13, 3, 18 };
constexpr std::array<std::uint8_t, 9> voorziening_types { 99, 99, 4, 4, 6, 3, 5, 7, 8 };

/// Most of what begins, begins before the usual date; the rest is still to come.
Day begin_between(Random & random, Day first)
{
    return random.chance(0.80) ? random.between(first, usual_date()) : random.between(usual_date(), history_end());
}

Day first_day_outside(Person const & person, Day from)
{
    for (auto const & address : person.addresses) {
        if (address.from > from && !in_region(address, address.from)) {
            return address.from;
        }
    }
    auto const weesp = weesp_leaves();
    return from < weesp && !in_region(person.home(weesp), weesp) ? weesp : no_day;
}

void give_uitkeringen(Household & household, Random & random, std::vector<std::uint8_t> persons)
{
    auto const & head = household.persons[persons.front()];
    auto const grown = head.birth + 18 * 366;
    auto begin = std::max(begin_between(random, day_of(2013, 1, 1)), grown);
    for (int turn = 0; turn < 3 && begin < history_end(); ++turn) {
        Uitkering uitkering;
        uitkering.spell = { begin, begin + random.quantile(uitkering_days) };
        uitkering.reason = random.pick(reasons);
        static constexpr std::array<std::uint8_t, 12> codes { 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 11, 14 };
        uitkering.statistiekcode = random.pick(codes);
        uitkering.persons = persons;
        uitkering.number = static_cast<std::uint16_t>(household.uitkeringen.size());
        if (in_region(head.home(begin), begin)) {
            auto const outside = first_day_outside(head, begin);
            if (outside <= uitkering.spell.end) {
                uitkering.spell.end = outside - 1;
                uitkering.reason = 32;
            }
            household.uitkeringen.push_back(uitkering);
        }
        begin = uitkering.spell.end + random.quantile(gap_days);
        if (!random.chance(0.25)) {
            break;
        }
    }
}

void give_registrations(Person & person, Random & random, Uitkering const * uitkering)
{
    auto begin = uitkering != nullptr ? uitkering->spell.begin + random.between(-30, 45)
                                      : begin_between(random, day_of(2019, 1, 1));
    auto end = uitkering != nullptr ? uitkering->spell.end + random.between(0, 60)
                                    : begin + random.quantile(registration_days);
    while (begin < history_end()) {
        if (in_region(person.home(begin), begin)) {
            person.registrations.push_back({ begin, end });
        }
        begin = end + random.quantile(gap_days);
        end = begin + random.quantile(registration_days);
        if (!random.chance(0.3)) {
            break;
        }
    }
}

/// Loonkostensubsidie is ended and begun anew when the wages are indexed, twice a year.
void add_indexed(Person & person, Voorziening voorziening, std::uint16_t & number)
{
    auto const end = voorziening.spell.end;
    while (voorziening.spell.begin <= end) {
        auto const date = date_of(voorziening.spell.begin);
        auto const next = date.month < 7 ? day_of(date.year, 7, 1) : day_of(date.year + 1, 1, 1);
        auto part = voorziening;
        part.spell.end = std::min(end, next - 1);
        part.reason = part.spell.end == end ? voorziening.reason : 1;
        part.number = number++;
        person.voorzieningen.push_back(part);
        voorziening.spell.begin = part.spell.end + 1;
    }
}

void give_voorzieningen(Person & person, Random & random, Spell const & within)
{
    std::uint16_t number = 0;
    auto begin = std::max(within.begin, day_of(2019, 1, 1)) + random.between(10, 300);
    auto const last = std::min(within.end, history_end());
    for (int turn = 0; turn < 20 && begin < last; ++turn) {
        Voorziening voorziening;
        voorziening.type = random.pick(voorziening_types);
        voorziening.spell = { begin, begin + random.quantile(voorziening_days) };
        voorziening.reason = static_cast<std::uint8_t>(random.chance(0.65) ? 1 : random.chance(0.8) ? 2 : 3);
        if (voorziening.type == 4) {
            voorziening.loonwaarde = static_cast<std::uint8_t>(random.between(30, 90));
            voorziening.spell.end = begin + random.quantile(registration_days) + 200;
            add_indexed(person, voorziening, number);
        } else {
            voorziening.number = number++;
            person.voorzieningen.push_back(voorziening);
        }
        // Some run side by side: somebody on a workplace is coached there too.
        begin = random.chance(0.46) ? begin + random.between(0, 60) : voorziening.spell.end + random.between(5, 200);
    }
}

Outcome outcome_of(Random & random)
{
    auto const share = random.unit();
    return share < 0.45 ? Outcome::werk
        : share < 0.60  ? Outcome::opleiding
        : share < 0.66  ? Outcome::verhuisd
        : share < 0.88  ? Outcome::uitval
                        : Outcome::anders;
}

Deelname deelname_of(Random & random, Day begin, std::span<int const> days)
{
    Deelname deelname;
    deelname.spell = { begin, begin + random.quantile(days) };
    deelname.outcome = outcome_of(random);
    if (deelname.outcome == Outcome::uitval) {
        deelname.spell.end = begin + (deelname.spell.end - begin) / random.between(2, 5);
    }
    deelname.employer = static_cast<std::uint8_t>(random.below(static_cast<std::uint32_t>(employers().size())));
    deelname.placement = static_cast<std::uint8_t>(random.below(4));
    deelname.hours = static_cast<std::uint8_t>(random.between(2, 5) * 8);
    return deelname;
}

void give_projects(Person & person, Random & random)
{
    static Weighted const weights = [] {
        std::vector<double> values;
        for (auto const & project : projects()) {
            values.push_back(project.weight);
        }
        return Weighted(values);
    }();
    auto const count = random.chance(0.15) ? 2 : 1;
    for (int turn = 0; turn < count; ++turn) {
        auto const chosen = weights.choose(random);
        auto const & project = projects()[chosen];
        auto const begin = random.between(project.begin, std::min(project.last(), history_end()) - 30);
        auto deelname = deelname_of(random, begin, traject_days);
        deelname.project = static_cast<int>(chosen);
        auto const trained = project.provider >= 0;
        if (trained && random.chance(0.92)) {
            deelname.provider = project.provider;
        }
        // A few are with the provider on the project's account and were never entered in the sheet.
        deelname.in_sheet = deelname.provider < 0 || random.chance(0.93);
        auto const too_close = std::any_of(
            person.deelnames.begin(), person.deelnames.end(), [&](Deelname const & other) {
                return other.project == deelname.project && other.spell.touches(begin - 120, deelname.spell.end + 120);
            });
        if (!too_close && in_region(person.home(begin), begin)) {
            deelname.number = static_cast<std::uint16_t>(person.deelnames.size());
            person.deelnames.push_back(deelname);
        }
    }
}

void give_courses(Person & person, Random & random)
{
    auto deelname = deelname_of(random, begin_between(random, day_of(2021, 1, 1)), course_days);
    deelname.provider = random.chance(0.6) ? 0 : 1;
    deelname.course = static_cast<int>(random.below(static_cast<std::uint32_t>(courses(deelname.provider).size())));
    deelname.number = static_cast<std::uint16_t>(person.deelnames.size());
    person.deelnames.push_back(deelname);
}

Uitkering const * uitkering_of(Household const & household, std::size_t person)
{
    for (auto const & uitkering : household.uitkeringen) {
        for (auto const who : uitkering.persons) {
            if (who == person) {
                return &uitkering;
            }
        }
    }
    return nullptr;
}

} // namespace

void give_lives(Household & household, std::uint64_t seed, Shares const & shares)
{
    Random bijstand(seed, Purpose::uitkering, household.index);
    if (bijstand.chance(shares.uitkering)) {
        give_uitkeringen(household, bijstand,
            household.parents == 2 ? std::vector<std::uint8_t> { 0, 1 } : std::vector<std::uint8_t> { 0 });
    }
    for (auto child = household.parents; child < household.persons.size(); ++child) {
        if (bijstand.chance(shares.uitkering)) {
            give_uitkeringen(household, bijstand, { static_cast<std::uint8_t>(child) });
        }
    }
    for (std::size_t i = 0; i < household.persons.size(); ++i) {
        auto & person = household.persons[i];
        auto const * uitkering = uitkering_of(household, i);
        Random registration(seed, Purpose::registration, person.index);
        if (registration.chance(uitkering != nullptr ? shares.registered_with_it : shares.registered_without)) {
            give_registrations(person, registration, uitkering);
        }
        person.registered_twice = registration.chance(shares.registered_twice);
        Random help(seed, Purpose::voorziening, person.index);
        if (uitkering != nullptr && help.chance(shares.voorziening_with_it)) {
            give_voorzieningen(person, help, uitkering->spell);
        } else if (uitkering == nullptr && help.chance(shares.voorziening_without)) {
            auto const begin = begin_between(help, day_of(2020, 1, 1));
            give_voorzieningen(person, help, { begin, begin + 900 });
        }
        Random project(seed, Purpose::project, person.index);
        if (project.chance(shares.project)) {
            give_projects(person, project);
        }
        Random training(seed, Purpose::training, person.index);
        if (training.chance(shares.course)) {
            give_courses(person, training);
        }
    }
}

std::vector<Share> split_by_gemeente(Person const & person, Spell const & spell)
{
    std::vector<Share> parts;
    auto const weesp = weesp_leaves();
    for (std::size_t i = 0; i < person.addresses.size(); ++i) {
        auto const & address = person.addresses[i];
        auto const until = i + 1 < person.addresses.size() ? person.addresses[i + 1].from - 1 : no_day;
        auto first = std::max(spell.begin, i == 0 ? spell.begin : address.from);
        auto last = std::min(spell.end, until);
        if (first > last || !in_region(address, first)) {
            continue;
        }
        if (!in_region(address, std::min(last, history_end()))) {
            last = weesp - 1;
        }
        auto const place = places()[address.place].gemeente;
        auto const gemeente = gemeenten()[static_cast<std::size_t>(place)].code;
        if (!parts.empty() && parts.back().gemeente == gemeente && parts.back().spell.end == first - 1) {
            parts.back().spell.end = last;
            parts.back().ended_by_move = last < spell.end;
        } else {
            parts.push_back({ { first, last }, gemeente, last<spell.end, first> spell.begin });
        }
    }
    return parts;
}

std::string_view deliverer(std::string_view gemeente, Day day)
{
    for (auto const & one : gemeenten()) {
        if (one.code == gemeente && day >= one.until) {
            return one.successor;
        }
    }
    return gemeente;
}

} // namespace ketensync::region
