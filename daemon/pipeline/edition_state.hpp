#pragma once

#include "daemon/health/edition_state.hpp"
#include "daemon/pipeline/plan.hpp"

namespace ketensync::pipeline {

/// How the edition of the last half-year that is over stands: its draft, as it is kept, the feeds, and the pairs in doubt that
/// touch its figures. Opens the state and the warehouse to read, beside whoever works in them, and asks the warehouse one
/// question; for a thread that may wait. What goes wrong is said in it.
health::EditionState edition_state(Plan const & plan, Instant now);

}
