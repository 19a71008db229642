#include "daemon/commands/service.hpp"
#include "daemon/commands/sync.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/pipeline/trial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace ketensync::commands {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds look_again { 200 };

/// Runs that end while somebody waits for them; outlives the one who waits.
class Ended {
public:
    void add(health::Run const & run)
    {
        std::scoped_lock const lock(m_mutex);
        m_runs.push_back(run);
        m_changed.notify_all();
    }
    bool wait(std::size_t count, milliseconds at_most)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, at_most, [&] { return m_runs.size() >= count; });
    }
    std::vector<health::Run> runs()
    {
        std::scoped_lock const lock(m_mutex);
        auto sorted = m_runs;
        std::ranges::sort(sorted, {}, &health::Run::id);
        return sorted;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<health::Run> m_runs;
};

/// One --sync, from the first begin to the last end.
class Following {
public:
    Following(Options const & options, Streams const & streams, pipeline::Plan const & plan)
        : m_options(options), m_streams(streams), m_plan(plan), m_service(*options.service),
          m_follower(plan, options, streams, options.service->daemon.clock())
    {
    }

    Result<void> begin(std::size_t feed, std::optional<std::size_t> accepted)
    {
        pipeline::RunOptions options;
        options.full = m_options.full;
        options.reason = m_options.reason;
        options.accept_mass_change = accepted == feed;
        KETENSYNC_TRY_ASSIGN(
            bool const joined, begin_run(m_service, feed, options, [ended = m_ended](health::Run const & run) { ended->add(run); }));
        ++m_begun;
        if (joined && !m_options.quiet) {
            m_streams.error << fmt::format("{} is being read already: this is that run\n", m_plan.feeds[feed].name);
        }
        return {};
    }

    /// Until all that was begun has ended. Failure::interrupted when nobody waits any more.
    Result<void> wait()
    {
        while (!m_ended->wait(m_begun, look_again)) {
            if (m_service.gone()) {
                return fail(Failure::interrupted, "nobody waits any more");
            }
            KETENSYNC_TRY_ASSIGN(auto const going, m_service.daemon.going());
            m_follower.show(going.feeds);
        }
        m_follower.end();
        return {};
    }

    std::vector<health::Run> runs() { return m_ended->runs(); }

private:
    Options const & m_options;
    Streams const & m_streams;
    pipeline::Plan const & m_plan;
    Service const & m_service;
    Follower m_follower;
    std::shared_ptr<Ended> m_ended = std::make_shared<Ended>();
    std::size_t m_begun = 0;
};

Result<int> follow(Options const & options, Streams const & streams, std::shared_ptr<pipeline::Plan const> const & plan,
    std::vector<std::size_t> const & feeds, std::optional<std::size_t> accepted)
{
    auto const & clock = options.service->daemon.clock();
    auto const started = clock.monotonic();
    int code = 0;
    Following following(options, streams, *plan);
    for (auto const feed : feeds) {
        if (looks_back(*plan->feeds[feed].feed) && !options.no_wait) {
            KETENSYNC_TRY(following.wait());
        }
        if (auto const begun = following.begin(feed, accepted); !begun) {
            streams.error << "ketensync: " << plan->feeds[feed].name << " is not read: " << begun.error().what << '\n';
            code = options.names.empty() && begun.error().failure == Failure::busy ? code : exit_code(begun.error().failure);
        }
    }
    if (options.no_wait) {
        return code;
    }
    KETENSYNC_TRY(following.wait());
    auto const delivered = wait_delivered(*options.service);
    code = worse(code, show_runs(following.runs(), options, streams));
    KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state_to_look(plan->config));
    KETENSYNC_TRY(show_summary(state, clock.monotonic() - started, options, streams));
    return delivered ? code : worse(code, tell(delivered.error(), streams));
}

/// The state may not stand still as long as a source takes to answer: what would come of it is tried on a copy.
Result<int> try_it(Options const & options, Streams const & streams, std::shared_ptr<pipeline::Plan const> const & plan,
    std::vector<std::size_t> const & feeds)
{
    auto const & service = *options.service;
    Log const log(Log::Level::error);
    health::Heartbeats heartbeats(service.daemon.clock());
    pipeline::RunOptions run_options;
    run_options.full = options.full;
    run_options.reason = options.reason;
    std::stop_source stop;
    std::jthread const watch([&](std::stop_token const & over) {
        while (service.daemon.clock().wait_for(look_again, over)) {
            if (service.gone()) {
                stop.request_stop();
            }
        }
    });
    auto const accepted
        = options.accept_mass_change ? std::optional(static_cast<std::int64_t>(*options.accept_mass_change)) : std::nullopt;
    KETENSYNC_TRY_ASSIGN(auto const trial,
        pipeline::try_out_on_copy(plan, { .clock = service.daemon.clock(), .log = log, .heartbeats = heartbeats, .in_order = true },
            feeds, run_options, accepted, stop.get_token()));
    int const code = show_runs(trial.runs, options, streams);
    show(trial.kinds, options, streams);
    return code;
}

}

Result<bool> begin_run(Service const & service, std::size_t feed, pipeline::RunOptions options, pipeline::Pipeline::Done done)
{
    options.who = service.who;
    KETENSYNC_TRY_ASSIGN(bool const joined, service.daemon.begin(feed, options, std::move(done)));
    if (joined && (options.full || options.accept_mass_change)) {
        return fail(Failure::busy, "it is being read already, and not in the way that was asked: wait for its end, or --cancel it");
    }
    return joined;
}

Result<void> wait_delivered(Service const & service)
{
    for (;;) {
        KETENSYNC_TRY_ASSIGN(auto const going, service.daemon.going());
        if (going.delivered) {
            return *going.delivered;
        }
        if (service.gone()) {
            return fail(Failure::interrupted, "nobody waits any more");
        }
        service.daemon.clock().wait_for(look_again, {});
    }
}

int sync_by_service(Options const & options, Streams const & streams, std::shared_ptr<pipeline::Plan const> const & plan)
{
    auto const done = [&]() -> Result<int> {
        KETENSYNC_TRY_ASSIGN(auto const feeds, chosen(*plan, options.names));
        if (options.dry_run) {
            return try_it(options, streams, plan, feeds);
        }
        std::optional<std::size_t> accepted;
        if (options.accept_mass_change) {
            KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state_to_look(plan->config));
            KETENSYNC_TRY_ASSIGN(accepted, pipeline::held_feed(*plan, state, static_cast<std::int64_t>(*options.accept_mass_change)));
        }
        return follow(options, streams, plan, feeds, accepted);
    }();
    return done ? *done : tell(done.error(), streams);
}

}
