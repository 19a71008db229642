#pragma once

#include "daemon/health/health.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::health {

/// As in the alert rules: critical wakes somebody, warning is for this working day, info is for when it suits.
enum class Severity { info, warning, critical };

/// Something that a person should know of, in words for people. Holds no personal data.
struct Concern {
    std::string key; ///< the same as long as it lasts: "feed:uwv/werkzoekenden:KetensyncSyncHeld"
    std::string alert; ///< its name in the alert rules, and in the runbook
    Severity severity = Severity::warning;
    std::string what; ///< Dutch: one sentence
    std::string first; ///< Dutch: the first thing to do
    bool operator==(Concern const &) const = default;
};

/// What the checks of a report ask of people, in their order. Pure. Nothing for a check that passes, for one that asks
/// nothing of people (starting, stopping), and for a feed that failed once or twice: it tries again by itself.
std::vector<Concern> concerns(Snapshot const & snapshot, Report const & report);

std::string_view to_text(Severity severity);
/// "4 minuten", "3 uur", "12 dagen": rounded down.
std::string dutch_span(std::chrono::milliseconds span);

} // namespace ketensync::health
