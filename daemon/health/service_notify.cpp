#include "daemon/health/service_notify.hpp"

#include "daemon/base/log.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace ketensync::health {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::milliseconds;

namespace {

void send(std::string const & message)
{
    static_cast<void>(::sd_notify(0, message.c_str()));
}

} // namespace

milliseconds watchdog_interval()
{
    std::uint64_t allowed = 0;
    return ::sd_watchdog_enabled(0, &allowed) > 0 ? duration_cast<milliseconds>(microseconds(allowed / 2)) : milliseconds(0);
}

ServiceNotify::ServiceNotify(Clock const & clock, Heartbeats const & heartbeats)
    : m_clock(clock)
    , m_heartbeats(heartbeats)
{
}

void ServiceNotify::ready(std::string_view status) const
{
    send(fmt::format("READY=1\nSTATUS={}", on_one_line(status)));
}

void ServiceNotify::reloading() const
{
    send(fmt::format(
        "RELOADING=1\nMONOTONIC_USEC={}\nSTATUS=reloading", duration_cast<microseconds>(m_clock.monotonic()).count()));
}

void ServiceNotify::stopping() const
{
    send("STOPPING=1\nSTATUS=stopping");
}

void ServiceNotify::status(std::string_view status) const
{
    send("STATUS=" + on_one_line(status));
}

bool ServiceNotify::watchdog() const
{
    if (!m_heartbeats.all_alive()) {
        return false;
    }
    send("WATCHDOG=1");
    return true;
}

} // namespace ketensync::health
