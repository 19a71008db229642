#include "daemon/commands/reading.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/health/status_text.hpp"
#include "daemon/pipeline/observe.hpp"
#include "daemon/pipeline/runs.hpp"

namespace ketensync::commands {

int status(Options const & options, Streams const & streams)
{
    if (options.service != nullptr) {
        auto snapshot = *options.service->daemon.snapshot();
        snapshot.taken = options.service->daemon.clock().now();
        auto const report = health::evaluate(snapshot);
        streams.out << (options.json ? health::status_json_lines(snapshot, report)
                                     : health::status_table(snapshot, report, streams.terminal));
        return 0;
    }
    return look(options, streams, [&](pipeline::Plan const & plan, store::Database & state) -> Result<void> {
        SystemClock const clock;
        KETENSYNC_TRY_ASSIGN(auto snapshot, pipeline::observe(state, plan, clock.now()));
        snapshot.started_up = true;
        auto const report = health::evaluate(snapshot);
        streams.out << (options.json ? health::status_json_lines(snapshot, report)
                                     : health::status_table(snapshot, report, streams.terminal));
        return {};
    });
}

int history(Options const & options, Streams const & streams)
{
    return look(options, streams, [&](pipeline::Plan const &, store::Database & state) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto runs, pipeline::Runs::open(state));
        KETENSYNC_TRY_ASSIGN(auto const found, runs.history(options.history));
        if (!options.json) {
            streams.out << "started              " << run_header();
        }
        for (auto const & run : found) {
            streams.out << (options.json ? run_json(run)
                                         : to_text(std::chrono::floor<std::chrono::seconds>(run.started)) + ' ' + run_line(run));
        }
        return {};
    });
}

}
