#pragma once

#include "daemon/health/health.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::health {

/// The answer to one request, ready to be sent. Pure, like all that makes one here.
struct Answer {
    int status = 200; ///< of HTTP: 200, 404 or 503
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

struct ProbeQuestion {
    Probe probe = Probe::ready;
    bool verbose = false; ///< every check on its own line
    std::vector<std::string> excluded; ///< names of checks that do not count
    std::string only; ///< one check by name; empty: all
};

/// /livez, /readyz, /startupz and /readyz/<check>: 200 or 503, "ok" or the checks that fail. Ready also needs startup.
/// A check that does not exist is 404 with the names there are.
Answer answer_probe(Report const & report, ProbeQuestion const & question);

/// /health: application/health+json after draft-inadarei-api-health-check; 503 only when something fails.
Answer answer_health(Report const & report, Snapshot const & snapshot);

} // namespace ketensync::health
