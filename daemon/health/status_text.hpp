#pragma once

#include "daemon/health/health.hpp"

#include <string>

namespace ketensync::health {

/// One line for systemd's STATUS: "2 running; 5 of 6 feeds in order; uwv/werkzoekenden late; next 06:12Z; 3 to review".
std::string status_line(Snapshot const & snapshot, Report const & report);

/// What --status prints: a table of feeds, then every check that does not pass. `color` adds terminal colours.
std::string status_table(Snapshot const & snapshot, Report const & report, bool color);

/// What --status --json prints: one line a feed {"type":"feed",...}, then one line {"type":"status",...}.
std::string status_json_lines(Snapshot const & snapshot, Report const & report);

} // namespace ketensync::health
