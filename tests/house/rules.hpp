#pragma once

#include "tests/house/tree.hpp"

#include <string>
#include <vector>

namespace ketensync::house {

/// What breaks a rule, each "file:line: what". Empty when the rule holds. Every rule is a pure function of the tree.
using Complaints = std::vector<std::string>;

/// main → commands, web → pipeline → {stages, connectors} → ground → base; no stage includes another.
Complaints folders_include_what_they_may(Tree const & tree);
/// A library's headers appear in its home only. Tests stand outside: they play the other side.
Complaints libraries_stay_at_home(Tree const & tree);

/// No file of code has more than 420 lines.
Complaints files_are_short(Tree const & tree);
/// Every .cpp is named by a CMakeLists.txt: what is not built is not there.
Complaints files_are_built(Tree const & tree);
/// No folder at the top but those of the plan.
Complaints folders_are_planned(Tree const & tree);

/// No field of the common schema is named by code, except the words in a short list, each with its reason.
Complaints code_names_no_business_field(Tree const & tree);
/// Nothing sleeps or looks at the wall clock but through Clock.
Complaints time_comes_from_the_clock(Tree const & tree);

} // namespace ketensync::house
