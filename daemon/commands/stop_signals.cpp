#include "daemon/commands/stop_signals.hpp"

#include "daemon/base/error.hpp"

#include <csignal>
#include <pthread.h>
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
    // The end of this object is no signal to the process: it is sent as one to this thread alone.
    std::stop_callback const wake(over, [self = pthread_self()] { pthread_kill(self, SIGHUP); });
    while (!over.stop_requested()) {
        int const signal = ::sigwaitinfo(&signals, nullptr);
        if (over.stop_requested()) {
            break;
        }
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
