#pragma once

#include "daemon/pipeline/difference.hpp"
#include "daemon/pipeline/plan.hpp"

#include <memory>
#include <vector>

namespace ketensync::pipeline {

// On all records in the state, by hand: not beside a running service, whose lock on the state folder these take.

/// Decides at once who is the same, by the rules of the plan, and says how the golden records differ from what they were;
/// with `dry_run` that is all, and otherwise the state and the outbox are as it says when the call returns.
Result<std::vector<Difference>> reconcile_all(std::shared_ptr<Plan const> plan, Clock const & clock, bool dry_run);

/// Learns a model of the kind that is compared by likelihood and writes it to `file`, for the rules to name. Changes
/// nothing. Failure::usage when there is no such kind, or nothing to learn from.
Result<reconcile::Learned> learn(
    std::shared_ptr<Plan const> plan, Clock const & clock, std::filesystem::path const & file);

}
