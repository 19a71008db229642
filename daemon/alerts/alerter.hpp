#pragma once

#include "daemon/alerts/rounds.hpp"
#include "daemon/pipeline/daemon.hpp"

#include <thread>

namespace ketensync::alerts {

/// The thread of the service that tells people what is wrong with it: by what [alerts] says, also after a reload. It
/// looks at the snapshot that everybody else sees, and nothing waits for it. Stops with this object, at once.
class Alerter {
public:
    /// Daemon and log outlive it.
    Alerter(pipeline::Daemon & daemon, Log const & log);
    ~Alerter();
    Alerter(Alerter const &) = delete;
    Alerter & operator=(Alerter const &) = delete;

private:
    void run(std::stop_token const & stop);
    void work(std::shared_ptr<pipeline::Plan const> const & plan, std::stop_token const & stop, health::Heartbeats::Beat & beat);

    pipeline::Daemon & m_daemon;
    Log const & m_log;
    std::jthread m_thread;
};

} // namespace ketensync::alerts
