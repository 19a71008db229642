#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/web/page.hpp"

namespace ketensync::web {

/// The page for people: one table of sources, those that need somebody first, what waits and what is read
/// next; below it `more`, which is HTML. No script, nothing from elsewhere.
Response status_page(health::Snapshot const & snapshot, Language language = Language::dutch, std::string_view more = {});

} // namespace ketensync::web
