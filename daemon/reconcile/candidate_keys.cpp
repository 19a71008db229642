// The first half of Candidates: keys, sorted into blocks.

#include "daemon/reconcile/candidates.hpp"

#include "daemon/reconcile/parallel.hpp"
#include "daemon/reconcile/runs.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// Room for the pairs of a loose recipe.
constexpr double loose_pairs = 400'000;
constexpr double loose_pairs_a_record = 0.5;

} // namespace

void Candidates::sort_keys(std::size_t recipe, std::vector<std::vector<Entry>> & sorted)
{
    auto const ranges = m_threads;
    std::vector<std::array<std::vector<Entry>, parts>> buckets(ranges);
    auto const in_range = (m_records.size() + ranges - 1) / ranges;
    parallel(m_threads, ranges, [&](std::size_t range, std::size_t) {
        auto & own = buckets[range];
        for (auto at = range * in_range; at < std::min(m_records.size(), (range + 1) * in_range); ++at) {
            auto const * const keys = &m_keys[at * m_stride + m_offsets[recipe]];
            for (std::size_t way = 0; way < m_recipes.ways(recipe); ++way) {
                if (keys[way] != 0) {
                    own[keys[way] >> 26U].push_back({ keys[way], static_cast<std::uint32_t>(at) });
                }
            }
        }
    });
    sorted.assign(parts, {});
    std::vector<std::vector<Entry>> scratch(m_threads);
    parallel(m_threads, parts, [&](std::size_t part, std::size_t thread) {
        auto & entries = sorted[part];
        for (auto & own : buckets) {
            entries.insert(entries.end(), own[part].begin(), own[part].end());
            own[part] = {};
        }
        sort_by_key(entries, scratch[thread]);
    });
}

/// The largest block of a loose recipe whose pairs there is still room for.
std::size_t Candidates::loose_block_max(std::vector<std::vector<Entry>> const & sorted) const
{
    constexpr std::size_t sizes = 2048;
    std::vector<double> pairs(sizes);
    for (auto const & entries : sorted) {
        each_run(entries, [&](std::size_t from, std::size_t to) {
            auto const size = to - from;
            pairs[std::min(size, sizes - 1)] += static_cast<double>(size) * static_cast<double>(size - 1) / 2.0;
        });
    }
    auto const records = static_cast<double>(m_records.size());
    auto room = std::max(loose_pairs, loose_pairs_a_record * records);
    std::size_t size = 1;
    while (size + 1 < sizes && pairs[size + 1] <= room) {
        room -= pairs[++size];
    }
    return size;
}

/// Takes the mark of a small block from the keys of those that are too large.
void Candidates::mark_large(std::size_t recipe, std::size_t block_max, std::vector<std::vector<Entry>> const & sorted)
{
    std::vector<std::vector<Block>> found(parts);
    parallel(m_threads, parts, [&](std::size_t part, std::size_t) {
        each_run(sorted[part], [&](std::size_t from, std::size_t to) {
            if (to - from <= block_max) {
                return;
            }
            Block block { recipe, {} };
            for (auto at = from; at < to; ++at) {
                auto const & entry = sorted[part][at];
                block.members.push_back(entry.at);
                auto * const keys = &m_keys[entry.at * m_stride + m_offsets[recipe]];
                for (std::size_t way = 0; way < m_recipes.ways(recipe); ++way) {
                    keys[way] -= keys[way] == entry.key ? 1U : 0U;
                }
            }
            if (!m_recipes[recipe].loose) {
                found[part].push_back(std::move(block));
            }
        });
    });
    for (auto & blocks : found) {
        std::move(blocks.begin(), blocks.end(), std::back_inserter(m_large));
    }
}

} // namespace ketensync::reconcile
