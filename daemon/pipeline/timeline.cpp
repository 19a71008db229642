#include "daemon/pipeline/timeline.hpp"

#include "daemon/pipeline/runs.hpp"

#include <algorithm>

namespace ketensync::pipeline {

namespace {

/// As the index run_notable has it, word by word.
constexpr std::string_view notable = "(state NOT IN ('succeeded', 'running') OR cause = 'manual')";

std::int64_t number_of(Instant instant) { return instant.time_since_epoch().count(); }

Result<void> add_runs(store::Database & state, Instant from, Instant until, std::size_t limit, Timeline & timeline)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        state.prepare(std::string("SELECT id, started FROM run WHERE ").append(notable)
            + " AND started >= ? AND started < ? ORDER BY started DESC LIMIT ?"));
    select.bind(1, number_of(from)).bind(2, number_of(until)).bind(3, static_cast<std::int64_t>(limit));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        KETENSYNC_TRY_ASSIGN(auto run, runs.run(select.integer(0)));
        auto const at = run.started;
        timeline.events.push_back({ at, std::move(run) });
    }
}

/// By an index alone.
Result<std::uint64_t> count_runs(store::Database & state, std::string_view which, Instant from, Instant until)
{
    KETENSYNC_TRY_ASSIGN(auto count,
        state.prepare(std::string("SELECT count(*) FROM run WHERE ").append(which.empty() ? "true" : which)
            + " AND started >= ? AND started < ?"));
    count.bind(1, number_of(from)).bind(2, number_of(until));
    KETENSYNC_TRY(count.step());
    return static_cast<std::uint64_t>(count.integer(0));
}

Result<void> add_acts(store::Database & state, Instant from, Instant until, std::size_t limit, Timeline & timeline)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        state.prepare("SELECT id, at, who, action, detail FROM audit WHERE at >= ? AND at < ? ORDER BY at DESC LIMIT ?"));
    select.bind(1, number_of(from)).bind(2, number_of(until)).bind(3, static_cast<std::int64_t>(limit));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        Audit::Entry entry { select.integer(0), Instant(std::chrono::milliseconds(select.integer(1))), std::string(select.text(2)),
            std::string(select.text(3)), std::string(select.text(4)), {} };
        auto const at = entry.at;
        timeline.events.push_back({ at, std::move(entry) });
    }
}

}

Result<Timeline> timeline(store::Database & state, Instant from, Instant until, std::size_t limit)
{
    Timeline timeline;
    KETENSYNC_TRY(add_runs(state, from, until, limit + 1, timeline));
    KETENSYNC_TRY(add_acts(state, from, until, limit + 1, timeline));
    KETENSYNC_TRY_ASSIGN(auto const all, count_runs(state, "", from, until));
    KETENSYNC_TRY_ASSIGN(auto const told, count_runs(state, notable, from, until));
    timeline.uneventful = all - told;
    std::ranges::stable_sort(timeline.events, std::greater {}, &Timeline::Event::at);
    timeline.more = timeline.events.size() > limit;
    timeline.events.resize(std::min(timeline.events.size(), limit));
    return timeline;
}

}
