#pragma once

#include "daemon/formats/document_parser.hpp"

#include <memory>

namespace ketensync::formats::xml {

/// XML pages, streamed: memory is bounded by the depth of the page, not by its size. Names are compared without their
/// prefix. In a page that is not UTF-8 the context starts with an XML declaration of its encoding, so that documents
/// can be parsed without their page.
Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink);

/// One element as a tree, with the context's tree as its first member "context" where there is one.
std::unique_ptr<DocumentParser> parser(Limits const & limits);

} // namespace ketensync::formats::xml
