#pragma once

#include "daemon/reconcile/match_rules.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/settings/toml.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ketensync::reconcile {

/// What a rules file says of a flat file: see docs/matching.md.
struct FlatRules {
    MatchRules match;
    std::string source; ///< the column that says which source a row is of; empty: there is none
    std::vector<std::string> free_of_duplicates; ///< sources of which no two rows are one thing
};
tl::expected<FlatRules, settings::Faults> read_flat_rules(std::filesystem::path const & path);

/// `name = "type"` and `name = { type = "identifier", proof = "elfproef" }`: one column.
MatchColumn read_match_column(settings::Table const & columns, std::string const & name);
/// `link` and `review`, and whether there are columns.
void read_thresholds(settings::Table const & table, MatchRules & rules);
void check_columns(settings::Table const & table, MatchRules const & rules);

} // namespace ketensync::reconcile
