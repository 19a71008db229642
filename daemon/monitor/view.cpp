#include "daemon/monitor/view.hpp"

#include <algorithm>

namespace ketensync::monitor {

View::View(Edition const & edition)
    : m_edition(&edition)
{
    for (auto const & dimension : edition.dimensions) {
        m_dimensions.emplace(dimension.id, &dimension);
    }
    for (auto const & table : edition.tables) {
        auto const * const of = indicator(table.indicator);
        if (of != nullptr && of->audience == "publiek") {
            m_tables.push_back(&table);
        }
    }
}

Indicator const * View::indicator(std::string_view id) const
{
    auto const found = std::ranges::find(m_edition->indicators, id, &Indicator::id);
    return found == m_edition->indicators.end() ? nullptr : &*found;
}

Cell const & View::cell(Edition const & edition, Table const & table, std::vector<std::uint32_t> const & places)
{
    // Every combination is there in ascending order, so a figure's place follows from its members'.
    std::size_t place = 0;
    for (std::size_t i = 0; i < places.size(); ++i) {
        auto const dimension = std::ranges::find(edition.dimensions, table.dimensions[i], &Dimension::id);
        place = place * dimension->members.size() + places[i];
    }
    return table.figures[place].cell;
}

Cell const * View::cell(std::string_view indicator, std::vector<At> const & at) const
{
    for (auto const * const table : m_tables) {
        if (table->indicator != indicator) {
            continue;
        }
        std::size_t used = 0;
        std::vector<std::uint32_t> places;
        for (auto const & id : table->dimensions) {
            auto const wanted = std::ranges::find(at, std::string_view(id), &At::first);
            if (wanted != at.end()) {
                places.push_back(wanted->second);
                ++used;
            } else {
                places.push_back(place(id, dimension(id).whole));
            }
        }
        bool const there = std::ranges::equal(places, table->dimensions, [&](auto where, auto const & id) {
            return where < dimension(id).members.size();
        });
        if (used == at.size() && there) {
            return &cell(*m_edition, *table, places);
        }
    }
    return nullptr;
}

std::uint32_t View::place(std::string_view id, std::string_view code) const
{
    auto const & members = dimension(id).members;
    return static_cast<std::uint32_t>(std::ranges::find(members, code, &Member::code) - members.begin());
}

} // namespace ketensync::monitor
