#pragma once

#include "daemon/health/run_log.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <variant>
#include <vector>

namespace ketensync::pipeline {

/// What happened between two moments: the runs that are worth telling (begun by hand, or ended otherwise than well) and what
/// people did, with the configurations that came into force; the newest first. Runs with nothing to tell are only counted.
struct Timeline {
    struct Event {
        Instant at;
        std::variant<health::Run, Audit::Entry> what; ///< an entry without its chain: that is for --audit to judge
    };
    std::vector<Event> events;
    bool more = false; ///< there were too many to tell; those told are the newest
    std::uint64_t uneventful = 0; ///< runs that are not among the events
};

/// Of [from, until), `limit` events at most. One thread, on its connection; writes nothing.
Result<Timeline> timeline(store::Database & state, Instant from, Instant until, std::size_t limit);

}
