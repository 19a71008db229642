#pragma once

#include "daemon/reconcile/cluster.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

/// The records in an order that depends on what they tell only, and which of them stand for others that tell the same.
struct Ordered {
    std::vector<std::uint32_t> records; ///< one of each set of too many that are identical
    std::vector<std::pair<std::uint32_t, std::uint32_t>> doubles; ///< a record, and the one that stands for it
};
Ordered order_by_content(RecordTable const & table, std::vector<std::uint32_t> records, Constraints const & constraints,
    std::size_t threads);

} // namespace ketensync::reconcile
