#include "daemon/commands/stop_signals.hpp"

#include "daemon/base/error.hpp"

#include <csignal>
#include <ctime>
#include <unistd.h>

namespace ketensync::commands {

StopSignals::StopSignals(std::function<void()> reload)
    : m_reload(std::move(reload))
    , m_thread([this](std::stop_token const & over) { wait(over); })
{
}

StopSignals::~StopSignals() = default;

void StopSignals::wait(std::stop_token const & over)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (int const signal : { SIGTERM, SIGINT, SIGHUP }) {
        sigaddset(&signals, signal);
    }
    // In slices, because the end of this object is no signal.
    timespec const slice { 0, 100'000'000 };
    while (!over.stop_requested()) {
        int const signal = ::sigtimedwait(&signals, nullptr, &slice);
        if (signal == SIGHUP && m_reload) {
            m_reload();
        } else if (signal == SIGINT && m_stop.stop_requested()) {
            ::_exit(exit_code(Failure::interrupted));
        } else if (signal == SIGTERM || signal == SIGINT) {
            m_stop.request_stop();
        }
    }
}

} // namespace ketensync::commands
