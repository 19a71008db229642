#pragma once

#include "tests/region/answer.hpp"
#include "tests/region/person.hpp"

#include <map>
#include <string>

namespace ketensync::region {

/// The persoonslijsten of the region by burgerservicenummer, each as BRP API Personen would give all of it that is
/// modelled here.
using Persoonslijsten = std::map<std::string, std::string, std::less<>>;

void add_persoonslijst(Persoonslijsten & lists, Person const & person, Day day);

/// POST /personen with RaadpleegMetBurgerservicenummer: at most twenty, and all are refused when one is not nine digits.
/// Who is not known is not in the answer.
Answer raadpleeg(Persoonslijsten const & lists, Request const & request);

} // namespace ketensync::region
