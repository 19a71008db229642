#pragma once

#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// Where any of some texts stands, byte for byte: in every page of the state file, opened; in every document and batch,
/// unpacked; in the files of an embedded warehouse; in the archive folders of sources that deliver files.
struct Found {
    std::vector<std::string> places; ///< without the texts
    std::uint64_t bytes = 0;         ///< that were looked through
};
Result<Found> search(store::Database & state, Plan const & plan, std::set<std::string> const & texts);

/// Removes the files in archive folders that hold any of the texts, whole: they are copies of what was read. Gives how
/// many. A file that is packed (a workbook) is unpacked to look.
Result<std::uint64_t> destroy_archived(Plan const & plan, std::set<std::string> const & texts);

}
