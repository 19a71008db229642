#pragma once

#include "daemon/record/change.hpp"
#include "daemon/warehouse/layout.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::warehouse {

/// How the row that a change closes ended, for its column `afloop`: "vervolgd" where the world moved on and it stays true of
/// the time before, "beeindigd" where it held until then, nothing where it was wrong. Pure.
std::string_view outcome_of(record::Change const & change);

/// The question what a kind was like, as known at a moment and valid on a day: a SELECT of rows of its table, in the dialect
/// that all warehouses share. Pure.
struct AsOf {
    std::string table; ///< as SQL writes its name
    std::string known; ///< SQL for a text: "2026-03-31T12:00:00Z" or its beginning, which stands for all of that day or hour
    std::string valid; ///< SQL for a text: "2025-12-31"
    bool in_region = false; ///< the table begins with the column `regio`
};
std::string as_of(AsOf const & question);

/// For a warehouse that keeps no functions: the view `tijdvraag`, which has the question for each kind, with the parameters
/// :bekend and :geldig.
View questions_view(std::vector<Table> const & tables);

/// What gives rows that were closed before `afloop` was kept the one that can be seen of them; nothing for a kind of which
/// there is none. How a record ended cannot be seen any more. `rows` is SQL that says which rows (r) are looked at.
std::string outcomes_of_before(Table const & table, std::string_view rows);

}
