#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/health/heartbeats.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace ketensync::health {

/// How often systemd wants a sign of life: half of what it allows. Zero: it does not watch.
std::chrono::milliseconds watchdog_interval();

/// Tells systemd how the service is. The only door to libsystemd. Without systemd (no NOTIFY_SOCKET) every call does
/// nothing. Any thread may call; a message that cannot be sent is lost, and that is fine: the next one tells more.
class ServiceNotify {
public:
    ServiceNotify(Clock const & clock, Heartbeats const & heartbeats);

    void ready(std::string_view status) const; ///< once everything is up, and again after a reload
    void reloading() const;
    void stopping() const;
    void status(std::string_view status) const; ///< one line, see status_line()

    /// Feeds the watchdog, but only when every worker is within its patience. False when it was not fed: some worker is
    /// stuck, and systemd will end this process.
    bool watchdog() const;

private:
    Clock const & m_clock;
    Heartbeats const & m_heartbeats;
};

} // namespace ketensync::health
