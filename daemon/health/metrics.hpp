#pragma once

#include "daemon/health/health.hpp"

#include <string>

namespace ketensync::health {

/// The snapshot in the text format of Prometheus. Pure: no registry is kept, every call builds its own, so that what is
/// gone from the snapshot is gone from the metrics. Labels are source, feed and reason (a closed set), each present
/// from the start with 0; never a person, a file or an address. Moments are seconds since 1970, 0 when there was none.
std::string metrics_text(Snapshot const & snapshot);

} // namespace ketensync::health
