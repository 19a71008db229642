#pragma once

#include "connectors/access.hpp"
#include "connectors/connector.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ketensync::connectors {

/// What a connector needs around it, for a test: a clock that never waits, silence, and a folder for secrets.
struct Around {
    support::TemporaryFolder secrets_folder {};
    ManualClock clock { Instant(std::chrono::sys_days(std::chrono::year(2040) / 1 / 1)) };
    Log log { Log::Level::off };
    settings::Secrets secrets { secrets_folder.path() };
    settings::Limits limits {};
    SharedAccess shared {};
    Trace trace { 0x0af7651916cd43dd, 0x8448eb211c80319c };

    Surroundings surroundings() { return { clock, log, secrets, limits, &shared, nullptr, {}, trace }; }
};

} // namespace ketensync::connectors
