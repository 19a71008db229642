#pragma once

#include "connectors/connector.hpp"

#include <memory>

namespace ketensync::connectors {

/// Reads a feed that is a list of resources over HTTP: in one answer, or page by page, or page by page below each item
/// of a list of parents, which is read first; as a report that the source makes when asked; or as the answers to
/// questions about golden records. A list that is read as a whole has no memory but of the version of one answer:
/// behind its last page the cursor is the beginning. One that is read since a moment goes on from the newest document.
/// Failures: those of http::Client::ask; bad_page for a page that does not say whether there is another, that repeats
/// the one before it, that leads back or to another host, or that is beyond limits.pages_max.
Result<std::unique_ptr<Connector>> open_rest(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings);

} // namespace ketensync::connectors
