#include "daemon/commands/reading.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/landing/shapes.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/drift.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/settings/toml.hpp"
#include "daemon/store/instance_lock.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace ketensync::commands {

namespace {

using What = formats::Shape::What;

std::string_view word(What what)
{
    switch (what) {
    case What::added: return "new";
    case What::retyped: return "retyped";
    case What::vanished: return "vanished";
    case What::nothing: break;
    }
    return "";
}

/// The feeds that were named, or which name is wrong.
Result<std::vector<pipeline::PlannedFeed const *>> named(pipeline::Plan const & plan, Options const & options)
{
    std::vector<pipeline::PlannedFeed const *> feeds;
    std::vector<std::string> known;
    std::ranges::transform(plan.feeds, std::back_inserter(known), &pipeline::PlannedFeed::name);
    for (auto const & name : options.names) {
        auto const found = std::ranges::find(plan.feeds, name, &pipeline::PlannedFeed::name);
        if (found == plan.feeds.end()) {
            return fail(Failure::usage, fmt::format("there is no feed '{}'{}", name, settings::did_you_mean(name, known)));
        }
        feeds.push_back(&*found);
    }
    return feeds;
}

/// The feed's shape as the state has it; an empty one of a feed that was never read.
Result<formats::Shape> shape_of(store::Database & state, pipeline::PlannedFeed const & feed, record::FeedId & number)
{
    KETENSYNC_TRY_ASSIGN(auto const numbers, pipeline::feed_numbers(state));
    auto const found = numbers.find(feed.name);
    number = found == numbers.end() ? record::FeedId { 0 } : found->second;
    KETENSYNC_TRY_ASSIGN(auto shape, landing::Shapes(state).get(number));
    pipeline::make_known(shape, *feed.mapper);
    return shape;
}

void show(formats::Shape const & shape, std::string const & feed, Options const & options, Streams const & streams)
{
    if (!options.json) {
        streams.out << fmt::format("{}: {} fields hold values that its mapping does not read\n", feed, shape.unread());
    }
    for (auto const & field : shape.fields()) {
        bool const read = shape.is_known(field.path);
        if (options.json) {
            streams.out << nlohmann::ordered_json({ { "type", "field" }, { "feed", feed }, { "path", field.path },
                               { "types", field.types }, { "share", field.share }, { "read", read },
                               { "change", word(field.what) } })
                               .dump()
                        << '\n';
        } else if (!field.inner || field.what != What::nothing) {
            streams.out << fmt::format("{:<8}  {:<6}  {:>4.0f} %  {:<40}  {}\n", word(field.what), read ? "read" : "unread",
                field.share * 100, field.path, field.types);
        }
    }
}

Result<void> accept(store::Database & state, std::vector<pipeline::PlannedFeed const *> const & feeds, std::string_view who,
    Options const & options, Streams const & streams)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    for (auto const * const feed : feeds) {
        record::FeedId number = 0;
        KETENSYNC_TRY_ASSIGN(auto shape, shape_of(state, *feed, number));
        auto const changes = shape.notices().size();
        shape.accept();
        if (changes > 0) {
            KETENSYNC_TRY(landing::Shapes(state).put(number, shape));
        }
        if (!options.quiet) {
            streams.out << fmt::format("{}: {} changes accepted\n", feed->name, changes);
        }
        KETENSYNC_TRY(pipeline::Audit::append(state, SystemClock().now(), "accept-shape", fmt::format("{}, {} changes", feed->name, changes), who));
    }
    return transaction.commit();
}

Result<void> accept(pipeline::Plan const & plan, Options const & options, Streams const & streams)
{
    KETENSYNC_TRY_ASSIGN(auto const feeds, named(plan, options));
    auto const & config = plan.config;
    if (!std::filesystem::exists(config.state_folder / "state.sqlite")) {
        return fail(Failure::unavailable, "nothing was synchronised yet");
    }
    if (options.service != nullptr) {
        KETENSYNC_TRY_ASSIGN(auto const going, options.service->daemon.going());
        for (auto const & each : going.feeds) {
            if (std::ranges::find(feeds, &plan.feeds[each.feed]) != feeds.end()) {
                return fail(Failure::busy, plan.feeds[each.feed].name + " is being read, which looks at its fields anew: wait for its end");
            }
        }
        return options.service->daemon.at_bench(
            [&](pipeline::Bench & bench) { return accept(bench.state, feeds, options.service->who, options, streams); });
    }
    KETENSYNC_TRY_ASSIGN(auto const lock, store::InstanceLock::take(config.state_folder / "lock"));
    KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state(config, config.limits.cache_bytes));
    return accept(state, feeds, {}, options, streams);
}

}

int shape(Options const & options, Streams const & streams)
{
    return look(options, streams, [&](pipeline::Plan const & plan, store::Database & state) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const feeds, named(plan, options));
        for (auto const * const feed : feeds) {
            record::FeedId number = 0;
            KETENSYNC_TRY_ASSIGN(auto const found, shape_of(state, *feed, number));
            show(found, feed->name, options, streams);
        }
        return {};
    });
}

int accept_shape(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const done = accept(*plan, options, streams);
    return done ? 0 : tell(done.error(), streams);
}

}
