#pragma once

#include "daemon/pipeline/daemon.hpp"
#include "daemon/web/api_acts.hpp"

#include <memory>

namespace ketensync::commands {

/// What programs have done over the API, by the functions that the command line and the pages use. The service outlives it.
std::shared_ptr<web::Acts> acts_of(pipeline::Daemon & daemon);

} // namespace ketensync::commands
