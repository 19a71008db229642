// Ending, pausing and resuming what the service reads.

#include "daemon/commands/pause.hpp"

#include "daemon/commands/service.hpp"
#include "daemon/commands/sync.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/pauses.hpp"
#include "daemon/pipeline/schedule.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ketensync::commands {

namespace {

/// Longer is no pause: the source is taken out of the configuration.
constexpr std::chrono::hours longest { 24 * 366 };

Result<void> sources_exist(pipeline::Plan const & plan, std::vector<std::string> const & names)
{
    std::vector<std::string> known;
    for (auto const & source : plan.config.sources) {
        known.push_back(source.name);
    }
    for (auto const & name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            return fail(Failure::usage, fmt::format("there is no source '{}'{}", name, settings::did_you_mean(name, known)));
        }
    }
    return {};
}

/// Without the service: in this process, which then has the lock.
Result<void> change_state(pipeline::Plan const & plan, std::function<Result<void>(store::Database & state)> const & work)
{
    auto const & config = plan.config;
    KETENSYNC_TRY_ASSIGN(auto const folder, pipeline::make_state_folder(config.state_folder));
    KETENSYNC_TRY_ASSIGN(auto const lock, store::InstanceLock::take(folder / "lock"));
    KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state(config, config.limits.cache_bytes));
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(work(state));
    return transaction.commit();
}

Result<void> put(Options const & options, pipeline::Plan const & plan, pipeline::Pause pause)
{
    if (options.service != nullptr) {
        pause.who = options.service->who;
        return options.service->daemon.pause(pause);
    }
    return change_state(plan, [&](store::Database & state) -> Result<void> {
        KETENSYNC_TRY(pipeline::Audit::append(state, pause.since, "pause",
            fmt::format("{} until {}: {}", pause.source, to_text(pause.until), pause.reason)));
        pause.who = pipeline::Audit::account();
        return pipeline::Pauses(state).put(pause);
    });
}

Result<bool> end(Options const & options, pipeline::Plan const & plan, std::string const & source, Instant now)
{
    if (options.service != nullptr) {
        return options.service->daemon.resume(source, options.service->who);
    }
    bool was = false;
    KETENSYNC_TRY(change_state(plan, [&](store::Database & state) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(was, pipeline::Pauses(state).end(source));
        return pipeline::Audit::append(state, now, "resume", source);
    }));
    return was;
}

}

Result<Instant> pause_until(std::string const & text, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto const until, pipeline::moment_meant(text, settings::Schedule().zone));
    if (until <= now || until > now + longest) {
        return fail(Failure::usage, fmt::format("{} is not in the year to come", text));
    }
    return until;
}

int pause(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const now = SystemClock().now();
    auto const done = [&]() -> Result<void> {
        KETENSYNC_TRY(sources_exist(*plan, options.names));
        bool const pauses = options.command == Command::pause;
        Instant until {};
        if (pauses) {
            KETENSYNC_TRY_ASSIGN(until, pause_until(options.until, now));
        }
        for (auto const & name : options.names) {
            bool was = true;
            if (pauses) {
                KETENSYNC_TRY(put(options, *plan, { name, {}, options.reason, now, until }));
            } else {
                KETENSYNC_TRY_ASSIGN(was, end(options, *plan, name, now));
            }
            if (!options.quiet) {
                streams.out << (pauses ? fmt::format("{} is paused until {}; what is being read now is finished\n", name, to_text(until))
                        : was          ? fmt::format("{} is read at its times again\n", name)
                                       : fmt::format("{} was not paused\n", name));
            }
        }
        return {};
    }();
    return done ? 0 : tell(done.error(), streams);
}

int cancel(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const feeds = chosen(*plan, options.names);
    if (!feeds) {
        return tell(feeds.error(), streams);
    }
    if (options.service == nullptr) {
        return tell({ Failure::unavailable, "the service does not run: there is nothing to cancel" }, streams);
    }
    std::size_t count = 0;
    for (auto const feed : *feeds) {
        auto const cancelled = options.service->daemon.cancel(feed, options.service->who, options.reason);
        if (!cancelled) {
            return tell(cancelled.error(), streams);
        }
        count += *cancelled ? 1U : 0U;
        if (*cancelled && !options.quiet) {
            streams.out << fmt::format("the reading of {} ends\n", plan->feeds[feed].name);
        }
    }
    if (count == 0 && !options.quiet) {
        streams.out << "nothing of that is being read\n";
    }
    return 0;
}

}
