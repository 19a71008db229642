#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/week.hpp"

#include <string>
#include <vector>

namespace ketensync::alerts {

/// The weekly overview in plain Dutch: what each source delivered, how far it lagged, what was set aside, what waits for
/// somebody, and when sources are closed in the seven days after `now`. Pure; no personal data.
std::string digest_text(std::vector<pipeline::FeedWeek> const & weeks, health::Snapshot const & snapshot, Instant now);

} // namespace ketensync::alerts
