#pragma once

#include "daemon/health/edition_state.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

#include <optional>

namespace ketensync::pipeline {

/// How the edition of the last half-year that is over stands: its draft, as it is kept, the feeds, and the pairs in doubt that
/// touch its figures. Opens the state and the warehouse to read, beside whoever works in them, and asks the warehouse one
/// question; for a thread that may wait. What goes wrong is said in it.
health::EditionState edition_state(Plan const & plan, Instant now);

/// The edition of the last half-year that is over, when it is not published. Nothing is owed of a half-year that was over
/// before anything was read here, unless an edition was made before. Cheap; reads only.
Result<std::optional<health::OwedEdition>> owed_edition(store::Database & state, Instant now);

}
