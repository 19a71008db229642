#pragma once

#include "daemon/formats/document_parser.hpp"

#include <memory>

namespace ketensync::formats::csv {

/// CSV by RFC 4180, with any separator and any line end. A field is quoted when its first character is a quote; a quote
/// further on in a plain field is text. Where quotes leave in doubt which rows there are (text behind a closing quote,
/// a quote that never closes), the page is bad: a swallowed row must never look like a vanished one.
Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink);

/// A row as one object of texts; bad_data when it has not as many columns as the header.
std::unique_ptr<DocumentParser> parser(Layout const & layout, Limits const & limits);

} // namespace ketensync::formats::csv
