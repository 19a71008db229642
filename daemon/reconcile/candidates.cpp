#include "daemon/reconcile/candidates.hpp"

#include "daemon/reconcile/conveyor.hpp"
#include "daemon/reconcile/parallel.hpp"
#include "daemon/reconcile/runs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace ketensync::reconcile {

namespace {

/// How often a block is split further before its records are compared with their neighbours only.
constexpr std::size_t depth_max = 3;
constexpr std::size_t neighbours = 6;

std::size_t usual_block_max(std::size_t records)
{
    auto const more = std::sqrt(100'000.0 / static_cast<double>(std::max<std::size_t>(records, 1)));
    return static_cast<std::size_t>(std::clamp(48.0 * more, 40.0, 400.0));
}

} // namespace

Candidates::Candidates(
    RecordTable const & table, OrderedRows const & rows, Form const & form, Recipes const & recipes, Limits limits)
    : m_rows(rows)
    , m_form(form)
    , m_recipes(recipes)
    , m_threads(std::max<std::size_t>(limits.threads, 1))
    , m_block_max(limits.block_max)
{
    for (std::size_t thread = 0; thread < m_threads; ++thread) {
        m_comparers.emplace_back(table, form);
    }
    m_numberings.resize(m_threads);
}

/// All with all in blocks that are not too large; the others are kept for later, but for those of a loose recipe.
void Candidates::meet(std::size_t recipe, std::size_t block_max, std::vector<Entries> const & sorted)
{
    std::vector<std::vector<Block>> large(parts);
    parallel(m_threads, parts, [&](std::size_t part, std::size_t thread) {
        auto const & entries = sorted[part];
        each_run(entries, [&](std::size_t from, std::size_t to) {
            if (to - from <= block_max) {
                for (auto i = from; i < to; ++i) {
                    for (auto j = from; j < i; ++j) {
                        put(thread, entries[j].at, entries[i].at);
                    }
                }
            } else if (!m_recipes[recipe].loose) {
                auto & block = large[part].emplace_back(Block { recipe, {} });
                for (auto at = from; at < to; ++at) {
                    block.members.push_back(entries[at].at);
                }
            }
        });
    });
    for (auto & blocks : large) {
        std::move(blocks.begin(), blocks.end(), std::back_inserter(m_large));
    }
}

/// All pairs of a block that share another part too; where that is a large block again it is split further, and at last
/// its records are put in the order of what they tell and compared with their neighbours.
void Candidates::split(Block const & block, std::size_t first, std::size_t depth, std::size_t thread)
{
    bool split_any = false;
    for (auto by = first; by < m_recipes.splits() && depth < depth_max; ++by) {
        if (!m_recipes.splits(by, block.recipe)) {
            continue;
        }
        std::vector<Entry> entries;
        for (auto const at : block.members) {
            if (auto const key = m_recipes.split_key(by, m_rows.row(at)); key != 0) {
                entries.push_back({ key, at });
            }
        }
        std::stable_sort(
            entries.begin(), entries.end(), [](Entry const & a, Entry const & b) { return a.key < b.key; });
        each_run(entries, [&](std::size_t from, std::size_t to) {
            if (to - from > m_block_max) {
                if (to - from < block.members.size()) {
                    split_any = true;
                    Block part { block.recipe, {} };
                    for (auto at = from; at < to; ++at) {
                        part.members.push_back(entries[at].at);
                    }
                    split(part, by + 1, depth + 1, thread);
                }
                return;
            }
            split_any = true;
            for (auto i = from; i < to; ++i) {
                for (auto j = from; j < i; ++j) {
                    put(thread, entries[j].at, entries[i].at);
                }
            }
        });
    }
    if (split_any) {
        return;
    }
    auto members = block.members;
    auto const telling = [&](std::uint32_t at) {
        std::array<std::uint32_t, 8> keys {};
        for (std::size_t by = 0; by < std::min(keys.size(), m_recipes.splits()); ++by) {
            keys[by] = m_recipes.split_key(by, m_rows.row(at));
        }
        return keys;
    };
    std::stable_sort(
        members.begin(), members.end(), [&](std::uint32_t a, std::uint32_t b) { return telling(a) < telling(b); });
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = i + 1; j < std::min(members.size(), i + 1 + neighbours); ++j) {
            put(thread, members[i], members[j]);
        }
    }
}

void Candidates::meet_in_large()
{
    m_split_blocks = m_large.size();
    parallel(m_threads, m_large.size(), [&](std::size_t number, std::size_t thread) {
        split(m_large[number], 0, 0, thread);
        m_large[number].members = {};
    });
}

/// Those that met in one range, each once and in order.
void Candidates::sort_met(std::size_t range, std::vector<Met> & met, std::vector<Met> & scratch)
{
    met.clear();
    for (auto & found : m_met) {
        met.insert(met.end(), found[range].begin(), found[range].end());
        found[range] = MetInRange();
    }
    unsigned high_bits = 1; // of the higher index
    while (high_bits < 32 && m_rows.size() >> high_bits != 0) {
        ++high_bits;
    }
    sort_by_bits(met, scratch, 0, high_bits);
    sort_by_bits(met, scratch, 32, range_bits);
    met.erase(std::unique(met.begin(), met.end()), met.end());
}

