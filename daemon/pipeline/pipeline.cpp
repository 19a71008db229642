#include "daemon/pipeline/pipeline.hpp"

#include "daemon/landing/landing.hpp"
#include "daemon/pipeline/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ketensync::pipeline {

using std::chrono::milliseconds;

namespace {

constexpr std::size_t submitted_max = 100'000;

}

Result<std::unique_ptr<Pipeline>> Pipeline::open(std::shared_ptr<Plan const> plan, Surroundings surroundings)
{
    auto const & config = plan->config;
    KETENSYNC_TRY_ASSIGN(auto const folder, make_state_folder(config.state_folder));
    KETENSYNC_TRY_ASSIGN(auto lock, store::InstanceLock::take(folder / "lock"));
    KETENSYNC_TRY_ASSIGN(auto state, open_state(config, 2U << 20));
    std::unique_ptr<Pipeline> pipeline(
        new Pipeline(std::move(plan), surroundings, std::move(lock), std::move(state)));
    KETENSYNC_TRY(pipeline->take_up());
    pipeline->start();
    return pipeline;
}

Pipeline::Pipeline(
    std::shared_ptr<Plan const> plan, Surroundings surroundings, store::InstanceLock lock, store::Database state)
    : m_plan(std::move(plan)), m_surroundings(surroundings), m_lock(std::move(lock)), m_state(std::move(state)),
      m_secrets(m_plan->config.secrets_folder), m_holder(holder_of(m_plan->config)), m_reads(submitted_max), m_digestions(submitted_max)
{
}

Pipeline::~Pipeline() { stop(); }

// What an earlier process read whole is digested; what it read in part counts for nothing.
Result<void> Pipeline::take_up()
{
    // Without its key nothing could be delivered: said now, and not when what waits fills the outbox.
    KETENSYNC_TRY(check_warehouse_keys(*m_plan, m_secrets, m_holder));
    KETENSYNC_TRY(register_schema(m_state, *m_plan->schema));
    KETENSYNC_TRY_ASSIGN(m_numbers, register_sources(m_state, *m_plan));
    KETENSYNC_TRY_ASSIGN(m_last_page, landing::Landing::last_page(m_state));
    KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(m_state, m_last_page));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(m_state));
    {
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_state));
        KETENSYNC_TRY(landing.drop_unreleased());
        KETENSYNC_TRY(runs.interrupt_unread(m_surroundings.clock.now()));
        KETENSYNC_TRY(transaction.commit());
    }
    KETENSYNC_TRY_ASSIGN(auto const open_runs, runs.read_not_ended());
    for (auto const run : open_runs) {
        KETENSYNC_TRY_ASSIGN(auto const number, runs.feed_of(run));
        KETENSYNC_TRY_ASSIGN(auto const begun, runs.run(run));
        for (std::size_t feed = 0; feed < m_plan->feeds.size(); ++feed) {
            if (m_numbers.feeds.at(m_plan->feeds[feed].name) == number) {
                ++m_open;
                m_digestions.push({ { run, feed, std::nullopt, {}, begun.trace }, {}, 0, {} });
            }
        }
    }
    return {};
}

void Pipeline::start()
{
    for (std::size_t reader = 0; reader < m_plan->config.limits.parallel_feeds; ++reader) {
        m_threads.emplace_back([this, reader](std::stop_token stop) { read_feeds(reader, std::move(stop)); });
    }
    m_threads.emplace_back([this](std::stop_token stop) { digest(std::move(stop)); });
    m_threads.emplace_back([this](std::stop_token stop) { deliver(std::move(stop)); });
}

void Pipeline::submit(std::size_t feed, RunOptions options, Done done)
{
    std::uint64_t turn = 0;
    std::stop_source stop;
    {
        std::scoped_lock const lock(m_mutex);
        ++m_open;
        turn = m_surroundings.in_order ? ++m_turns : 0;
        auto & going = m_going[feed];
        going = {};
        going.progress.feed = feed;
        going.progress.since = m_surroundings.clock.now();
        stop = going.stop;
    }
    if (!m_reads.push({ feed, std::move(options), std::move(done), turn, stop })) {
        finished(feed);
    }
}

