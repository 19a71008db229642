#pragma once

#include "daemon/monitor/figures.hpp"

namespace ketensync::monitor {

/// An edition as councils get it, protected, of a made-up region: with projects in every state, texts that want escaping,
/// hidden and provisional figures, a revision. `projects` as many as there are to be; `quarters` a multiple of two.
Edition sample_truth(int projects, int quarters, int persons);
Edition sample_edition(int projects = 9, int quarters = 12, int persons = 900);

} // namespace ketensync::monitor
