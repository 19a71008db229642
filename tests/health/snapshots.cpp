#include "tests/health/snapshots.hpp"

namespace ketensync {

using namespace std::chrono_literals;

Instant noon()
{
    return Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21).time_since_epoch()) + 12h;
}

health::Run ended_run(health::RunState state, int hours_ago)
{
    health::Run run;
    run.id = 41;
    run.state = state;
    run.started = noon() - std::chrono::hours(hours_ago) - 90s;
    run.ended = noon() - std::chrono::hours(hours_ago);
    run.fetched = 10;
    run.unchanged = 6;
    run.mapped = 2;
    run.filtered = 1;
    run.rejected = 1;
    run.added = 2;
    return run;
}

health::Snapshot sound_snapshot()
{
    health::Snapshot snapshot;
    snapshot.taken = noon();
    snapshot.started = noon() - 72h;
    snapshot.started_up = true;
    snapshot.version = "1.2.3";
    snapshot.configuration_read = noon() - 72h;
    snapshot.store.disk_free = 10ULL << 30;
    snapshot.store.bytes = 3 << 20;
    for (auto const & [source, feed, interval] :
        { std::tuple("srg", "hilversum", 1h), std::tuple("uwv", "werkzoekenden", 24h) }) {
        health::FeedState state;
        state.source = source;
        state.feed = feed;
        state.title = "Een bron";
        state.interval = interval;
        state.last_run = ended_run(health::RunState::succeeded, 1);
        state.last_success = state.last_run->ended;
        state.next_run = noon() + interval - 1h;
        state.totals.add(*state.last_run);
        snapshot.feeds.push_back(state);
    }
    snapshot.certificate_soon = 30 * 24h;
    snapshot.certificate_urgent = 7 * 24h;
    snapshot.certificates = { { "keten-cert", { "uwv" }, noon() + 200 * 24h } };
    health::WorkerState worker;
    worker.name = "pipeline";
    worker.last_progress = noon() - 3s;
    snapshot.workers.push_back(worker);
    return snapshot;
}

} // namespace ketensync
