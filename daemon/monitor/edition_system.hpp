#pragma once

#include "daemon/monitor/disclosure.hpp"
#include "daemon/monitor/protect_edition.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ketensync::monitor {

/// The figures of an edition, and of those shown before it, as variables and equations. Inside the folder only.
///
/// A figure is an indicator at a member of every dimension that the indicator has in any table of any of the editions; a
/// table without a dimension is at that dimension's whole. So the same figure is one variable wherever it stands. A total
/// that is the exact sum of other members than in another edition is another figure: "until now" moves on.
class EditionSystem {
public:
    /// `edition` with true counts, `earlier` as they were shown.
    EditionSystem(Edition const & edition, std::vector<EarlierEdition> const & earlier, DisclosurePolicy const & policy);

    System const & system() const { return m_system; }
    /// The variable of each figure of table `table` of the edition.
    std::vector<std::uint32_t> const & of_table(std::size_t table) const { return m_of_table[table]; }
    /// The variable of `indicator` at the member `code` and wholes; nothing when no table tells it.
    std::optional<std::uint32_t> at(std::string const & indicator, std::string const & code) const;

private:
    using Key = std::u32string; ///< number of the indicator, then of its members
    using Variables = std::unordered_map<Key, std::uint32_t>;

    struct Axis {
        Dimension const * dimension = nullptr;
        std::vector<char32_t> numbers; ///< of each member
        char32_t whole = 0;            ///< number of the whole; 0: it has none
        std::unordered_map<std::string, std::uint32_t> places; ///< code to place
    };
    /// How one edition names its figures.
    struct Frame {
        Edition const * edition = nullptr;
        std::unordered_map<std::string, Axis> axes;
    };
    /// A table as keys: where in the key each of its dimensions goes.
    struct Shape {
        Key blank; ///< the indicator, and wholes
        std::vector<Axis const *> axes;
        std::vector<std::size_t> positions;
    };

    char32_t number(std::string const & name);
    Frame frame_of(Edition const & edition);
    Shape shape_of(Frame const & frame, Table const & table);
    static Key key_of(Shape const & shape, Figure const & figure);
    void take(Frame const & frame);
    void remember(Frame const & frame, Edition const & truth);
    std::uint32_t remember(Key const & key, Cell const & shown, Count truth);
    void add_equations(Frame const & frame, Variables const & variables);
    void add_totals(Axis const & axis, Key key, std::size_t position, Variables const & variables);
    void add_regrouped(
        Frame const & frame, Axis const & axis, Key key, std::size_t position, Variables const & variables);
    void add(std::vector<Term> terms, bool exact);

    DisclosurePolicy const & m_policy;
    System m_system;
    std::unordered_map<std::string, char32_t> m_numbers;
    std::unordered_map<std::string, std::vector<std::string>> m_dimensions; ///< of each indicator, as in its keys
    std::unordered_map<char32_t, std::string> m_indicators;                 ///< by number
    std::unordered_set<std::u32string> m_equations;                         ///< already there
    Frame m_frame;         ///< of the edition
    Variables m_variables; ///< of the edition
    std::vector<std::vector<std::uint32_t>> m_of_table;
};

} // namespace ketensync::monitor
