#pragma once

#include "connectors/rest_page.hpp"

#include <string>
#include <vector>

namespace ketensync::connectors {

/// The keys of all items of a parent list, read to its end; a key that occurs twice counts once. bad_page when an item
/// has no key, or one that cannot stand in a path.
Result<std::vector<std::string>> read_parents(RestPages & pages, settings::Parent const & parent,
    settings::Paging const & paging, settings::Limits const & limits, std::stop_token stop);

} // namespace ketensync::connectors
