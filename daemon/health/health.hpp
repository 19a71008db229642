#pragma once

#include "daemon/health/snapshot.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::health {

/// `warn` asks a person to look, some time; `fail` means that this process cannot do its work.
enum class Status { pass, warn, fail };

/// The three questions a supervisor asks. live: do the loops turn, or must it be restarted? ready: can it do its work?
/// startup: has it begun?
enum class Probe { live, ready, startup };

/// One finding. `name` is stable and part of the interface: "outbox", "feed:<source>/<feed>", "worker:<name>".
struct Check {
    std::string name;
    Probe probe = Probe::ready;
    Status status = Status::pass;
    std::string text; ///< one sentence: how it stands; no personal data, no address
    std::string measurement; ///< of health+json: "lastSuccess"
    std::string component_type; ///< of health+json: component, datastore or system
    double observed = 0;
    std::string unit; ///< of `observed`: "s", "bytes", "batches"; empty: there is nothing to observe
};

/// What a snapshot means.
struct Report {
    Status status = Status::pass; ///< the worst of the checks
    std::vector<Check> checks;
};

/// The one evaluation behind the probes, /health, the status line and --status. Pure. A source or a warehouse that does
/// not answer is a warning, because restarting this process would not help; a feed is late by its own schedule: when two of
/// its turns have passed since its last success. One whose source is paused is not late.
Report evaluate(Snapshot const & snapshot);

std::string_view to_text(Status status);
/// "pass", "warn" or "fail" of one feed's check.
Status status_of(FeedState const & feed, Snapshot const & snapshot);
/// "ends in 12 days, at 2026-12-03T12:00:00Z", "ended 3 h ago, at ...", "cannot be read here".
std::string end_text(CertificateState const & certificate, Instant now);
/// "4 min", "3 h", "12 days": for people, rounded down.
std::string span_text(std::chrono::milliseconds span);

} // namespace ketensync::health
