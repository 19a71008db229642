#pragma once

#include "daemon/base/result.hpp"
#include "daemon/reconcile/cluster.hpp"
#include "daemon/reconcile/flat_rules.hpp"
#include "daemon/reconcile/table.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::commands {

/// Flat files read for matching: their rows as a table, in the order of the files.
struct FlatFiles {
    std::unique_ptr<reconcile::RecordTable> table;
    reconcile::Constraints constraints;
    std::vector<std::size_t> rows; ///< of each file
    std::vector<std::string> warnings;
};

/// Reads one file or more with the same columns. With several, each is a source of its own, free of duplicates when
/// the rules say so of its name (the file's name without folder and extension). bad_data for a column that is missing
/// or a row that is not sound.
Result<FlatFiles> read_flat_files(
    std::vector<std::filesystem::path> const & files, reconcile::FlatRules const & rules, std::size_t threads);

} // namespace ketensync::commands
