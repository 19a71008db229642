#pragma once

#include "daemon/monitor/chart.hpp"
#include "daemon/monitor/html.hpp"
#include "daemon/monitor/view.hpp"
#include "daemon/monitor/words.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::monitor {

// What pages are put together from. Inside the folder only.

/// Where each member's page is: dimension and place to a path from the edition's folder.
using Paths = std::map<std::pair<std::string, std::uint32_t>, std::string>;

/// Everything a part of a page is made with.
struct Desk {
    View view;
    Words const & words;
    Paths paths;
    std::string up; ///< from the page to the edition's folder: "" or "../"
};

/// A whole page: head, landmarks, what is in it, foot.
std::string page(Desk const & desk, std::string const & title, std::vector<std::pair<std::string, std::string>> const & trail,
    Html const & content);
/// The same for a page that belongs to no edition.
std::string page(Words const & words, std::string const & title, Html const & content);

struct Column {
    std::string title;
    bool count = false; ///< numbers, to the right
};
/// A table whose first column heads its rows. Cells are text or, for what links somewhere, markup.
struct Row {
    std::vector<Html> cells;
    bool total = false;
};
Html table(std::string const & caption, std::vector<Column> const & columns, std::vector<Row> const & rows,
    std::string const & look = "");
Html words_in(std::string const & text);
Html link(std::string const & to, std::string const & text);
Html cell_in(Cell const & cell, Words const & words);
Html badge(Progress progress, Words const & words);

/// The figures that matter most, at that place.
Html key_figures(Desk const & desk, std::vector<View::At> const & at);
/// Charts and tables of every indicator that is told apart by that dimension.
Html figures_of(Desk const & desk, View::At const & at, bool only_first);
/// What the projects with these codes want to reach, and what was reached there; one bar a target.
Html goals_of(Desk const & desk, std::vector<std::string> const & codes, std::vector<View::At> const & at, bool of_all);
Html projects_of(Desk const & desk, std::vector<std::string> const & codes);
/// Codes of the projects in a member: itself, or all of its parts.
std::vector<std::string> projects_in(Desk const & desk, std::uint32_t member);

} // namespace ketensync::monitor
