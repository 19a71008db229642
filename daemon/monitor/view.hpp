#pragma once

#include "daemon/monitor/figures.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::monitor {

/// Finds figures in an edition. Holds nothing of it: the edition outlives the view.
class View {
public:
    /// A member of a dimension: its id and the member's place.
    using At = std::pair<std::string_view, std::uint32_t>;

    explicit View(Edition const & edition);

    Edition const & edition() const { return *m_edition; }
    Dimension const & dimension(std::string_view id) const { return *m_dimensions.find(id)->second; }
    bool has(std::string_view dimension) const { return m_dimensions.contains(dimension); }
    Indicator const * indicator(std::string_view id) const;
    /// Tables that the public may see: of indicators that are not kept to a few.
    std::vector<Table const *> const & tables() const { return m_tables; }
    /// The cell of that table at these places, for each of its dimensions.
    static Cell const & cell(Edition const & edition, Table const & table, std::vector<std::uint32_t> const & places);
    /// The figure of an indicator there, and of the whole of everything else; nothing when no table has it.
    Cell const * cell(std::string_view indicator, std::vector<At> const & at) const;
    /// Place of the member with that code; the number of members when there is none.
    std::uint32_t place(std::string_view dimension, std::string_view code) const;

private:
    Edition const * m_edition;
    std::map<std::string_view, Dimension const *> m_dimensions;
    std::vector<Table const *> m_tables;
};

} // namespace ketensync::monitor
