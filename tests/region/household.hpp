#pragma once

#include "tests/region/names.hpp"
#include "tests/region/person.hpp"
#include "tests/region/places.hpp"

#include <cstdint>

namespace ketensync::region {

/// Makes households, one after another: each follows from the seed and its number alone.
class HouseholdMaker {
public:
    HouseholdMaker(std::uint64_t seed, std::uint64_t persons);
    /// The next household, without lives yet: who they are and where they live.
    Household next();

private:
    Person & add(Household & household, Random & random, Origin origin, Sex sex, Day birth, FamilyName family);
    void marry(Random & random, Person & one, Person & other) const;
    void add_children(Household & household, Random & random, Origin origin, FamilyName const & family, int count);
    void settle(Household & household, Random & random) const;
    void give_contacts(Household & household) const;

    std::uint64_t m_seed;
    Names m_names;
    Homes m_homes;
    std::uint64_t m_households = 0;
    std::uint64_t m_persons = 0;
};

} // namespace ketensync::region
