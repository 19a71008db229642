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
/// Records whose keys are on their way from memory while others are looked at.
constexpr std::size_t fetched_ahead = 8;

std::size_t usual_block_max(std::size_t records)
{
    auto const more = std::sqrt(100'000.0 / static_cast<double>(std::max<std::size_t>(records, 1)));
    return static_cast<std::size_t>(std::clamp(48.0 * more, 40.0, 400.0));
}

} // namespace

std::uint32_t Candidates::Numbering::take(std::uint64_t pattern)
{
    auto const [found, is_new] = numbers.try_emplace(pattern, static_cast<std::uint32_t>(patterns.size()));
    if (is_new) {
        patterns.push_back(pattern);
        counts.push_back(0);
    }
    ++counts[found->second];
    return found->second;
}

Candidates::Candidates(RecordTable const & table, Form const & form, Recipes const & recipes, Limits limits)
    : m_table(table)
    , m_form(form)
    , m_recipes(recipes)
    , m_threads(std::max<std::size_t>(limits.threads, 1))
    , m_block_max(limits.block_max)
{
    for (std::size_t recipe = 0; recipe < recipes.size(); ++recipe) {
        m_offsets.push_back(m_stride);
        m_stride += recipes.ways(recipe);
    }
    m_offsets.push_back(m_stride);
    for (std::size_t thread = 0; thread < m_threads; ++thread) {
        m_comparers.emplace_back(table, form);
    }
    m_numberings.resize(m_threads);
}

/// Whether the two share a small block of an earlier recipe, or of this one under a lower key.
bool Candidates::met_before(std::size_t recipe, std::uint32_t key, std::uint32_t a, std::uint32_t b) const
{
    auto const * const keys_a = &m_keys[a * m_stride];
    auto const * const keys_b = &m_keys[b * m_stride];
    for (std::size_t earlier = 0; earlier < std::min(recipe + 1, m_recipes.size()); ++earlier) {
        for (auto one = m_offsets[earlier]; one < m_offsets[earlier + 1]; ++one) {
            auto const mine = keys_a[one];
            if ((mine & 1U) == 0 || (earlier == recipe && mine >= key)) {
                continue;
            }
            for (auto other = m_offsets[earlier]; other < m_offsets[earlier + 1]; ++other) {
                if (keys_b[other] == mine) {
                    return true;
                }
            }
        }
    }
    return false;
}

/// Compares pairs and keeps them with their patterns, in a chunk of one thread: a thread numbers patterns by itself.
class Candidates::Emitter {
public:
    Emitter(Candidates & all, Chunk & chunk, std::size_t thread, MayMeet const & may_meet)
        : m_all(all)
        , m_chunk(chunk)
        , m_may_meet(may_meet)
        , m_conveyor(all.m_table)
    {
        chunk.thread = thread;
    }
    void put(std::uint32_t a, std::uint32_t b)
    {
        auto const one = m_all.m_records[std::min(a, b)];
        auto const other = m_all.m_records[std::max(a, b)];
        if (!m_may_meet || m_may_meet(one, other)) {
            m_conveyor.put(one, other, *this);
        }
    }
    void finish() { m_conveyor.finish(*this); }

    void operator()(std::uint32_t one, std::uint32_t other) const
    {
        auto const & table = m_all.m_table;
        auto const levels = m_all.m_comparers[m_chunk.thread].compare(table.row(one), table.row(other));
        m_chunk.pairs.push_back({ one, other, m_all.m_numberings[m_chunk.thread].take(m_all.m_form.pattern(levels)) });
    }

private:
    Candidates & m_all;
    Chunk & m_chunk;
    MayMeet const & m_may_meet;
    Conveyor m_conveyor;
};

void Candidates::prefetch_keys(std::uint32_t at) const
{
    auto const * const keys = &m_keys[at * m_stride];
    __builtin_prefetch(keys);
    __builtin_prefetch(keys + m_stride - 1);
}

void Candidates::find_small(
    std::size_t recipe, std::size_t block_max, std::vector<std::vector<Entry>> const & sorted, MayMeet const & may_meet)
{
    auto const first = m_chunks.size();
    m_chunks.resize(first + parts);
    parallel(m_threads, parts, [&](std::size_t part, std::size_t thread) {
        Emitter emitter(*this, m_chunks[first + part], thread, may_meet);
        auto const & entries = sorted[part];
        each_run(entries, [&](std::size_t from, std::size_t to) {
            for (auto ahead = from + fetched_ahead; ahead < std::min(to + fetched_ahead, entries.size()); ++ahead) {
                prefetch_keys(entries[ahead].at);
            }
            if (to - from > block_max) {
                return;
            }
            for (auto i = from; i < to; ++i) {
                for (auto j = from; j < i; ++j) {
                    if (!met_before(recipe, entries[i].key, entries[j].at, entries[i].at)) {
                        emitter.put(entries[j].at, entries[i].at);
                    }
                }
            }
        });
        emitter.finish();
    });
}

/// All pairs of a block that share another part too; where that is a large block again it is split further, and at last
/// its records are put in the order of what they tell and compared with their neighbours.
void Candidates::split(
    Block const & block, std::size_t first, std::size_t depth, std::vector<std::uint64_t> & out) const
{
    auto const put = [&](std::uint32_t a, std::uint32_t b) {
        if (a != b && !met_at_all(a, b)) {
            out.push_back(std::uint64_t { std::min(a, b) } << 32U | std::max(a, b));
        }
    };
    bool split_any = false;
    for (auto by = first; by < m_recipes.splits() && depth < depth_max; ++by) {
        if (!m_recipes.splits(by, block.recipe)) {
            continue;
        }
        std::vector<Entry> entries;
        for (auto const at : block.members) {
            if (auto const key = m_recipes.split_key(by, m_table.row(m_records[at])); key != 0) {
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
                    split(part, by + 1, depth + 1, out);
                }
                return;
            }
            split_any = true;
            for (auto i = from; i < to; ++i) {
                for (auto j = from; j < i; ++j) {
                    put(entries[j].at, entries[i].at);
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
            keys[by] = m_recipes.split_key(by, m_table.row(m_records[at]));
        }
        return keys;
    };
    std::stable_sort(
        members.begin(), members.end(), [&](std::uint32_t a, std::uint32_t b) { return telling(a) < telling(b); });
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (std::size_t j = i + 1; j < std::min(members.size(), i + 1 + neighbours); ++j) {
            put(members[i], members[j]);
        }
    }
}

