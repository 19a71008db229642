#pragma once

#include "daemon/base/guarded.hpp"
#include "daemon/health/service_notify.hpp"
#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/in_force.hpp"
#include "daemon/pipeline/pauses.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/pipeline/scheduler.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

namespace ketensync::pipeline {

/// The service: runs feeds at their times, reloads its configuration when told, and says how it is. An ordinary object;
/// several live in one process if their state folders differ. `run` has a thread; all else may be called from any
/// other.
class Daemon {
public:
    /// Reads the configuration and opens everything. The faults of the configuration, or one line for what else is in
    /// the way, with its exit code.
    struct Refused {
        int exit_code = 0;
        settings::Faults reasons;
    };
    static tl::expected<std::unique_ptr<Daemon>, Refused> open(
        std::filesystem::path const & config_file, Clock const & clock, Log & log);

    /// Until `stop` is requested; then the batch at hand is finished. A failure when neither the new configuration nor
    /// the old one can be worked with after a reload.
    Result<void> run(std::stop_token stop);
    /// Asks for another reading of the configuration: taken as a whole, or refused as a whole with a line in the log and
    /// the old one kept. Work at hand is finished first.
    void reload();
    /// How everything was at the last look, half a minute ago at most while all is well; never nothing.
    std::shared_ptr<health::Snapshot const> snapshot() const;
    health::Heartbeats & heartbeats() { return m_heartbeats; }
    /// What is in force; whoever holds it keeps it when another takes its place.
    std::shared_ptr<Plan const> plan() const;
    Clock const & clock() const { return m_clock; }
    std::filesystem::path const & config_file() const { return m_config_file; }

    // What people ask of the service while it runs (operate.cpp). Each call waits until the thread of `run` has done it:
    // Failure::busy when that has no time, or has ended. `who` is written in the audit log with what was done.

    /// Begins a run of that feed, or joins the one that is going on: then true. `done` is called on the thread of `run`.
    /// Failure::busy when its source is paused.
    Result<bool> begin(std::size_t feed, RunOptions const & options, Pipeline::Done done);
    /// Ends the reading of that feed; see Pipeline::cancel.
    Result<bool> cancel(std::size_t feed, std::string const & who, std::string const & reason);
    Result<void> pause(Pause const & pause);
    /// True when it was paused.
    Result<bool> resume(std::string const & source, std::string const & who);
    Result<std::size_t> retry(
        landing::Quarantine::Selection const & selection, Pipeline::Done const & done, std::string const & who,
        std::string const & why = {});
    /// How far every feed is that is not done, and whether all is delivered.
    struct Going {
        std::vector<Progress> feeds;
        std::optional<Result<void>> delivered;
    };
    Result<Going> going();
    /// Has work done at the service's bench, and waits for it as long as it takes; see Pipeline::at_bench.
    Result<void> at_bench(std::function<Result<void>(Bench & bench)> work);
    /// Lets go of the state, has work done that needs it for itself, and takes it up again; waits for all of that, and first
    /// for the runs that go on. Failure::busy when others are before.
    Result<void> aside(std::function<Result<void>()> work);

private:
    Daemon(std::filesystem::path config_file, Clock const & clock, Log & log);
    Result<void> open_pipeline();
    Result<std::vector<Task>> tasks();
    Result<void> loop(std::stop_token stop);
    Result<void> do_reload(std::stop_token stop, health::Heartbeats::Beat & beat);
    /// False when the service is to stop instead.
    bool close_pipeline(std::stop_token stop, health::Heartbeats::Beat & beat);
    Result<void> stand_aside(std::packaged_task<Result<void>()> & work, std::stop_token stop, health::Heartbeats::Beat & beat);
    /// The longest it may sleep without feeding the watchdog and looking around.
    std::chrono::milliseconds look_wait() const;
    /// Both are true when something happened.
    bool begin_due();
    bool take_ended();
    void refresh(bool stopping);
    /// Notes what is in force from now on, and says so in the log.
    void take_into_force(std::vector<ConfigurationPart> const & parts);
    std::shared_ptr<Plan const> exchange_plan(std::shared_ptr<Plan const> plan);
    void submit(std::size_t feed, RunOptions const & options);
    /// On the thread of `run`, by anybody else's wish.
    Result<void> call(std::function<Result<void>()> work);
    void take_calls();
    Result<void> take_pauses();

    std::filesystem::path m_config_file;
    Clock const & m_clock;
    Log & m_log; ///< at the level that the configuration says
    health::Heartbeats m_heartbeats;
    health::ServiceNotify m_notify;
    Instant m_started;
    Instant m_configuration_read;
    std::string m_configuration; ///< the version in force
    bool m_reload_succeeded = true;
    std::shared_ptr<Plan const> m_plan; ///< exchanged by the thread of `run`, under the mutex
    std::unique_ptr<Pipeline> m_pipeline;
    std::optional<Scheduler> m_scheduler;
    std::map<std::string, health::FeedTotals> m_totals;
    std::map<std::string, std::vector<Pipeline::Done>> m_followers; ///< of runs that go on, by feed
    std::vector<Pause> m_pauses;
    bool m_closing = false;     ///< nothing new is begun
    bool m_look_wanted = false; ///< something changed that shows

    mutable std::mutex m_mutex;
    std::condition_variable_any m_woken;
    bool m_reload_wanted = false;
    std::vector<health::Run> m_ended;
    std::vector<std::shared_ptr<std::packaged_task<Result<void>()>>> m_calls;
    std::shared_ptr<std::packaged_task<Result<void>()>> m_aside;
    bool m_over = false; ///< nobody answers calls any more
    std::shared_ptr<health::Snapshot const> m_snapshot = std::make_shared<health::Snapshot>();
};

}
