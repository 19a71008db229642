#include "daemon/commands/service.hpp"
#include "daemon/commands/set_aside.hpp"
#include "daemon/commands/stop_signals.hpp"
#include "daemon/commands/sync.hpp"
#include "daemon/landing/quarantine.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/pipeline.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

namespace {

using landing::Quarantine;

std::vector<Quarantine::Selection> selections(Options const & options)
{
    std::vector<Quarantine::Selection> result;
    for (auto const id : options.ids) {
        result.push_back({ options.source, options.reason, static_cast<std::int64_t>(id), {} });
    }
    if (result.empty()) {
        result.push_back({ options.source, options.reason, std::nullopt, {} });
    }
    return result;
}

void show(Quarantine::Item const & item, Options const & options, Streams const & streams)
{
    if (options.json) {
        streams.out << nlohmann::ordered_json({ { "type", "quarantined" }, { "id", item.id }, { "source", item.source },
                           { "feed", item.feed }, { "reason", item.reason }, { "detail", item.detail },
                           { "where", item.where }, { "first_seen", to_text(item.first_seen) }, { "tries", item.tries } })
                           .dump()
                    << '\n';
        return;
    }
    streams.out << fmt::format("{:>8}  {}/{}  {}: {}  ({}; since {}, tried {} times)\n", item.id, item.source, item.feed,
        item.reason, item.detail, item.where, to_text(item.first_seen), item.tries);
}

Result<void> list(store::Database & state, Options const & options, Streams const & streams)
{
    KETENSYNC_TRY_ASSIGN(auto quarantine, Quarantine::open(state));
    for (auto const & selection : selections(options)) {
        KETENSYNC_TRY_ASSIGN(auto const items, quarantine.list(selection));
        for (auto const & item : items) {
            show(item, options, streams);
        }
    }
    return {};
}

Result<int> change_by_service(Options const & options, Streams const & streams)
{
    auto const & service = *options.service;
    KETENSYNC_TRY_ASSIGN(auto const count, change_set_aside(service, options.quarantine, selections(options), {}));
    KETENSYNC_TRY(wait_digested(service));
    KETENSYNC_TRY(wait_delivered(service));
    if (!options.quiet) {
        streams.out << fmt::format("{} {}\n", count, options.quarantine == QuarantineAction::retry ? "tried again" : "dropped");
    }
    return 0;
}

Result<int> change(std::shared_ptr<pipeline::Plan const> const & plan, Options const & options, Streams const & streams)
{
    StopSignals const signals;
    SystemClock const clock;
    Log const log(Log::Level::error);
    health::Heartbeats heartbeats(clock);
    KETENSYNC_TRY_ASSIGN(auto pipeline, pipeline::Pipeline::open(plan, { clock, log, heartbeats }));
    std::size_t count = 0;
    for (auto const & selection : selections(options)) {
        if (options.quarantine == QuarantineAction::retry) {
            KETENSYNC_TRY_ASSIGN(auto const tried, pipeline->retry(selection, {}));
            count += tried;
            continue;
        }
        KETENSYNC_TRY_ASSIGN(auto state, pipeline->connection());
        KETENSYNC_TRY_ASSIGN(auto quarantine, Quarantine::open(state));
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
        KETENSYNC_TRY_ASSIGN(auto const dropped, quarantine.drop(selection));
        KETENSYNC_TRY(pipeline::Audit::append(state, clock.now(), "quarantine-drop", fmt::format("{} documents", dropped)));
        KETENSYNC_TRY(transaction.commit());
        count += static_cast<std::size_t>(dropped);
    }
    pipeline->wait_done(signals.token());
    KETENSYNC_TRY(pipeline->wait_delivered(signals.token()));
    if (!options.quiet) {
        streams.out << fmt::format("{} {}\n", count, options.quarantine == QuarantineAction::retry ? "tried again" : "dropped");
    }
    return 0;
}

}

int quarantine(Options const & options, Streams const & streams)
{
    if (options.quarantine == QuarantineAction::list) {
        return look(options, streams, [&](pipeline::Plan const &, store::Database & state) { return list(state, options, streams); });
    }
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const done = options.service != nullptr ? change_by_service(options, streams) : change(plan, options, streams);
    return done ? *done : tell(done.error(), streams);
}

}
