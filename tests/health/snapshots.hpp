#pragma once

#include "daemon/health/snapshot.hpp"

#include <string>

namespace ketensync {

/// Noon of 21 November 2026, UTC: the moment of every snapshot here.
Instant noon();

/// A service in order, with two feeds: "srg/hilversum" (hourly) and "uwv/werkzoekenden" (daily), and
/// a certificate, "keten-cert", that holds 200 days more.
health::Snapshot sound_snapshot();

/// A run that ended `hours_ago`, in this state.
health::Run ended_run(health::RunState state, int hours_ago);

} // namespace ketensync
