#pragma once

#include "connectors/connector.hpp"

#include <memory>

namespace ketensync::connectors {

/// Reads a feed that is a list of resources over HTTP: in one answer, or page by page, or page by page below each item
/// of a list of parents, which is read first. A list has no memory: behind its last page the cursor is the beginning.
/// Failures: those of http::Client::get; bad_page for a page that does not say whether there is another, that repeats
/// the one before it, or that is beyond limits.pages_max.
Result<std::unique_ptr<Connector>> open_rest(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings);

} // namespace ketensync::connectors
