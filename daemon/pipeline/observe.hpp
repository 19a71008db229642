#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

namespace ketensync::pipeline {

/// How everything stands according to the state file: the feeds of the plan with their last runs, quarantine, pairs in
/// doubt, outbox, sizes. What only a running process knows (workers, totals since start) is left out. Reads only.
Result<health::Snapshot> observe(store::Database & state, Plan const & plan, Instant now);

}
