#pragma once

#include "tests/region/life.hpp"
#include "tests/region/person.hpp"

#include <cstdint>
#include <vector>

namespace ketensync::region {

/// Everybody, with the whole of their lives.
struct World {
    std::uint64_t seed = 1;
    std::uint64_t persons = 0;
    std::vector<Household> households;
};

World make_world(std::uint64_t seed, std::uint64_t persons, Shares const & shares = {});

} // namespace ketensync::region
