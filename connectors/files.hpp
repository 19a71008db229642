#pragma once

#include "connectors/connector.hpp"

#include <chrono>
#include <memory>

namespace ketensync::connectors {

/// Reads a feed that is dropped as files into a folder; a page is a file. Files are read in the order of their names,
/// each once, and again when it is delivered again with other content. Where each delivery is complete, the newest file
/// is the whole feed. A file that changed less than `settle` ago is waited for, and left for the next run when it goes
/// on growing. Failures: unavailable (the folder, a file that is being replaced, no file where one must be), bad_page
/// (larger than limits.file_bytes_max, a name without a period), interrupted.
Result<std::unique_ptr<Connector>> open_files(settings::Source const & source, settings::Feed const & feed,
    Surroundings const & surroundings, std::chrono::milliseconds settle = std::chrono::seconds(2));

} // namespace ketensync::connectors
