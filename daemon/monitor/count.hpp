#pragma once

#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/frame.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::monitor {

// From rows to figures. Pure.

/// The dimensions of an edition, with for each what a row adds to.
struct Axes {
    std::vector<Dimension> dimensions;
    /// For each dimension and each of its members: the member and every total that it is in, itself first. Of parts: only
    /// what is a project; the region is its member 0.
    std::vector<std::vector<std::vector<std::uint32_t>>> adds_to;
    std::map<std::string, std::uint32_t, std::less<>> projects; ///< by code: the member of the dimension of parts
    std::vector<DimensionPlan> plans; ///< as `dimensions`
    std::vector<std::pair<Quarter, Quarter>> runs; ///< of each member of the dimension of parts: from when until when it may have figures
    Quarter first = 0;
    Quarter last = 0;
    Quarter provisional_from = 0; ///< figures of this quarter and later may still change

    std::size_t number_of(std::string_view dimension) const;
    /// The member of that code; nothing when there is none.
    std::optional<std::uint32_t> member(std::size_t dimension, std::string_view code) const;
};

/// The axes for an edition whose projects and themes are known. Projects without a category are no part of anything.
Axes axes_of(Frame const & frame, Edition const & edition);

/// One thing that counts.
struct Fact {
    static constexpr std::size_t columns_max = 4;
    std::int64_t who = 0; ///< or the amount
    std::int32_t day = 0; ///< for the order: 20260131
    std::uint32_t part = 0;
    Quarter from = 0;
    Quarter until = 0;    ///< present: the last quarter at whose end it is so
    std::array<std::uint16_t, columns_max> by {}; ///< members of the dimensions of the definition's columns
};

/// Reads the rows of one definition.
class Facts {
public:
    using Counted = std::vector<std::vector<std::int64_t>>; ///< of each table, of each of its cells

    Facts(Axes const & axes, Definition const & definition, std::string peildatum);

    /// The columns that `add` wants, in order.
    std::vector<std::string> columns() const;
    /// Failure::configuration when a number is none.
    Result<void> add(std::vector<std::string_view> const & row);
    /// The counts of each table of the definition, each cell of it; the facts are gone then. Of the shares of the persons
    /// they can be added up.
    Counted count();
    /// The tables with these counts.
    std::vector<Table> tables(Counted const & counted) const;
    /// Rows that could not be placed, because they name no project or no month; by code of project, as they have it.
    std::map<std::string, std::int64_t> const & unplaced() const { return m_unplaced; }

private:
    struct Counting;
    std::uint16_t member_of(std::size_t column, std::string_view code) const;
    Counting counting_of(Definition::Layout const & layout) const;
    std::vector<std::uint32_t> translated(std::size_t dimension) const;
    void count_into(std::vector<Counting> & countings);
    Table table_of(Counting const & counting, std::vector<std::int64_t> const & counts) const;

    Axes const & m_axes;
    Definition const & m_definition;
    std::string m_peildatum;
    struct ByColumn {
        std::size_t dimension = 0;
        std::map<std::string, std::uint16_t, std::less<>> members;
        std::uint16_t other = 0;
        std::uint16_t unknown = 0;
    };
    std::vector<ByColumn> m_by;
    std::vector<Fact> m_facts;
    std::map<std::string, std::int64_t> m_unplaced;
};

/// The code of the total of a dimension, and of what is no member and of nothing.
constexpr std::string_view total_code = "totaal";
constexpr std::string_view other_code = "anders";
constexpr std::string_view unknown_code = "onbekend";

}
