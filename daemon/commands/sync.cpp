#include "daemon/commands/sync.hpp"

#include "daemon/commands/stop_signals.hpp"
#include "daemon/pipeline/pauses.hpp"
#include "daemon/pipeline/trial.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include <sys/resource.h>

namespace ketensync::commands {

namespace {

int code_of(health::Run const & run)
{
    switch (run.state) {
    case health::RunState::succeeded: return 0;
    case health::RunState::rejects: return 3;
    case health::RunState::interrupted: return exit_code(Failure::interrupted);
    case health::RunState::held: return exit_code(Failure::held);
    default: break;
    }
    for (auto const failure : { Failure::unavailable, Failure::busy, Failure::bad_data, Failure::bad_page, Failure::refused,
             Failure::configuration, Failure::cannot_write }) {
        if (health::reason_code(failure) == run.reason) {
            return exit_code(failure);
        }
    }
    return exit_code(Failure::bug);
}

}

bool looks_back(settings::Feed const & feed) { return feed.ask || !feed.sweeps.empty(); }

Result<std::vector<std::size_t>> chosen(pipeline::Plan const & plan, std::vector<std::string> const & names)
{
    std::vector<std::size_t> feeds;
    std::vector<std::string> known;
    for (auto const & feed : plan.feeds) {
        known.push_back(feed.name);
        known.push_back(feed.source->name);
    }
    for (auto const & name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            return fail(Failure::usage,
                fmt::format("there is no source or feed '{}'{}", name, settings::did_you_mean(name, known)));
        }
    }
    for (std::size_t i = 0; i < plan.feeds.size(); ++i) {
        bool const wanted = names.empty() || std::ranges::any_of(names, [&feed = plan.feeds[i]](std::string const & name) {
            return name == feed.name || name == feed.source->name;
        });
        if (wanted) {
            feeds.push_back(i);
        }
    }
    // Last come those that look at what the others told.
    std::ranges::stable_partition(feeds, [&plan](std::size_t feed) { return !looks_back(*plan.feeds[feed].feed); });
    return feeds;
}

int worse(int a, int b)
{
    auto const weight = [](int code) { return code == 0 ? 0 : code == 3 ? 1 : 2; };
    return weight(b) > weight(a) ? b : a;
}

int show_runs(std::vector<health::Run> const & runs, Options const & options, Streams const & streams)
{
    int code = 0;
    if (!options.json && !options.quiet) {
        streams.out << run_header();
    }
    for (auto const & run : runs) {
        code = worse(code, code_of(run));
        if (options.json) {
            streams.out << run_json(run);
        } else if (!options.quiet || run.failed()) {
            streams.out << run_line(run);
        }
    }
    return code;
}

Result<void> show_summary(store::Database & state, std::chrono::milliseconds took, Options const & options, Streams const & streams)
{
    KETENSYNC_TRY_ASSIGN(auto counts,
        state.prepare("SELECT k.name, coalesce(c.records, 0), coalesce(c.golden, 0) FROM kind k LEFT JOIN kind_count c "
                      "ON c.kind = k.id ORDER BY k.id"));
    nlohmann::ordered_json kinds = nlohmann::ordered_json::object();
    std::string text;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, counts.step());
        if (!row) {
            break;
        }
        kinds[std::string(counts.text(0))] = { { "records", counts.integer(1) }, { "golden", counts.integer(2) } };
        if (counts.integer(1) > 0) {
            text += fmt::format("{:<16} {:>9} records, {:>9} golden\n", counts.text(0), counts.integer(1), counts.integer(2));
        }
    }
    KETENSYNC_TRY_ASSIGN(auto const doubts, state.number("SELECT count(*) FROM doubt"));
    auto const seconds = std::chrono::duration<double>(took).count();
    nlohmann::ordered_json summary { { "type", "summary" }, { "kinds", kinds }, { "doubts", doubts }, { "seconds", seconds } };
    auto line = fmt::format("{} pairs to judge; {:.2f} s", doubts, seconds);
    if (options.service == nullptr) { // the service did other things as well
        rusage usage {};
        getrusage(RUSAGE_SELF, &usage);
        auto const cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
        auto const peak = static_cast<double>(usage.ru_maxrss) / 1024;
        summary["cpu_seconds"] = cpu;
        summary["peak_mib"] = peak;
        line += fmt::format(", {:.2f} s of processor, {:.0f} MiB at most", cpu, peak);
    }
    if (options.json) {
        streams.out << summary.dump() << '\n';
    } else if (!options.quiet) {
        streams.out << '\n' << text << line << '\n';
    }
    return {};
}

