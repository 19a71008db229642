#pragma once

#include "tests/region/person.hpp"

#include <cstdint>
#include <string>

namespace ketensync::region {

/// "WZ00010020": the number of a werkzoekende; the second is of somebody who was entered twice.
std::string werkzoekende_id(Person const & person, bool second);

/// True when UWV still shows the person on this day: five years after the last registration they are gone.
bool registered_on(Person const & person, Day day);
/// True when the second entry of somebody who was entered twice is shown.
bool registered_twice_on(Person const & person, Day day);

/// The BSN that UWV has of the person: empty when absent, eight digits when its zero was lost, at times a wrong one.
std::string uwv_bsn(std::uint64_t seed, Household const & household, Person const & person, bool second);

/// One werkzoekende as UWV publishes it on a day, dirt included.
void append_werkzoekende(
    std::string & out, std::uint64_t seed, Household const & household, Person const & person, Day day, bool second);

} // namespace ketensync::region