void Candidates::find_large(MayMeet const & may_meet)
{
    m_split_blocks = m_large.size();
    std::vector<std::vector<std::uint64_t>> found(m_large.size());
    parallel(m_threads, m_large.size(), [&](std::size_t number, std::size_t) {
        auto & own = found[number];
        split(m_large[number], 0, 0, own);
        std::sort(own.begin(), own.end());
        own.erase(std::unique(own.begin(), own.end()), own.end());
        m_large[number].members = {};
    });
    std::vector<std::uint64_t> all;
    for (auto & own : found) {
        all.insert(all.end(), own.begin(), own.end());
        own = {};
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    constexpr std::size_t in_chunk = 65'536;
    auto const first = m_chunks.size();
    m_chunks.resize(first + (all.size() + in_chunk - 1) / in_chunk);
    parallel(m_threads, m_chunks.size() - first, [&](std::size_t number, std::size_t thread) {
        Emitter emitter(*this, m_chunks[first + number], thread, may_meet);
        for (auto at = number * in_chunk; at < std::min(all.size(), (number + 1) * in_chunk); ++at) {
            emitter.put(static_cast<std::uint32_t>(all[at] >> 32U), static_cast<std::uint32_t>(all[at]));
        }
        emitter.finish();
    });
}

Patterns Candidates::unify(
    std::vector<Numbering> const & numberings, std::vector<std::vector<std::uint32_t>> & renumber) const
{
    std::map<std::uint64_t, std::uint64_t> counts;
    for (auto const & numbering : numberings) {
        for (std::size_t i = 0; i < numbering.patterns.size(); ++i) {
            counts[numbering.patterns[i]] += numbering.counts[i];
        }
    }
    Patterns patterns;
    for (auto const & [pattern, count] : counts) {
        patterns.patterns.push_back(pattern);
        patterns.counts.push_back(count);
    }
    for (auto const & numbering : numberings) {
        auto & numbers = renumber.emplace_back();
        for (auto const pattern : numbering.patterns) {
            numbers.push_back(
                static_cast<std::uint32_t>(std::lower_bound(patterns.patterns.begin(), patterns.patterns.end(), pattern)
                    - patterns.patterns.begin()));
        }
    }
    return patterns;
}

std::vector<std::vector<Pair>> Candidates::find(std::vector<std::uint32_t> const & records, MayMeet const & may_meet)
{
    m_records = records;
    if (m_block_max == 0) {
        m_block_max = usual_block_max(records.size());
    }
    m_keys.assign(m_records.size() * m_stride, 0);
    constexpr std::size_t in_task = 16'384;
    parallel(m_threads, (m_records.size() + in_task - 1) / in_task, [&](std::size_t task, std::size_t) {
        auto const end = std::min(m_records.size(), (task + 1) * in_task);
        for (auto at = task * in_task; at < end; ++at) {
            if (at + 2 * fetched_ahead < end) {
                m_table.prefetch(m_records[at + 2 * fetched_ahead]);
                m_table.prefetch_values(m_records[at + fetched_ahead]);
            }
            m_recipes.all_keys(m_table.row(m_records[at]), &m_keys[at * m_stride]);
        }
    });
    std::vector<std::vector<Entry>> sorted;
    for (std::size_t recipe = 0; recipe < m_recipes.size(); ++recipe) {
        sort_keys(recipe, sorted);
        auto const block_max = m_recipes[recipe].loose ? loose_block_max(sorted) : m_block_max;
        mark_large(recipe, block_max, sorted);
        find_small(recipe, block_max, sorted, may_meet);
    }
    find_large(may_meet);
    m_keys = std::vector<std::uint32_t>();
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

Patterns Candidates::arbitrary(std::vector<std::uint32_t> const & records, std::size_t count, MayMeet const & may_meet)
{
    auto const size = records.size();
    auto const all = size * (size - std::min<std::size_t>(size, 1)) / 2;
    constexpr std::size_t tasks = 64;
    std::vector<Numbering> numberings(m_threads);
    auto const look = [&](std::size_t thread) {
        return [&, thread](std::uint32_t one, std::uint32_t other) {
            auto const levels = m_comparers[thread].compare(m_table.row(one), m_table.row(other));
            numberings[thread].take(m_form.pattern(levels));
        };
    };
    auto const take = [&](std::size_t a, std::size_t b, std::size_t thread, Conveyor & conveyor) {
        auto const one = records[std::min(a, b)];
        auto const other = records[std::max(a, b)];
        if (!may_meet || may_meet(one, other)) {
            conveyor.put(one, other, look(thread));
        }
    };
    if (all <= count) {
        parallel(m_threads, size, [&](std::size_t b, std::size_t thread) {
            Conveyor conveyor(m_table);
            for (std::size_t a = 0; a < b; ++a) {
                take(a, b, thread, conveyor);
            }
            conveyor.finish(look(thread));
        });
    } else {
        parallel(m_threads, tasks, [&](std::size_t task, std::size_t thread) {
            Conveyor conveyor(m_table);
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
