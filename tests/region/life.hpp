#pragma once

#include "tests/region/person.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// How many of the persons ever come into view of each party, between the first and the last day of history.
struct Shares {
    double uitkering = 0.62; ///< of households, and of grown children on their own
    double registered_with_it = 0.85;
    double registered_without = 0.58;
    double voorziening_with_it = 0.92;
    double voorziening_without = 0.16;
    double project = 0.125;
    double course = 0.115;
    double registered_twice = 0.005;
};

/// Gives everybody in the household a life in work and income.
void give_lives(Household & household, std::uint64_t seed, Shares const & shares);

/// The part of a spell that one municipality pays for.
struct Share {
    Spell spell;
    std::string_view gemeente; ///< at its begin; merges are for who publishes
    bool ended_by_move = false;
    bool begun_by_move = false;
};

/// A spell cut at every move to another municipality; what lies outside the region is left out.
std::vector<Share> split_by_gemeente(Person const & person, Spell const & spell);

/// The municipality that delivers, in a month, what `gemeente` began: 0402 for 1696 from 2027 on, none for Weesp.
std::string_view deliverer(std::string_view gemeente, Day day);

} // namespace ketensync::region
