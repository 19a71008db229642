#pragma once

#include "daemon/pipeline/timeline.hpp"
#include "daemon/pipeline/wall_clock.hpp"
#include "daemon/web/run_pages.hpp"

#include <string>

namespace ketensync::web {

/// What stands on /tijdlijn: what happened on one day, the latest first, with a way to the days around it. HTML, without
/// personal data. Pure.
std::string timeline_body(pipeline::Timeline const & timeline, std::chrono::sys_days day, std::span<FeedName const> feeds,
    pipeline::WallClock const & clock, Instant now, Tongue const & say);

} // namespace ketensync::web
