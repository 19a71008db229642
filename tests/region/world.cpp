#include "tests/region/world.hpp"

#include "tests/region/household.hpp"

#include <algorithm>
#include <tuple>

namespace ketensync::region {
namespace {

/// Numbers are given out by day, as registers do: what begins later has a higher number, however often we look.
void number_registrations(World & world)
{
    std::vector<Person *> registered;
    for (auto & household : world.households) {
        for (auto & person : household.persons) {
            if (!person.registrations.empty()) {
                registered.push_back(&person);
            }
        }
    }
    std::sort(registered.begin(), registered.end(), [](Person const * one, Person const * other) {
        return std::tuple(one->registrations.front().begin, one->index)
            < std::tuple(other->registrations.front().begin, other->index);
    });
    for (std::uint64_t rank = 0; rank < registered.size(); ++rank) {
        registered[rank]->registration_rank = rank;
    }
}

void number_sheet_rows(World & world)
{
    std::vector<std::tuple<Day, std::uint64_t, Deelname *>> rows;
    for (auto & household : world.households) {
        for (auto & person : household.persons) {
            for (auto & deelname : person.deelnames) {
                if (deelname.in_sheet) {
                    rows.emplace_back(deelname.spell.begin, person.index * 64 + deelname.number, &deelname);
                }
            }
        }
    }
    std::sort(rows.begin(), rows.end());
    for (std::uint64_t rank = 0; rank < rows.size(); ++rank) {
        std::get<2>(rows[rank])->sheet_rank = rank + 1;
    }
}

} // namespace

World make_world(std::uint64_t seed, std::uint64_t persons, Shares const & shares)
{
    World world;
    world.seed = seed;
    HouseholdMaker maker(seed, persons);
    while (world.persons < persons) {
        auto household = maker.next();
        // The last household may be one too large: then somebody moved out before we looked.
        while (household.persons.size() > persons - world.persons) {
            household.persons.pop_back();
            household.parents = std::min(household.parents, household.persons.size());
        }
        world.persons += household.persons.size();
        give_lives(household, seed, shares);
        world.households.push_back(std::move(household));
    }
    number_registrations(world);
    number_sheet_rows(world);
    return world;
}

} // namespace ketensync::region
