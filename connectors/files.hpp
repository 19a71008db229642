#pragma once

#include "connectors/connector.hpp"

#include <memory>

namespace ketensync::connectors {

/// Reads a feed that is dropped as files into a folder, here (connector "files") or on a server (connector "sftp"); a page
/// is a file. Files are read in the order of their names, each once, and again when it is delivered again with other
/// content. Where each delivery is complete, the newest file is the whole feed.
///
/// A file is complete when its marker is there, where the source leaves markers; otherwise when it has been left alone
/// for as long as `settle`: by its age where our own clock wrote it, by looking twice where another did. What goes on
/// growing is left for the next run. A marker that holds a SHA-256 is what the file is held against. What was read is
/// left, archived or deleted, as the source's settings say, once it is kept for good. Failures: unavailable (the place, a
/// file that is being replaced or is not what its checksum says, no file where one must be), bad_page (larger than
/// limits.file_bytes_max, a name without a period), refused (the place does not allow it), interrupted.
Result<std::unique_ptr<Connector>> open_files(
    settings::Source const & source, settings::Feed const & feed, Surroundings const & surroundings);

} // namespace ketensync::connectors
