#pragma once

#include "daemon/pipeline/workbench.hpp"
#include "daemon/reconcile/explanation.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// What two records say for and against being one. Without their values.
struct Evidence {
    record::RecordId a = 0;
    record::RecordId b = 0;
    std::string source_a; ///< title
    std::string source_b;
    reconcile::Explanation why;
};

/// Of one golden record: what holds its records together, each to those before it by the pair that says most. Of two: the
/// pair of their records that says most for their being one, and the pair that forbids it, where there is one. Looks only.
/// Failure::usage when there is no such golden record, or when it is not of a kind that is compared by likelihood.
Result<std::vector<Evidence>> explain(Bench & bench, std::vector<record::GoldenId> const & golden);

}
