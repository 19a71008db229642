#pragma once

#include "daemon/base/result.hpp"
#include "daemon/formats/format.hpp"
#include "daemon/formats/tree.hpp"

#include <string_view>

namespace ketensync::formats {

/// What stands behind Parser: one format's way from a document's bytes to a tree. Used by one thread; faults are
/// Failure::bad_data. The caller has cleared the tree and checked the document's size.
class DocumentParser {
public:
    virtual ~DocumentParser() = default;
    virtual Result<void> parse(std::string_view context, std::string_view document, Tree & tree) = 0;
};

} // namespace ketensync::formats
