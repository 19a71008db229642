#pragma once

#include "daemon/formats/document_parser.hpp"

#include <memory>

namespace ketensync::formats::json {

/// JSON pages and documents. Splitting checks the page around the documents, and of each document that its strings and
/// brackets close, without looking at its values: that is left to the parser, so that one bad document is set aside
/// alone, and one that is known costs a scan.
Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink);

/// Strict: RFC 8259, and no repeated names, lone surrogates or NUL; numbers keep their text.
std::unique_ptr<DocumentParser> parser(Limits const & limits);

} // namespace ketensync::formats::json
