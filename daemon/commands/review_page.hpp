#pragma once

#include "daemon/pipeline/daemon.hpp"
#include "daemon/web/door.hpp"

#include <functional>
#include <vector>

namespace ketensync::commands {

/// Judging pairs on a page: /beoordelen, for who may review. One pair at a time, side by side, with what would become of it; what
/// the matcher makes of it is shown only after it was judged. The keys 1, 2, 3 and U do what the buttons do. Some pairs that
/// were judged come back to somebody else, who is not told; how far the two agree stands below. What is judged is judged by the
/// same function as on the command line. `once_more` says of each judgement whether it is looked at again; empty: 5 % at
/// random. The daemon outlives them.
std::vector<web::Route> review_pages(pipeline::Daemon & daemon, web::Door const & door, std::function<bool()> once_more = {});

}
