#pragma once

#include "connectors/connector.hpp"

#include <memory>

namespace ketensync::connectors {

/// Reads a feed by asking a SOAP service about one key after the other (settings::Asking). What is asked, and what the
/// answers mean, lies in the service file of the mapping. A page is an answer as received; the answers that nothing was
/// found make none. A question that the source would not answer, while it may answer the next, is a page with one
/// document: <Question key="..."> around what came instead; that is for feeds that read changes, for in one that reads
/// everything, somebody nobody answered for would look gone. A list of questions has no memory: behind the last one the
/// cursor is the beginning.
/// Failures: those of http::Client::send; refused (rights, certificates, signatures), unavailable (faults of the
/// source, after all attempts), configuration (the list, the certificates), bad_page (every other answer).
Result<std::unique_ptr<Connector>> open_soap(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings);

} // namespace ketensync::connectors
