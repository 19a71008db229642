#pragma once

#include "daemon/base/log.hpp"
#include "daemon/pipeline/daemon.hpp"
#include "daemon/web/http.hpp"

#include <vector>

namespace ketensync::commands {

/// The pages for operators that need more than what is in memory, or do something: each behind the door of [web.users], made
/// on the server's worker. What they do is done by the very functions that the command line uses, and stands in the audit log
/// under the user's name. The daemon outlives them. Failure::configuration when the proxy's secret cannot be read, or is short.
Result<std::vector<web::Route>> operator_pages(pipeline::Daemon & daemon, Log const & log);

}
