#pragma once

#include "daemon/health/snapshot.hpp"

#include <string>
#include <string_view>

namespace ketensync::web {

/// The page for people, in plain Dutch: one table of sources, those that need somebody first, what waits and what is read
/// next. No script, nothing from elsewhere.
std::string status_page(health::Snapshot const & snapshot);

/// How the pages look: /opmaak.css.
std::string_view style_sheet();

/// `text` as it may stand between tags and in attributes.
std::string escaped(std::string_view text);

} // namespace ketensync::web
