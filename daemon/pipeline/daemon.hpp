#pragma once

#include "daemon/base/guarded.hpp"
#include "daemon/health/service_notify.hpp"
#include "daemon/health/snapshot.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "daemon/pipeline/scheduler.hpp"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>

namespace ketensync::pipeline {

/// The service: runs feeds at their times, reloads its configuration when told, and says how it is. An ordinary object;
/// several live in one process if their state folders differ. `run` has a thread; `reload` and `snapshot` may be called
/// from any other.
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
    settings::Config const & config() const { return m_plan->config; }

private:
    Daemon(std::filesystem::path config_file, Clock const & clock, Log & log);
    Result<void> open_pipeline();
    Result<std::vector<Task>> tasks();
    Result<void> do_reload(std::stop_token stop, health::Heartbeats::Beat & beat);
    /// The longest it may sleep without feeding the watchdog and looking around.
    std::chrono::milliseconds look_wait() const;
    /// Both are true when something happened.
    bool begin_due();
    bool take_ended();
    void refresh(bool stopping);

    std::filesystem::path m_config_file;
    Clock const & m_clock;
    Log & m_log; ///< at the level that the configuration says
    health::Heartbeats m_heartbeats;
    health::ServiceNotify m_notify;
    Instant m_started;
    Instant m_configuration_read;
    bool m_reload_succeeded = true;
    std::shared_ptr<Plan const> m_plan;
    std::unique_ptr<Pipeline> m_pipeline;
    std::optional<Scheduler> m_scheduler;
    std::map<std::string, health::FeedTotals> m_totals;

    mutable std::mutex m_mutex;
    std::condition_variable_any m_woken;
    bool m_reload_wanted = false;
    std::vector<health::Run> m_ended;
    std::shared_ptr<health::Snapshot const> m_snapshot = std::make_shared<health::Snapshot>();
};

}
