#pragma once

#include "daemon/pipeline/daemon.hpp"

#include <functional>
#include <string>

namespace ketensync::commands {

/// The running service, for a command that it does because somebody asked for it over the control socket.
struct Service {
    pipeline::Daemon & daemon;
    std::string who;            ///< who asked; written in the audit log with what is changed
    std::function<bool()> gone; ///< nobody waits any more
};

} // namespace ketensync::commands
