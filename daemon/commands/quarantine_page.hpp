#pragma once

#include "daemon/pipeline/daemon.hpp"
#include "daemon/web/door.hpp"

#include <vector>

namespace ketensync::commands {

/// What was set aside, for people: /quarantaine lists it by source, feed and reason, /quarantaine/groep the records of one
/// such group with what is wrong with each, without a value of them. Who may operate tries again or drops, with a reason; who
/// may review sees one as it came, which stands in the audit log. The daemon outlives them.
std::vector<web::Route> quarantine_pages(pipeline::Daemon & daemon, web::Door const & door);

}
