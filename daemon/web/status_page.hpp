#pragma once

#include "daemon/health/snapshot.hpp"

#include <string>
#include <string_view>

namespace ketensync::web {

/// The page for people, in plain Dutch: one table of sources and what waits. No script, no style, nothing from
/// elsewhere.
std::string status_page(health::Snapshot const & snapshot);

/// `text` as it may stand between tags and in attributes.
std::string escaped(std::string_view text);

} // namespace ketensync::web
