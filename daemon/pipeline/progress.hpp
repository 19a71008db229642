#pragma once

#include "daemon/base/clock.hpp"

#include <cstddef>
#include <cstdint>

namespace ketensync::pipeline {

/// How far a feed is that was handed in and is not done. A plain value.
struct Progress {
    enum class Phase { waiting, reading, digesting };
    std::size_t feed = 0; ///< in the plan
    Phase phase = Phase::waiting;
    Instant since {};             ///< of this phase
    std::int64_t run = 0;         ///< 0: it has none yet
    std::uint64_t fetched = 0;    ///< documents
    std::uint64_t unchanged = 0;
    bool cancelled = false;       ///< somebody asked for its end
};

}
