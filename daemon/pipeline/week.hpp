#pragma once

#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// What reading one feed came to in a stretch of time. Holds no personal data.
struct FeedWeek {
    std::string source;
    std::string feed;
    std::uint64_t runs = 0;   ///< that ended
    std::uint64_t failed = 0; ///< of those: failed, or held
    std::uint64_t fetched = 0;
    std::uint64_t rejected = 0;
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    /// The longest that what we know was behind the source: from one success to the next, or to the end of the stretch.
    /// Nothing when it never succeeded.
    std::optional<std::chrono::milliseconds> behind;
    settings::Calendar calendar; ///< when it may be read
};

/// Of each feed of the plan, in the plan's order. Reads only.
Result<std::vector<FeedWeek>> week(store::Database & state, Plan const & plan, Instant from, Instant until);

} // namespace ketensync::pipeline
