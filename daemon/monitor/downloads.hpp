#pragma once

#include "daemon/base/result.hpp"
#include "daemon/monitor/pages.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::monitor {

/// Every table of an edition that the public may see, in the folder `bestanden`: as CSV with its CSVW metadata, as ODS, as
/// JSON by one JSON Schema; what the words mean, as CSV; and DCAT of all of it. Numbers are plain; how to read one is in a
/// column of its own, `status`: p provisional, r rounded, c kept back, z cannot occur; several with a space between them.
/// The same bytes for the same edition. Failure::bug when the edition was not protected.
Result<std::vector<PublishedFile>> downloads(Edition const & edition, Words const & words);

/// A line of CSV after RFC 4180.
std::string csv_line(std::vector<std::string> const & values);

} // namespace ketensync::monitor
