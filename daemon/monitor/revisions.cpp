#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/edition.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::monitor {

namespace {

Dimension const * dimension_of(Edition const & edition, std::string_view id)
{
    auto const found = std::ranges::find(edition.dimensions, id, &Dimension::id);
    return found == edition.dimensions.end() ? nullptr : &*found;
}

/// The members of a figure by code, and the quarter that it is of.
struct Coordinates {
    std::vector<std::string> codes;
    std::string of_quarter; ///< its last day; empty: of no single quarter, so that it is another figure in each edition
};

Coordinates coordinates_of(Edition const & edition, Table const & table, Figure const & figure)
{
    Coordinates found;
    for (std::size_t i = 0; i < figure.at.size(); ++i) {
        auto const * dimension = dimension_of(edition, table.dimensions[i]);
        auto const & member = dimension->members[figure.at[i]];
        if (auto const quarter = quarter_named(member.code)) {
            found.of_quarter = last_day(*quarter);
        } else if (dimension->whole == last_day(quarter_of(edition.peildatum).value_or(0))) {
            found.of_quarter = member.code;
        }
        found.codes.push_back(member.code);
    }
    return found;
}

std::string version_of(Edition const & edition, std::string const & indicator)
{
    auto const found = std::ranges::find(edition.indicators, indicator, &Indicator::id);
    return found == edition.indicators.end() ? std::string() : found->version;
}

bool tells(Cell const & cell) { return cell.shown == Shown::open || cell.shown == Shown::rounded; }

}

std::vector<Revision> revisions(Edition const & before, Edition const & now, std::string const & reason)
{
    std::vector<Revision> found;
    for (auto const & table : now.tables) {
        auto const was = std::ranges::find(before.tables, table.id, &Table::id);
        if (was == before.tables.end() || was->dimensions != table.dimensions) {
            continue;
        }
        std::map<std::vector<std::string>, Cell const *> old;
        for (auto const & figure : was->figures) {
            if (auto at = coordinates_of(before, *was, figure); !at.of_quarter.empty()) {
                old[std::move(at.codes)] = &figure.cell;
            }
        }
        auto const version_before = version_of(before, table.indicator);
        auto const version_now = version_of(now, table.indicator);
        for (auto const & figure : table.figures) {
            auto at = coordinates_of(now, table, figure);
            auto const match = old.find(at.codes);
            bool const differs = match != old.end() && tells(*match->second) && tells(figure.cell)
                && match->second->shown == figure.cell.shown && match->second->count != figure.cell.count;
            if (!differs) {
                continue;
            }
            auto why = version_before != version_now
                ? fmt::format("De definitie is gewijzigd van versie {} in versie {}.", version_before, version_now)
                : !match->second->provisional ? "Gecorrigeerd na meer dan twaalf maanden."
                : reason.empty()              ? "Nagekomen of verbeterde gegevens."
                                              : reason;
            found.push_back({ table.id, std::move(at.codes), *match->second, figure.cell, std::move(why) });
        }
    }
    return found;
}

}
