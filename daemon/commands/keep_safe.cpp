// Copies of the state, its keys, and the account of what operators did.

#include "daemon/commands/desk.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/held.hpp"
#include "daemon/pipeline/processing.hpp"
#include "daemon/pipeline/put_back.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

namespace {

/// Reads the plan, does the work, and says in one line what was done.
int do_and_say(Options const & options, Streams const & streams,
    std::function<Result<std::string>(std::shared_ptr<pipeline::Plan const> const & plan, Clock const & clock,
        std::string const & who)> const & work)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    std::string said;
    auto const done = with_state_to_itself(options, streams, [&](std::string const & who) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(said, work(plan, clock, who));
        return {};
    });
    if (!done) {
        return tell(done.error(), streams);
    }
    if (!options.quiet) {
        streams.out << said << '\n';
    }
    return 0;
}

}

int backup(Options const & options, Streams const & streams)
{
    return look(options, streams, [&](pipeline::Plan const & plan, store::Database & state) -> Result<void> {
        KETENSYNC_TRY(state.back_up(options.file));
        KETENSYNC_TRY(pipeline::Audit::note(plan.config, SystemClock().now(), "backup", {}));
        if (!options.quiet) {
            streams.out << fmt::format("{} holds the state and was read back{}\n", options.file.string(),
                state.seal() ? "; keep key " + state.seal()->key_ids().front() + " apart from it" : ", unsealed");
        }
        return {};
    });
}

int restore(Options const & options, Streams const & streams)
{
    return do_and_say(options, streams, [&](auto const & plan, Clock const & clock, std::string const &) -> Result<std::string> {
        KETENSYNC_TRY(pipeline::restore(*plan, options.file, clock));
        return fmt::format("{} is the state now. The warehouse may know more than it: put an empty one in its place and run "
                           "--refill before the service",
            options.file.string());
    });
}

int reseal(Options const & options, Streams const & streams)
{
    return do_and_say(options, streams, [&](auto const & plan, Clock const & clock, std::string const & who) -> Result<std::string> {
        KETENSYNC_TRY(pipeline::reseal(*plan, clock, who));
        return std::string("all of the state is sealed with the key that [seal] names; the old keys are needed for old backups only");
    });
}

int refill(Options const & options, Streams const & streams)
{
    return do_and_say(options, streams, [&](auto const & plan, Clock const & clock, std::string const & who) -> Result<std::string> {
        KETENSYNC_TRY_ASSIGN(auto const count, pipeline::refill(plan, clock, who));
        return fmt::format("{} golden records wait for the warehouse: run the service, or --publish", count);
    });
}

int audit(Options const & options, Streams const & streams)
{
    return look(options, streams, [&](pipeline::Plan const &, store::Database & state) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const entries, pipeline::Audit::read(state));
        for (auto const & entry : entries) {
            if (options.json) {
                streams.out << nlohmann::ordered_json({ { "type", "audit" }, { "id", entry.id }, { "at", to_text(entry.at) },
                                   { "who", entry.who }, { "action", entry.action }, { "detail", entry.detail },
                                   { "chain", entry.chain } })
                                   .dump()
                            << '\n';
            } else {
                streams.out << fmt::format("{:>6}  {}  {:<20} {:<12} {}\n", entry.id, to_text(entry.at), entry.who, entry.action,
                    entry.detail);
            }
        }
        if (!entries.empty() && !options.json && !options.quiet) {
            streams.out << fmt::format("unchanged up to {}\n", entries.back().chain);
        }
        return {};
    });
}

int processing(Options const & options, Streams const & streams)
{
    return look(options, streams, [&](pipeline::Plan const & plan, store::Database & state) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const names, pipeline::names_in(state));
        auto const milliseconds = [](Instant instant) { return instant.time_since_epoch().count(); };
        return pipeline::Processing::each(state, [&](pipeline::Processing::Line const & line) -> Result<void> {
            auto const feed = names.feeds.find(line.feed);
            auto attributes = nlohmann::ordered_json::object();
            for (auto const & source : plan.config.sources) {
                if (feed != names.feeds.end() && feed->second.starts_with(source.name + '/') && !source.activity.empty()) {
                    attributes["dpl.core.processing_activity_id"] = source.activity;
                }
            }
            if (!line.subject.empty()) {
                attributes["dpl.core.data_subject_id"] = line.subject;
            }
            nlohmann::ordered_json resource { { "attributes", { { "service.name", "ketensync" }, { "service.version", KETENSYNC_VERSION } } } };
            if (feed != names.feeds.end()) {
                resource["attributes"]["feed"] = feed->second;
            }
            streams.out << nlohmann::ordered_json({ { "trace_id", line.trace_id }, { "operation_id", line.operation_id },
                               { "status_code", 1 }, { "name", line.name }, { "start_time", milliseconds(line.start) },
                               { "end_time", milliseconds(line.end) }, { "resource", resource }, { "attributes", attributes } })
                               .dump()
                        << '\n';
            return {};
        });
    });
}

}
