#pragma once

#include "daemon/base/result.hpp"

#include <string>
#include <variant>
#include <vector>

namespace ketensync::monitor {

/// What stands in a cell of a sheet: nothing, text, or a whole number.
using OdsCell = std::variant<std::monostate, std::string, std::int64_t>;

/// An OpenDocument spreadsheet with one sheet. Numbers are numbers, all else is text. The same bytes for the same rows.
Result<std::string> ods_of(std::string const & name, std::vector<std::vector<OdsCell>> const & rows);

} // namespace ketensync::monitor
