#pragma once

#include "daemon/commands/command.hpp"
#include "daemon/monitor/calendar.hpp"

namespace ketensync::commands {

/// --monitor=2026-K2: what came of the contracts with providers in that quarter, and with --out a page and a sheet for each
/// provider. They hold true numbers, so they are never written where the service shows the Monitor.
int contract_sheets(Options const & options, Streams const & streams, monitor::Quarter quarter);

}