/// Compares whoever met and keeps them with their patterns; a thread numbers patterns by itself.
void Candidates::compare_met(MayMeet const & may_meet)
{
    m_chunks.resize((m_rows.size() >> range_bits) + 1);
    std::vector<std::vector<Met>> met(m_threads);
    std::vector<std::vector<Met>> scratch(m_threads);
    parallel(m_threads, m_chunks.size(), [&](std::size_t range, std::size_t thread) {
        sort_met(range, met[thread], scratch[thread]);
        auto & chunk = m_chunks[range];
        chunk.thread = thread;
        chunk.pairs.reserve(met[thread].size());
        Conveyor conveyor(m_rows);
        auto const look = [&](std::uint32_t one, std::uint32_t other) {
            auto const levels = m_comparers[thread].compare(m_rows.row(one), m_rows.row(other));
            chunk.pairs.push_back({ one, other, m_numberings[thread].take(m_form.pattern(levels)) });
        };
        for (auto const pair : met[thread]) {
            auto const one = static_cast<std::uint32_t>(pair >> 32U);
            auto const other = static_cast<std::uint32_t>(pair);
            if (!may_meet || may_meet(one, other)) {
                conveyor.put(one, other, look);
            }
        }
        conveyor.finish(look);
    });
}

Patterns Candidates::unify(
    std::vector<PatternNumbers> const & numberings, std::vector<std::vector<std::uint32_t>> & renumber) const
{
    std::map<std::uint64_t, std::uint64_t> counts;
    for (auto const & numbering : numberings) {
        numbering.each([&](std::uint64_t pattern, std::uint32_t, std::uint64_t count) { counts[pattern] += count; });
    }
    Patterns patterns;
    for (auto const & [pattern, count] : counts) {
        patterns.patterns.push_back(pattern);
        patterns.counts.push_back(count);
    }
    for (auto const & numbering : numberings) {
        auto & numbers = renumber.emplace_back(numbering.size());
        numbering.each([&](std::uint64_t pattern, std::uint32_t number, std::uint64_t) {
            numbers[number] = static_cast<std::uint32_t>(
                std::lower_bound(patterns.patterns.begin(), patterns.patterns.end(), pattern)
                - patterns.patterns.begin());
        });
    }
    return patterns;
}

std::vector<std::vector<Pair>> Candidates::find(MayMeet const & may_meet)
{
    if (m_block_max == 0) {
        m_block_max = usual_block_max(m_rows.size());
    }
    make_keys();
    m_met.assign(m_threads, std::vector<MetInRange>((m_rows.size() >> range_bits) + 1));
    std::vector<Entries> sorted;
    for (std::size_t recipe = 0; recipe < m_recipes.size(); ++recipe) {
        sort_keys(recipe, sorted);
        meet(recipe, m_recipes[recipe].loose ? loose_block_max(sorted) : m_block_max, sorted);
    }
    meet_in_large();
    compare_met(may_meet);
    m_met.clear();
    std::vector<std::vector<std::uint32_t>> renumber;
    m_patterns = unify(m_numberings, renumber);
    std::vector<std::vector<Pair>> pairs;
    for (auto & chunk : m_chunks) {
        for (auto & pair : chunk.pairs) {
            pair.pattern = renumber[chunk.thread][pair.pattern];
        }
        if (!chunk.pairs.empty()) {
            pairs.push_back(std::move(chunk.pairs));
        }
    }
    m_chunks = std::vector<Chunk>();
    return pairs;
}

Patterns Candidates::arbitrary(std::size_t count, MayMeet const & may_meet)
{
    auto const size = m_rows.size();
    auto const all = size * (size - std::min<std::size_t>(size, 1)) / 2;
    constexpr std::size_t tasks = 64;
    std::vector<PatternNumbers> numberings(m_threads);
    auto const look = [&](std::size_t thread) {
        return [&, thread](std::uint32_t one, std::uint32_t other) {
            auto const levels = m_comparers[thread].compare(m_rows.row(one), m_rows.row(other));
            numberings[thread].take(m_form.pattern(levels));
        };
    };
    auto const take = [&](std::size_t a, std::size_t b, std::size_t thread, Conveyor & conveyor) {
        auto const one = static_cast<std::uint32_t>(std::min(a, b));
        auto const other = static_cast<std::uint32_t>(std::max(a, b));
        if (!may_meet || may_meet(one, other)) {
            conveyor.put(one, other, look(thread));
        }
    };
    if (all <= count) {
        parallel(m_threads, size, [&](std::size_t b, std::size_t thread) {
            Conveyor conveyor(m_rows);
            for (std::size_t a = 0; a < b; ++a) {
                take(a, b, thread, conveyor);
            }
            conveyor.finish(look(thread));
        });
    } else {
        parallel(m_threads, tasks, [&](std::size_t task, std::size_t thread) {
            Conveyor conveyor(m_rows);
            for (auto i = task; i < count; i += tasks) {
                auto const a = mix(i, 0x1234) % size;
                auto const b = mix(i, 0x9876) % (size - 1);
                take(a, b < a ? b : b + 1, thread, conveyor);
            }
            conveyor.finish(look(thread));
        });
    }
    std::vector<std::vector<std::uint32_t>> renumber;
    return unify(numberings, renumber);
}

} // namespace ketensync::reconcile