// How the run ends, once all it landed is digested. A run that was asked to stop in the middle stays open, and is taken
// up at the next start.
Result<health::Run> Pipeline::conclude(
    Runs & runs, store::Database & database, Pulled const & pulled, Result<void> const & digested, bool stopped) const
{
    using health::RunState;
    auto const & name = m_plan->feeds[pulled.feed].name;
    if (pulled.run == 0) {
        // It failed before it could begin: a credential that is not there, a full outbox. The run log tells that too.
        auto const error = pulled.failure.value_or(Error { Failure::bug, "a run without a number" });
        auto const now = m_surroundings.clock.now();
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(database));
        KETENSYNC_TRY_ASSIGN(auto const number,
            runs.begin(m_numbers.feeds.at(name), m_surroundings.patient ? health::Trigger::schedule : health::Trigger::manual,
                now, {}));
        auto const state = error.failure == Failure::interrupted ? RunState::interrupted : RunState::failed;
        KETENSYNC_TRY(runs.end(number, state, now, health::reason_code(error.failure), error.what));
        KETENSYNC_TRY(transaction.commit());
        KETENSYNC_TRY_ASSIGN(auto run, runs.run(number));
        m_surroundings.log.of(run.trace).warning("{}: {}", name, error.what);
        return run;
    }
    if (!digested) {
        // Nothing of the batch is in: what was landed waits and is digested again.
        return fail(digested.error());
    }
    KETENSYNC_TRY_ASSIGN(auto landing_left, database.number(fmt::format("SELECT count(*) FROM page WHERE run = {} AND digested = 0", pulled.run)));
    KETENSYNC_TRY_ASSIGN(auto run, runs.run(pulled.run));
    if (stopped && landing_left != 0) {
        run.state = RunState::interrupted;
        run.message = "asked to stop; what was read is taken up at the next start";
        return run;
    }
    auto state = run.rejected > 0 ? RunState::rejects : RunState::succeeded;
    std::string reason;
    std::string message;
    if (pulled.failure) {
        state = pulled.failure->failure == Failure::held ? RunState::held
            : pulled.failure->failure == Failure::interrupted ? RunState::interrupted
                                                              : RunState::failed;
        reason = health::reason_code(pulled.failure->failure);
        message = pulled.failure->what;
    } else {
        message = pulled.notes;
    }
    if (!run.adds_up()) {
        state = RunState::failed;
        reason = "totals";
        message = fmt::format("the numbers do not add up: {} fetched, {} unchanged, {} mapped, {} filtered, {} rejected",
            run.fetched, run.unchanged, run.mapped, run.filtered, run.rejected);
    }
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(database));
    KETENSYNC_TRY(runs.end(pulled.run, state, m_surroundings.clock.now(), reason, message));
    KETENSYNC_TRY(transaction.commit());
    auto const log = m_surroundings.log.of(run.trace);
    if (state == RunState::succeeded) {
        log.debug("{}: {} fetched, {} unchanged", name, run.fetched, run.unchanged);
        if (!message.empty()) {
            log.info("{}: {}", name, message);
        }
    } else if (state == RunState::rejects) {
        log.warning("{}: {} of {} documents were set aside", name, run.rejected, run.fetched);
    } else {
        log.warning("{}: {}: {}", name, health::to_text(state), message);
    }
    return runs.run(pulled.run);
}

std::shared_ptr<void> Pipeline::take_turn(record::FeedId feed, std::stop_token stop, std::function<void()> const & alive)
{
    std::unique_lock lock(m_mutex);
    while (m_being_read.contains(feed) && !stop.stop_requested()) {
        m_changed.wait_for(lock, stop, milliseconds(1'000), [this, feed] { return !m_being_read.contains(feed); });
        alive();
    }
    m_being_read.insert(feed);
    return std::shared_ptr<void>(this, [feed](void * pipeline) {
        auto & self = *static_cast<Pipeline *>(pipeline);
        std::scoped_lock const again(self.m_mutex);
        self.m_being_read.erase(feed);
        self.m_changed.notify_all();
    });
}

void Pipeline::finished()
{
    std::scoped_lock const lock(m_mutex);
    --m_open;
    m_changed.notify_all();
}

void Pipeline::finished(std::size_t feed)
{
    {
        std::scoped_lock const lock(m_mutex);
        m_going.erase(feed);
    }
    finished();
}

void Pipeline::wait_done(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, std::move(stop), [this] { return m_open == 0; });
}

bool Pipeline::wait_done(std::stop_token stop, milliseconds at_most)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, stop, at_most, [this] { return m_open == 0; }) || stop.stop_requested();
}

Result<void> Pipeline::wait_delivered(std::stop_token stop)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, std::move(stop),
        [this] { return m_delivery_failure || (!m_delivery_wanted && !m_delivering); });
    if (m_delivery_failure) {
        return fail(*m_delivery_failure);
    }
    return {};
}

std::optional<Result<void>> Pipeline::delivered() const
{
    std::scoped_lock const lock(m_mutex);
    if (m_delivery_failure) {
        return fail(*m_delivery_failure);
    }
    return m_delivery_wanted || m_delivering ? std::nullopt : std::optional(Result<void>());
}

Pipeline::Delivery Pipeline::delivery() const
{
    std::scoped_lock const lock(m_mutex);
    return m_delivery;
}

void Pipeline::stop()
{
    for (auto & thread : m_threads) {
        thread.request_stop();
    }
    m_reads.close();
    m_digestions.close();
    m_threads.clear();
    while (m_digestions.pop()) { } // whoever waits for work at the bench learns that nobody will do it
}

}
