#pragma once

#include "daemon/formats/document_parser.hpp"

#include <memory>

namespace ketensync::formats::fixed_width {

/// Lines of fields at fixed positions. A line ends with LF or CR LF, the last one may end with the page; empty lines
/// are skipped, as is the end-of-file character (0x1a) that older systems leave behind the last one.
Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink);

/// A line as one object of trimmed texts; bad_data when it is shorter than its last position. What a line has behind
/// its last position is not looked at.
std::unique_ptr<DocumentParser> parser(Layout const & layout, Limits const & limits);

} // namespace ketensync::formats::fixed_width
