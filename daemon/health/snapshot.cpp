#include "daemon/health/snapshot.hpp"

namespace ketensync::health {

void FeedTotals::add(Run const & run)
{
    ++runs;
    if (run.failed()) {
        ++failures[run.reason.empty() ? std::string(reason_code(Failure::bug)) : run.reason];
    }
    fetched += run.fetched;
    unchanged += run.unchanged;
    mapped += run.mapped;
    filtered += run.filtered;
    rejected += run.rejected;
    added += run.added;
    changed += run.changed;
    vanished += run.vanished;
}

} // namespace ketensync::health
