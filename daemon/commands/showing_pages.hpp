#pragma once

#include "daemon/pipeline/daemon.hpp"
#include "daemon/web/door.hpp"
#include "daemon/web/http.hpp"

#include <vector>

namespace ketensync::commands {

/// The pages that only show: runs, what comes, what happened, what is in force. Those without anything of a person (also of
/// who works here) are there for everybody on this machine, as the first page is; the others are behind the door. Made on the
/// server's worker. The daemon outlives them.
std::vector<web::Route> showing_pages(pipeline::Daemon & daemon, web::Door const & door);

}
