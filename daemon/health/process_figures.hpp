#pragma once

#include "daemon/base/clock.hpp"

#include <cstdint>

namespace ketensync::health {

/// What the kernel says of this process: the standard process_* metrics. Zero where it says nothing.
struct ProcessFigures {
    double start_time = 0; ///< seconds since 1970
    double cpu_seconds = 0; ///< user and system
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t open_files = 0;
    std::uint64_t open_files_max = 0;
    std::uint64_t threads = 0;
};

/// Reads /proc/self. Never fails: a figure that cannot be read stays zero.
ProcessFigures read_process_figures(Instant now);

} // namespace ketensync::health
