#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/health/edition_state.hpp"
#include "daemon/health/heartbeats.hpp"
#include "daemon/health/snapshot.hpp"
#include "daemon/web/http.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace ketensync::web {

/// Gives the snapshot made last; never nothing, never waits. Called on the server's thread.
using LastSnapshot = std::function<std::shared_ptr<health::Snapshot const>()>;

/// Gives how the edition of the Monitor stood when somebody looked last; never nothing, never waits.
using LastEdition = std::function<std::shared_ptr<health::EditionState const>()>;

/// Every page: / /livez /readyz /readyz/<check> /startupz /health /metrics. Each takes the last snapshot, with the time
/// and the heartbeats of this moment: whoever makes the snapshots may be the one that is stuck.
std::vector<Route> routes(
    LastSnapshot last, health::Heartbeats const & heartbeats, Clock const & clock, LastEdition edition = {});

} // namespace ketensync::web
