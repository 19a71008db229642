#pragma once

#include "tests/region/person.hpp"

#include <cstdint>
#include <string>

namespace ketensync::region {

/// The UM 0.8.7 profile of a werkzoekende: without a name, a birth date or a BSN.
void append_profile(std::string & out, std::uint64_t seed, Person const & person, Day day);

} // namespace ketensync::region
