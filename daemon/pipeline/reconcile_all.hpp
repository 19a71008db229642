#pragma once

#include "daemon/pipeline/difference.hpp"
#include "daemon/pipeline/workbench.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

// On all records in the state, by hand.

/// Decides at once who is the same, by the rules of the plan, and says how the golden records differ from what they were;
/// with `dry_run` that is all, and otherwise the state and the outbox are as it says when the call returns, and the audit
/// log says who asked for it (empty: the account of this process).
Result<std::vector<Difference>> reconcile_all(Bench & bench, Clock const & clock, bool dry_run, std::string_view who);

/// Learns a model of the kind that is compared by likelihood and writes it to `file`, for the rules to name. Changes
/// nothing. Failure::usage when there is no such kind, or nothing to learn from.
Result<reconcile::Learned> learn(Bench & bench, std::filesystem::path const & file);

}
