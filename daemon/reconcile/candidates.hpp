#pragma once

#include "daemon/reconcile/compare.hpp"
#include "daemon/reconcile/recipes.hpp"

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

namespace ketensync::reconcile {

/// Two records that met under a key, the lower number first, and how they agree: a place in a list of patterns.
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

/// Who may not be a pair, whatever they agree on.
using MayMeet = std::function<bool(std::uint32_t a, std::uint32_t b)>;

/// All pairs of records that share a key, each once, under the first key that finds them. A block of records with one
/// key that is too large is split by what else they tell, and never dropped: recall does not fall as data grow.
class Candidates {
public:
    struct Limits {
        std::size_t threads = 2;
        std::size_t block_max = 0; ///< records compared all with all under one key; 0: by the number of records
    };

    Candidates(RecordTable const & table, Form const & form, Recipes const & recipes, Limits limits);

    /// Pairs by chunk; the order of chunks and of pairs in them depends on the records only.
    std::vector<std::vector<Pair>> find(std::vector<std::uint32_t> const & records, MayMeet const & may_meet);
    /// Arbitrary pairs of `records`, at most `count` of them: all when there are no more.
    Patterns arbitrary(std::vector<std::uint32_t> const & records, std::size_t count, MayMeet const & may_meet);
    /// Of the pairs found.
    Patterns const & patterns() const { return m_patterns; }
    std::size_t block_max() const { return m_block_max; }

    std::size_t split_blocks() const { return m_split_blocks; }

private:
    struct Entry {
        std::uint32_t key = 0;
        std::uint32_t at = 0; ///< index in the list of records
    };
    struct Block {
        std::size_t recipe = 0;
        std::vector<std::uint32_t> members; ///< indexes
    };
    /// Numbers patterns as they come, a thread each.
    struct Numbering {
        std::unordered_map<std::uint64_t, std::uint32_t> numbers;
        std::vector<std::uint64_t> patterns;
        std::vector<std::uint64_t> counts;
        std::uint32_t take(std::uint64_t pattern);
    };
    /// Keys are sorted in so many parts, each small enough to stay near the processor.
    static constexpr std::size_t parts = 64;
    struct Chunk {
        std::vector<Pair> pairs;
        std::size_t thread = 0;
    };

    void sort_keys(std::size_t recipe, std::vector<std::vector<Entry>> & sorted);
    void mark_large(std::size_t recipe, std::size_t block_max, std::vector<std::vector<Entry>> const & sorted);
    std::size_t loose_block_max(std::vector<std::vector<Entry>> const & sorted) const;
    bool met_before(std::size_t recipe, std::uint32_t key, std::uint32_t a, std::uint32_t b) const;
    bool met_at_all(std::uint32_t a, std::uint32_t b) const { return met_before(m_recipes.size(), 0, a, b); }
    class Emitter;
    void prefetch_keys(std::uint32_t at) const;
    void find_small(std::size_t recipe, std::size_t block_max, std::vector<std::vector<Entry>> const & sorted,
        MayMeet const & may_meet);
    void find_large(MayMeet const & may_meet);
    void split(Block const & block, std::size_t split, std::size_t depth, std::vector<std::uint64_t> & out) const;
    Patterns unify(std::vector<Numbering> const & numberings, std::vector<std::vector<std::uint32_t>> & renumber) const;

    RecordTable const & m_table;
    Form const & m_form;
    Recipes const & m_recipes;
    std::size_t m_threads;
    std::size_t m_block_max;
    std::vector<std::size_t> m_offsets; ///< of each recipe's keys in a record's
    std::size_t m_stride = 0;
    std::vector<std::uint32_t> m_records;
    std::vector<std::uint32_t> m_keys; ///< lowest bit: the block is small
    std::vector<Block> m_large;
    std::vector<Chunk> m_chunks;
    std::vector<Comparer> m_comparers;
    std::vector<Numbering> m_numberings;
    Patterns m_patterns;
    std::size_t m_split_blocks = 0;
};

} // namespace ketensync::reconcile
