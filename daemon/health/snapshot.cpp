#include "daemon/health/snapshot.hpp"

#include <algorithm>

namespace ketensync::health {

namespace {

/// Always one of `reason_codes`, because it becomes a label of a metric.
std::string reason_of(Run const & run)
{
    if (std::find(reason_codes.begin(), reason_codes.end(), run.reason) != reason_codes.end()) {
        return run.reason;
    }
    return std::string(reason_code(run.state == RunState::held ? Failure::held : Failure::bug));
}

} // namespace

void FeedTotals::add(Run const & run)
{
    ++runs;
    if (run.failed()) {
        ++failures[reason_of(run)];
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
