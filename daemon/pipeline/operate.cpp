// What people ask of the service while it runs.

#include "daemon/pipeline/daemon.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <future>

namespace ketensync::pipeline {

using std::chrono::milliseconds;

namespace {

/// How long somebody waits until the thread that runs feeds has time for him.
constexpr milliseconds call_patience { 20'000 };

/// For work on all of the state, which says nothing meanwhile.
constexpr milliseconds aside_patience { 3'600'000 };

Error no_time() { return { Failure::busy, "the service has no time now: it starts, stops or waits for its state file; try again" }; }

Error closing()
{
    return { Failure::busy, "the service is letting go of its state, for a new configuration or work on all of it; try again soon" };
}

Result<void> audited(store::Database & state, Instant at, std::string_view action, std::string const & detail,
    std::string const & who, std::function<Result<void>()> const & work)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(work());
    KETENSYNC_TRY(Audit::append(state, at, action, detail, who));
    return transaction.commit();
}

std::string because(std::string const & what, std::string const & reason)
{
    return reason.empty() ? what : fmt::format("{}: {}", what, reason);
}

}

Result<void> Daemon::call(std::function<Result<void>()> work)
{
    auto const task = std::make_shared<std::packaged_task<Result<void>()>>(std::move(work));
    auto done = task->get_future();
    {
        std::scoped_lock const lock(m_mutex);
        if (m_over) {
            return fail(no_time());
        }
        m_calls.push_back(task);
        m_woken.notify_all();
    }
    if (done.wait_for(call_patience) != std::future_status::ready) {
        std::scoped_lock const lock(m_mutex);
        if (std::erase(m_calls, task) > 0) {
            return fail(no_time()); // nobody has begun it, and nobody will
        }
    }
    try {
        return done.get();
    } catch (std::future_error const &) { // the service ended before it came to it
        return fail(no_time());
    }
}

void Daemon::take_calls()
{
    std::vector<std::shared_ptr<std::packaged_task<Result<void>()>>> calls;
    {
        std::scoped_lock const lock(m_mutex);
        calls.swap(m_calls);
    }
    for (auto const & task : calls) {
        (*task)();
    }
}

Result<void> Daemon::take_pauses()
{
    KETENSYNC_TRY_ASSIGN(m_pauses, Pauses(m_pipeline->state()).all(m_clock.now()));
    for (auto const & feed : m_plan->feeds) {
        auto const pause = std::ranges::find(m_pauses, feed.source->name, &Pause::source);
        m_scheduler->pause(feed.name, pause == m_pauses.end() ? Instant() : pause->until);
    }
    m_look_wanted = true;
    return {};
}

void Daemon::submit(std::size_t feed, RunOptions const & options)
{
    m_pipeline->submit(feed, options, [this, name = m_plan->feeds[feed].name](health::Run run) {
        auto const slash = name.find('/');
        run.source = name.substr(0, slash);
        run.feed = name.substr(slash + 1);
        std::scoped_lock const lock(m_mutex);
        m_ended.push_back(std::move(run));
        m_woken.notify_all();
    });
}

Result<bool> Daemon::begin(std::size_t feed, RunOptions const & options, Pipeline::Done done)
{
    bool joined = false;
    auto const asked = call([&]() -> Result<void> {
        if (feed >= m_plan->feeds.size()) {
            return fail(Failure::busy, "the configuration changed just now; try again");
        }
        auto const & planned = m_plan->feeds[feed];
        joined = m_scheduler->running(planned.name);
        if (!joined) {
            if (m_closing) {
                return fail(closing());
            }
            auto const now = m_clock.now();
            if (auto const pause = std::ranges::find(m_pauses, planned.source->name, &Pause::source);
                pause != m_pauses.end() && pause->until > now) {
                return fail(Failure::busy, sentence_of(*pause));
            }
            KETENSYNC_TRY(audited(m_pipeline->state(), now, "sync",
                because(planned.name + (options.full ? ", from the beginning" : ""), options.reason), options.who,
                [] { return Result<void>(); }));
            m_scheduler->begun_by_hand(planned.name);
            submit(feed, options);
            m_look_wanted = true;
        }
        m_followers[planned.name].push_back(std::move(done));
        return {};
    });
    KETENSYNC_TRY(asked);
    return joined;
}

Result<bool> Daemon::cancel(std::size_t feed, std::string const & who, std::string const & reason)
{
    bool cancelled = false;
    auto const asked = call([&]() -> Result<void> {
        if (feed >= m_plan->feeds.size()) {
            return fail(Failure::busy, "the configuration changed just now; try again");
        }
        cancelled = m_pipeline->cancel(feed, because("cancelled by " + who, reason));
        return !cancelled ? Result<void>()
                          : audited(m_pipeline->state(), m_clock.now(), "cancel", because(m_plan->feeds[feed].name, reason), who,
                                [] { return Result<void>(); });
    });
    KETENSYNC_TRY(asked);
    return cancelled;
}

Result<void> Daemon::pause(Pause const & pause)
{
    return call([&]() -> Result<void> {
        auto & state = m_pipeline->state();
        KETENSYNC_TRY(audited(state, m_clock.now(), "pause",
            fmt::format("{} until {}: {}", pause.source, to_text(pause.until), pause.reason), pause.who,
            [&] { return Pauses(state).put(pause); }));
        return take_pauses();
    });
}

Result<bool> Daemon::resume(std::string const & source, std::string const & who)
{
    bool was_paused = false;
    auto const asked = call([&]() -> Result<void> {
        auto & state = m_pipeline->state();
        KETENSYNC_TRY(audited(state, m_clock.now(), "resume", source, who, [&]() -> Result<void> {
            KETENSYNC_TRY_ASSIGN(was_paused, Pauses(state).end(source));
            return {};
        }));
        return take_pauses();
    });
    KETENSYNC_TRY(asked);
    return was_paused;
}

Result<std::size_t> Daemon::retry(
    landing::Quarantine::Selection const & selection, Pipeline::Done const & done, std::string const & who,
    std::string const & why)
{
    std::size_t count = 0;
    auto const asked = call([&]() -> Result<void> {
        KETENSYNC_TRY_ASSIGN(count, m_pipeline->retry(selection, done, who, why));
        return {};
    });
    KETENSYNC_TRY(asked);
    return count;
}

Result<Daemon::Going> Daemon::going()
{
    Going going;
    auto const asked = call([&]() -> Result<void> {
        going = { m_pipeline->progress(), m_pipeline->delivered() };
        return {};
    });
    KETENSYNC_TRY(asked);
    return going;
}

Result<void> Daemon::at_bench(std::function<Result<void>(Bench & bench)> work)
{
    std::future<Result<void>> done;
    auto const asked = call([&]() -> Result<void> {
        if (m_closing) {
            return fail(closing());
        }
        done = m_pipeline->at_bench(std::move(work));
        return {};
    });
    KETENSYNC_TRY(asked);
    try {
        return done.get();
    } catch (std::future_error const &) {
        return fail(no_time());
    }
}

Result<void> Daemon::aside(std::function<Result<void>()> work)
{
    auto const task = std::make_shared<std::packaged_task<Result<void>()>>(std::move(work));
    auto done = task->get_future();
    {
        std::scoped_lock const lock(m_mutex);
        if (m_over) {
            return fail(no_time());
        }
        if (m_aside) {
            return fail(Failure::busy, "somebody else waits until the service lets go of its state; try again soon");
        }
        m_aside = task;
        m_woken.notify_all();
    }
    try {
        return done.get();
    } catch (std::future_error const &) {
        return fail(no_time());
    }
}

Result<void> Daemon::stand_aside(std::packaged_task<Result<void>()> & work, std::stop_token stop, health::Heartbeats::Beat & beat)
{
    if (!close_pipeline(stop, beat)) {
        return {}; // whoever waits is told so by the task that is gone
    }
    beat.busy(aside_patience);
    auto const ended = std::async(std::launch::async, [&work] { work(); });
    while (ended.wait_for(std::min(look_wait(), milliseconds(200))) != std::future_status::ready) {
        m_notify.watchdog();
    }
    KETENSYNC_TRY(open_pipeline());
    m_look_wanted = true;
    return {};
}

}
