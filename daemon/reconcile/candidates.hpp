#pragma once

#include "daemon/reconcile/compare.hpp"
#include "daemon/reconcile/ordered_rows.hpp"
#include "daemon/reconcile/pattern_numbers.hpp"
#include "daemon/reconcile/recipes.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace ketensync::reconcile {

/// Two places whose records met under a key, the lower one first, and how they agree: a place in a list of patterns.
struct Pair {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t pattern = 0;
};

/// Patterns in the order of their numbers, and how many pairs have each.
struct Patterns {
    std::vector<std::uint64_t> patterns;
    std::vector<std::uint64_t> counts;
};

/// Whether two places may be a pair, whatever they agree on.
using MayMeet = std::function<bool(std::uint32_t a, std::uint32_t b)>;

/// All pairs of records that share a key, each once. A block of records with one key that is too large is split by what
/// else they tell, and never dropped: recall does not fall as data grow.
class Candidates {
public:
    struct Limits {
        std::size_t threads = 2;
        std::size_t block_max = 0; ///< records compared all with all under one key; 0: by the number of records
    };

    Candidates(
        RecordTable const & table, OrderedRows const & rows, Form const & form, Recipes const & recipes, Limits limits);

    /// Pairs by chunk, in the order of places: those of the first one first.
    std::vector<std::vector<Pair>> find(MayMeet const & may_meet);
    /// Arbitrary pairs, at most `count` of them: all when there are no more.
    Patterns arbitrary(std::size_t count, MayMeet const & may_meet);
    /// Of the pairs found.
    Patterns const & patterns() const { return m_patterns; }
    std::size_t block_max() const { return m_block_max; }

    std::size_t split_blocks() const { return m_split_blocks; }

private:
    struct Entry {
        std::uint32_t key = 0;
        std::uint32_t at = 0; ///< place
    };
    /// Of one recipe in one part of its keys.
    using Entries = std::vector<Entry>;
    struct Block {
        std::size_t recipe = 0;
        std::vector<std::uint32_t> members; ///< places
    };
    /// Keys are sorted in so many parts, each small enough to stay near the processor.
    static constexpr std::size_t parts = 64;
    /// Two places, the lower one in the upper half.
    using Met = std::uint64_t;
    /// Those whose lower place is in one range of `in_range`, as one thread found them, some more than once.
    using MetInRange = std::vector<Met>;
    static constexpr unsigned range_bits = 12;
    struct Chunk {
        std::vector<Pair> pairs;
        std::size_t thread = 0;
    };

    void make_keys();
    void sort_keys(std::size_t recipe, std::vector<Entries> & sorted);
    std::size_t loose_block_max(std::vector<Entries> const & sorted) const;
    void meet(std::size_t recipe, std::size_t block_max, std::vector<Entries> const & sorted);
    void meet_in_large();
    void split(Block const & block, std::size_t first, std::size_t depth, std::size_t thread);
    void put(std::size_t thread, std::uint32_t a, std::uint32_t b)
    {
        auto const low = a < b ? a : b;
        m_met[thread][low >> range_bits].push_back(Met { low } << 32U | (a < b ? b : a));
    }
    void sort_met(std::size_t range, std::vector<Met> & met, std::vector<Met> & scratch);
    void compare_met(MayMeet const & may_meet);
    Patterns unify(
        std::vector<PatternNumbers> const & numberings, std::vector<std::vector<std::uint32_t>> & renumber) const;

    OrderedRows const & m_rows;
    Form const & m_form;
    Recipes const & m_recipes;
    std::size_t m_threads;
    std::size_t m_block_max;
    std::vector<std::vector<std::vector<std::uint32_t>>> m_keys; ///< by recipe and way: of every place; 0 is none
    std::vector<Block> m_large;
    std::vector<std::vector<MetInRange>> m_met; ///< by thread and range
    std::vector<Chunk> m_chunks; ///< by range
    std::vector<Comparer> m_comparers;
    std::vector<PatternNumbers> m_numberings;
    Patterns m_patterns;
    std::size_t m_split_blocks = 0;
};

} // namespace ketensync::reconcile
