#pragma once

#include "daemon/reconcile/table.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ketensync::reconcile {

/// What a key is made of.
enum class Part : std::uint8_t {
    identifier,
    email,
    telephone,
    birth_date, ///< its digits, so that day and month may change places
    year,
    surname, ///< how it sounds; each name the person may go by
    given, ///< how the first name sounds
    given_start, ///< its first three letters
    initial,
    postcode,
    area,
    house_number,
    street,
    place,
    text, ///< any other column
};
constexpr std::size_t part_count = 15;

/// Two records meet under a recipe when every part of it is the same. A recipe names at most one part that a record can
/// answer in several ways.
struct Recipe {
    std::array<Part, 3> parts {};
    std::size_t count = 0;
    std::array<std::uint8_t, 3> slots {}; ///< of parts that are columns
    std::string name; ///< "surname + birth date"
    /// A thing that does not suffice alone: blocks are looked at as far as there is room for their pairs, the smallest
    /// first, and the others left to the recipes that say more.
    bool loose = false;
};

/// The keys of a record under each recipe; 0 is no key. Every two of the things that mostly stay when a record is told
/// anew are a recipe (and every thing that suffices alone), so that two records of one thing meet unless all but one
/// of them changed; and each alone is one where that is seldom enough.
class Recipes {
public:
    static constexpr std::size_t recipes_max = 20;
    static constexpr std::size_t ways_max = 3; ///< in which a record may answer one recipe
    using Keys = std::array<std::uint32_t, ways_max>;

    explicit Recipes(RecordTable const & table);
    std::size_t size() const { return m_recipes.size(); }
    Recipe const & operator[](std::size_t recipe) const { return m_recipes[recipe]; }
    std::size_t ways(std::size_t recipe) const { return m_ways[recipe]; }
    /// Whether a part that only one thing has is a recipe by itself.
    bool suffice_alone() const
    {
        return !m_recipes.empty() && m_recipes.front().count == 1 && !m_recipes.front().loose;
    }

    Keys keys(std::size_t recipe, Row row) const;
    /// Whether two records have a key of this recipe in common.
    bool meet(std::size_t recipe, Row a, Row b) const;
    /// The keys under every recipe, one after another as many as it has ways: what a record tells is looked up once.
    void all_keys(Row row, std::uint32_t * out) const;
    /// Parts by which a block that is too large is split, the most telling first: those that are not in its recipe.
    std::size_t splits() const { return m_splits.size(); }
    bool splits(std::size_t split, std::size_t recipe) const;
    std::uint32_t split_key(std::size_t split, Row row) const;

private:
    void add(std::initializer_list<Part> parts, bool loose = false);
    bool has(Part part) const;
    std::uint32_t value(Part part, std::uint8_t slot, Row row) const;
    std::size_t surnames(Row row, Keys & out) const;
    std::size_t any_of(MatchType type, Row row, Keys & out) const;
    /// What of a record was looked up already.
    struct Known {
        std::array<std::uint32_t, part_count> values {};
        std::array<bool, part_count> looked_up {};
        Keys surnames {};
        std::size_t surname_count = 0;
    };
    Keys keys(std::size_t recipe, Row row, Known & known) const;

    RecordTable const & m_table;
    Slots const & m_slots;
    std::vector<Recipe> m_recipes;
    std::vector<std::size_t> m_ways;
    struct Split {
        Part part;
        std::uint8_t slot;
    };
    std::vector<Split> m_splits;
};

} // namespace ketensync::reconcile
