#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/error.hpp"
#include "daemon/base/trace.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::health {

/// Why a run began.
enum class Trigger { schedule, manual };

/// How a run stands, or how it ended. `rejects` succeeded, with documents set aside; `held` changed nothing and waits
/// for a person; `interrupted` was asked to stop or was cut off by a crash.
enum class RunState { running, succeeded, rejects, held, failed, interrupted };

/// One reading of one feed, with its numbers: a row of the run log. A plain value. Holds no personal data: `message` is
/// the sentence of an Error.
struct Run {
    std::uint64_t id = 0;
    std::string source;
    std::string feed;
    Trigger trigger = Trigger::schedule;
    Instant started {};
    std::optional<Instant> ended; ///< nothing while it runs
    RunState state = RunState::running;

    // Documents: fetched = unchanged + mapped + filtered + rejected.
    std::uint64_t fetched = 0;
    std::uint64_t unchanged = 0;
    std::uint64_t mapped = 0;
    std::uint64_t filtered = 0;
    std::uint64_t rejected = 0;

    // Records.
    std::uint64_t added = 0;
    std::uint64_t changed = 0;
    std::uint64_t vanished = 0;

    std::string rules; ///< stands for the matching rules and models it went by; empty when nothing was digested
    std::string reason; ///< empty, or a reason code: one of `reason_codes`
    std::string message; ///< empty, or one sentence for an operator
    Trace trace {}; ///< that its requests carried; none of runs from before there were traces

    /// The control totals hold. A run that ended and does not add up has failed.
    bool adds_up() const;
    bool succeeded() const { return state == RunState::succeeded || state == RunState::rejects; }
    bool failed() const { return state == RunState::failed || state == RunState::held; }
};

/// Every reason a run can fail for: the closed set of the metric label `reason`.
inline constexpr std::array<std::string_view, 11> reason_codes { "unavailable", "busy", "bad_data", "bad_page", "held",
    "refused", "configuration", "cannot_write", "totals", "interrupted", "bug" };

std::string_view reason_code(Failure failure);

using ketensync::to_text;
/// As they are stored and printed; the other way gives nothing for a text that is none of them.
std::string_view to_text(Trigger trigger);
std::string_view to_text(RunState state);
std::optional<Trigger> trigger_of(std::string_view text);
std::optional<RunState> run_state_of(std::string_view text);

} // namespace ketensync::health