int sync(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    if (options.service != nullptr) {
        return sync_by_service(options, streams, plan);
    }
    auto const feeds = chosen(*plan, options.names);
    if (!feeds) {
        return tell(feeds.error(), streams);
    }
    StopSignals const signals;
    SystemClock const clock;
    Log const log(Log::Level::error);
    health::Heartbeats heartbeats(clock);
    pipeline::RunOptions run_options;
    run_options.full = options.full;
    run_options.reason = options.reason;
    pipeline::Surroundings const around { .clock = clock, .log = log, .heartbeats = heartbeats, .in_order = true };
    auto const started = clock.now();

    auto const accepted = options.accept_mass_change
        ? std::optional(static_cast<std::int64_t>(*options.accept_mass_change))
        : std::nullopt;
    if (options.dry_run) {
        auto const trial = pipeline::try_out(plan, around, *feeds, run_options, accepted, signals.token());
        if (!trial) {
            return tell(trial.error(), streams);
        }
        code = show_runs(trial->runs, options, streams);
        show(trial->kinds, options, streams);
        return code;
    }
    auto opened = pipeline::Pipeline::open(plan, around);
    if (!opened) {
        return tell(opened.error(), streams);
    }
    auto & pipeline = **opened;
    auto const paused = pipeline::Pauses(pipeline.state()).all(started);
    if (!paused) {
        return tell(paused.error(), streams);
    }
    Follower follower(*plan, options, streams, clock);
    auto const wait = [&] {
        while (!pipeline.wait_done(signals.token(), std::chrono::milliseconds(200))) {
            follower.show(pipeline.progress());
        }
        follower.end();
    };
    Guarded<std::vector<health::Run>> ended;
    for (auto const feed : *feeds) {
        auto const pause = std::ranges::find(*paused, plan->feeds[feed].source->name, &pipeline::Pause::source);
        if (pause != paused->end()) {
            streams.error << "ketensync: " << plan->feeds[feed].name << " is not read: " << sentence_of(*pause) << '\n';
            code = options.names.empty() ? code : exit_code(Failure::busy);
            continue;
        }
        auto of_feed = run_options;
        if (accepted) {
            auto const held = pipeline::held_feed(*plan, pipeline.state(), *accepted);
            if (!held) {
                return tell(held.error(), streams);
            }
            of_feed.accept_mass_change = *held == feed;
        }
        if (looks_back(*plan->feeds[feed].feed)) {
            wait();
        }
        pipeline.submit(feed, of_feed, [&ended](health::Run const & run) {
            ended.with([&run](auto & runs) { runs.push_back(run); });
        });
    }
    wait();
    auto const delivered = pipeline.wait_delivered(signals.token());
    bool const interrupted = signals.token().stop_requested();
    pipeline.stop();
    auto state = pipeline.connection();
    ended.with([&](auto & runs) {
        std::ranges::sort(runs, {}, &health::Run::id);
        code = worse(code, show_runs(runs, options, streams));
    });
    if (auto const shown = state ? show_summary(*state, clock.now() - started, options, streams) : Result<void>(fail(state.error())); !shown) {
        return tell(shown.error(), streams);
    }
    if (!delivered) {
        return worse(code, tell(delivered.error(), streams));
    }
    return interrupted ? exit_code(Failure::interrupted) : code;
}

}
