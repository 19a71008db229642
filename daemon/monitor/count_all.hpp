#pragma once

#include "daemon/monitor/asking.hpp"
#include "daemon/monitor/count.hpp"
#include "daemon/monitor/frame.hpp"

#include <vector>

namespace ketensync::monitor {

/// Counts every indicator of the definitions into the edition, and what is left out of them. `asks` are used beside each
/// other, by a thread each, for a share of the persons each; the figures are the same for any number of them.
Result<void> count_all(
    Definitions const & definitions, Axes const & axes, std::vector<Ask> const & asks, Edition & edition);

/// What is left out because its row names no project or no month: the code of that fault.
constexpr std::string_view not_placed_code = "niet_te_plaatsen";

}
