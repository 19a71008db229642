#pragma once

#include "daemon/monitor/html.hpp"
#include "daemon/monitor/words.hpp"

#include <string>
#include <vector>

namespace ketensync::monitor {

// Charts as SVG in the page, drawn here and not in the browser. Widths are in percents and texts in their own size, so a
// chart fits every screen and stays readable. Each has a title and a description for who does not see it, numbers beside
// its bars, and never tells anything by colour alone; the table with the same numbers is the caller's.

/// A bar: what of it may be told.
struct Bar {
    std::string label;
    std::string second_label; ///< below the label, of columns only
    Cell cell;
};

/// What a bar wants to reach.
struct GoalBar {
    std::string label;
    Cell result;
    std::int64_t goal = 0;
    std::int64_t expected = 0; ///< by now
};

/// `id` is unique in the page. `description` says in words what is to be seen.
Html columns(std::string const & id, std::string const & title, std::string const & description,
    std::vector<Bar> const & bars, Words const & words);
Html rows(std::string const & id, std::string const & title, std::string const & description,
    std::vector<Bar> const & bars, Words const & words);
Html goals(std::string const & id, std::string const & title, std::string const & description,
    std::vector<GoalBar> const & bars, Words const & words);

} // namespace ketensync::monitor
