#include "daemon/commands/reading.hpp"
#include "daemon/health/status_text.hpp"
#include "daemon/pipeline/observe.hpp"
#include "daemon/pipeline/runs.hpp"

namespace ketensync::commands {

namespace {

/// The state file, to look at only: also while the service works in it.
Result<store::Database> look_at(pipeline::Plan const & plan)
{
    auto const file = plan.config.state_folder / "state.sqlite";
    if (!std::filesystem::exists(file)) {
        return fail(Failure::unavailable, "nothing was synchronised yet: there is no " + file.string());
    }
    return store::Database::open(file, { .cache_bytes = 2U << 20, .read_only = true });
}

}

int status(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto state = look_at(*plan);
    if (!state) {
        return tell(state.error(), streams);
    }
    SystemClock const clock;
    auto snapshot = pipeline::observe(*state, *plan, clock.now());
    if (!snapshot) {
        return tell(snapshot.error(), streams);
    }
    snapshot->started_up = true;
    auto const report = health::evaluate(*snapshot);
    streams.out << (options.json ? health::status_json_lines(*snapshot, report)
                                 : health::status_table(*snapshot, report, streams.terminal));
    return 0;
}

int history(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto state = look_at(*plan);
    if (!state) {
        return tell(state.error(), streams);
    }
    auto runs = pipeline::Runs::open(*state);
    auto const found = runs ? runs->history(options.history) : fail(runs.error());
    if (!found) {
        return tell(found.error(), streams);
    }
    if (!options.json) {
        streams.out << "started              " << run_header();
    }
    for (auto const & run : *found) {
        streams.out << (options.json ? run_json(run) : to_text(std::chrono::floor<std::chrono::seconds>(run.started)) + ' ' + run_line(run));
    }
    return 0;
}

}
