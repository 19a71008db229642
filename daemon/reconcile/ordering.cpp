#include "daemon/reconcile/ordering.hpp"

#include "daemon/reconcile/parallel.hpp"

#include <algorithm>
#include <tuple>

namespace ketensync::reconcile {

namespace {

/// So many records that say exactly the same are taken for one: comparing them with each other tells nothing.
constexpr std::size_t identical_max = 20;

class Ordering {
public:
    Ordering(RecordTable const & table, std::vector<std::uint32_t> records, Constraints const & constraints,
        std::size_t threads)
        : m_table(table)
        , m_records(std::move(records))
        , m_constraints(constraints)
        , m_threads(threads)
    {
        auto const slots = table.stride();
        m_hashes.resize(slots);
        parallel(threads, slots, [&](std::size_t slot, std::size_t) {
            auto const & values = table.dictionary(slot);
            m_hashes[slot].resize(values.size());
            for (Code code = 1; code < values.size(); ++code) {
                m_hashes[slot][code] = hash_text(values.text(code));
            }
        });
    }

    Ordered order()
    {
        constexpr std::size_t parts = 64;
        std::vector<std::vector<std::vector<Entry>>> buckets(m_threads, std::vector<std::vector<Entry>>(parts));
        auto const in_range = (m_records.size() + m_threads - 1) / m_threads;
        parallel(m_threads, m_threads, [&](std::size_t range, std::size_t) {
            for (auto at = range * in_range; at < std::min(m_records.size(), (range + 1) * in_range); ++at) {
                auto const hash = this->hash(m_records[at]);
                buckets[range][hash >> 58U].push_back({ hash, m_records[at] });
            }
        });
        std::vector<Ordered> ordered(parts);
        parallel(m_threads, parts, [&](std::size_t part, std::size_t) {
            std::vector<Entry> entries;
            for (auto & bucket : buckets) {
                entries.insert(entries.end(), bucket[part].begin(), bucket[part].end());
                bucket[part] = {};
            }
            std::sort(entries.begin(), entries.end(), [&](Entry const & a, Entry const & b) {
                return std::tuple(a.hash, fingerprint(a.record), a.record)
                    < std::tuple(b.hash, fingerprint(b.record), b.record);
            });
            collapse(entries, ordered[part]);
        });
        Ordered all;
        for (auto & part : ordered) {
            all.records.insert(all.records.end(), part.records.begin(), part.records.end());
            all.doubles.insert(all.doubles.end(), part.doubles.begin(), part.doubles.end());
        }
        return all;
    }

private:
    struct Entry {
        std::uint64_t hash = 0;
        std::uint32_t record = 0;
    };

    std::uint64_t hash(std::size_t record) const
    {
        auto const row = m_table.row(record);
        std::uint64_t hash = m_constraints.sources.empty() ? 0 : m_constraints.sources[record];
        for (std::size_t slot = 0; slot < m_table.stride(); ++slot) {
            hash = mix(hash + slot, m_hashes[slot][row[slot]]);
        }
        return hash;
    }

    std::uint64_t fingerprint(std::uint32_t record) const
    {
        return m_constraints.fingerprints.empty() ? 0 : m_constraints.fingerprints[record];
    }

    static void collapse(std::vector<Entry> const & entries, Ordered & out)
    {
        for (std::size_t from = 0; from < entries.size();) {
            auto to = from + 1;
            while (to < entries.size() && entries[to].hash == entries[from].hash) {
                ++to;
            }
            bool const many = to - from > identical_max;
            for (auto at = from; at < to; ++at) {
                if (many && at != from) {
                    out.doubles.emplace_back(entries[at].record, entries[from].record);
                } else {
                    out.records.push_back(entries[at].record);
                }
            }
            from = to;
        }
    }

    RecordTable const & m_table;
    std::vector<std::uint32_t> m_records;
    Constraints const & m_constraints;
    std::size_t m_threads;
    std::vector<std::vector<std::uint64_t>> m_hashes; ///< by slot and code
};

} // namespace

Ordered order_by_content(
    RecordTable const & table, std::vector<std::uint32_t> records, Constraints const & constraints, std::size_t threads)
{
    return Ordering(table, std::move(records), constraints, threads).order();
}

} // namespace ketensync::reconcile
