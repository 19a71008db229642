#pragma once

#include "daemon/base/result.hpp"

#include <string>
#include <vector>

namespace ketensync::formats {

struct ZipPart {
    std::string name;
    std::string bytes;
    bool stored = false; ///< as it is: for what must be found without unpacking
};

/// A zip archive of these parts in this order; the same bytes for the same parts, whenever. Failure::bug when libzip does
/// not make it.
Result<std::string> zip_of(std::vector<ZipPart> const & parts);

} // namespace ketensync::formats
