#pragma once

#include "tests/bench/criteria/criterion.hpp"

#include <string>

namespace ketensync::criteria {

/// Runs tests of a program of the tree ("whole/ketensync_control_test") that prove a criterion, and holds it against the
/// row when one does not pass or there is none of that name. `filter` is that of Google Test; `tests` how many there are.
void prove(Row & row, std::string const & program, std::string const & filter, int tests);

} // namespace ketensync::criteria
