#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/wall_clock.hpp"
#include "daemon/web/tongue.hpp"

#include <string>

namespace ketensync::web {

/// What stands on /planning: what is read in the next day and when, what is read all the time, and what is not read by
/// itself and why. HTML. Pure.
std::string planning_body(health::Snapshot const & snapshot, pipeline::WallClock const & clock, Tongue const & say);

} // namespace ketensync::web
