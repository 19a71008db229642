#pragma once

#include "daemon/pipeline/difference.hpp"
#include "daemon/pipeline/plan.hpp"

#include <memory>
#include <vector>

namespace ketensync::pipeline {

/// Decides of all records in the state at once who is the same, by the rules of the plan, and says how the golden records
/// differ from what they were; with `dry_run` that is all, and otherwise the state and the outbox are as it says when the
/// call returns. Holds the state folder's lock: not beside a running service.
Result<std::vector<Difference>> reconcile_all(std::shared_ptr<Plan const> plan, Clock const & clock, bool dry_run);

}
