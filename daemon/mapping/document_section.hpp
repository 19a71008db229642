#pragma once

#include "daemon/formats/format.hpp"
#include "daemon/settings/toml.hpp"

namespace ketensync::mapping {

/// Reads the [document] section of a mapping: how the documents lie in a page. What is wrong goes to the file.
formats::Layout read_document_section(settings::TomlFile & file, settings::Table const & table);

} // namespace ketensync::mapping
