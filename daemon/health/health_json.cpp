#include "daemon/health/probes.hpp"

#include <nlohmann/json.hpp>

namespace ketensync::health {

Answer answer_health(Report const & report, Snapshot const & snapshot)
{
    auto checks = nlohmann::ordered_json::object();
    for (auto const & check : report.checks) {
        nlohmann::ordered_json one;
        one["componentId"] = check.name;
        one["componentType"] = check.component_type;
        if (!check.unit.empty()) {
            one["observedValue"] = check.observed;
            one["observedUnit"] = check.unit;
        }
        one["status"] = to_text(check.status);
        one["time"] = to_text(snapshot.taken);
        if (check.status != Status::pass) { // the draft: omitted when it passes
            one["output"] = check.text;
        }
        checks[check.name + ":" + check.measurement] = nlohmann::ordered_json::array({ std::move(one) });
    }
    nlohmann::ordered_json body;
    body["status"] = to_text(report.status);
    body["version"] = "1";
    body["releaseId"] = snapshot.version;
    body["description"] = "ketensync";
    body["checks"] = std::move(checks);
    auto const replace = nlohmann::ordered_json::error_handler_t::replace; // what is not UTF-8 must not fail the answer
    return { report.status == Status::fail ? 503 : 200, "application/health+json",
        body.dump(2, ' ', false, replace) + "\n" };
}

} // namespace ketensync::health
