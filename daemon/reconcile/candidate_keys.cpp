// The first half of Candidates: keys, sorted into blocks.

#include "daemon/reconcile/candidates.hpp"

#include "daemon/reconcile/parallel.hpp"
#include "daemon/reconcile/runs.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// Room for the pairs of a loose recipe. Where a record has something that suffices alone (a number, an e-mail address,
/// a telephone), nearly all meet without them.
struct Room {
    double pairs = 0;
    double pairs_a_record = 0;
};
constexpr Room usual_room { 400'000, 0.5 };
constexpr Room room_beside_own { 100'000, 0.05 };

} // namespace

void Candidates::make_keys()
{
    constexpr std::size_t in_task = 4'096;
    constexpr std::size_t fetched_ahead = 8;
    std::size_t ways = 0;
    m_keys.resize(m_recipes.size());
    for (std::size_t recipe = 0; recipe < m_recipes.size(); ++recipe) {
        m_keys[recipe].assign(m_recipes.ways(recipe), std::vector<std::uint32_t>(m_rows.size()));
        ways += m_recipes.ways(recipe);
    }
    parallel(m_threads, (m_rows.size() + in_task - 1) / in_task, [&](std::size_t task, std::size_t) {
        auto const end = std::min(m_rows.size(), (task + 1) * in_task);
        std::vector<std::uint32_t> keys(ways);
        for (auto at = task * in_task; at < end; ++at) {
            if (at + fetched_ahead < end) {
                m_rows.prefetch_values(at + fetched_ahead);
            }
            m_recipes.all_keys(m_rows.row(at), keys.data());
            auto const * key = keys.data();
            for (auto & of_recipe : m_keys) {
                for (auto & way : of_recipe) {
                    way[at] = *key++;
                }
            }
        }
    });
}

/// The keys of one recipe, each part in their order. They are not needed after it.
void Candidates::sort_keys(std::size_t recipe, std::vector<Entries> & sorted)
{
    auto const in_range = (m_rows.size() + m_threads - 1) / m_threads;
    auto const each_key = [&](std::size_t range, auto const & action) {
        for (auto const & way : m_keys[recipe]) {
            for (auto at = range * in_range; at < std::min(m_rows.size(), (range + 1) * in_range); ++at) {
                if (way[at] != 0) {
                    action(way[at], static_cast<std::uint32_t>(at));
                }
            }
        }
    };
    using Counts = std::array<std::size_t, parts>;
    std::vector<Counts> places(m_threads, Counts {}); // of each range in each part: how many, then where the next goes
    parallel(m_threads, m_threads, [&](std::size_t range, std::size_t) {
        each_key(range, [&](std::uint32_t key, std::uint32_t) { ++places[range][key >> 26U]; });
    });
    sorted.resize(parts);
    for (std::size_t part = 0; part < parts; ++part) {
        std::size_t sum = 0;
        for (auto & of_range : places) {
            sum += std::exchange(of_range[part], sum);
        }
        sorted[part].resize(sum);
    }
    parallel(m_threads, m_threads, [&](std::size_t range, std::size_t) {
        each_key(range, [&](std::uint32_t key, std::uint32_t at) {
            sorted[key >> 26U][places[range][key >> 26U]++] = { key, at };
        });
    });
    m_keys[recipe].clear();
    std::vector<Entries> scratch(m_threads);
    parallel(m_threads, parts,
        [&](std::size_t part, std::size_t thread) { sort_by_key(sorted[part], scratch[thread]); });
}

/// The largest block of a loose recipe whose pairs there is still room for.
std::size_t Candidates::loose_block_max(std::vector<Entries> const & sorted) const
{
    constexpr std::size_t sizes = 2048;
    std::vector<double> pairs(sizes);
    for (auto const & entries : sorted) {
        each_run(entries, [&](std::size_t from, std::size_t to) {
            auto const size = to - from;
            pairs[std::min(size, sizes - 1)] += static_cast<double>(size) * static_cast<double>(size - 1) / 2.0;
        });
    }
    auto const & given = m_recipes.suffice_alone() ? room_beside_own : usual_room;
    auto room = std::max(given.pairs, given.pairs_a_record * static_cast<double>(m_rows.size()));
    std::size_t size = 1;
    while (size + 1 < sizes && pairs[size + 1] <= room) {
        room -= pairs[++size];
    }
    return size;
}

} // namespace ketensync::reconcile
