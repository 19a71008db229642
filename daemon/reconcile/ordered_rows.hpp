#pragma once

#include "daemon/reconcile/parallel.hpp"
#include "daemon/reconcile/table.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ketensync::reconcile {

/// A copy of a table's rows in an order: what is looked at together lies together, and a place is a row. The table stays
/// as it is meanwhile. Any number of threads may read.
class OrderedRows {
public:
    OrderedRows(RecordTable const & table, std::vector<std::uint32_t> const & records, std::size_t threads)
        : m_table(table)
        , m_stride(table.stride())
        , m_codes(records.size() * m_stride)
    {
        constexpr std::size_t in_task = 16'384;
        constexpr std::size_t ahead = 16;
        parallel(threads, (records.size() + in_task - 1) / in_task, [&](std::size_t task, std::size_t) {
            auto const end = std::min(records.size(), (task + 1) * in_task);
            for (auto at = task * in_task; at < end; ++at) {
                if (at + ahead < end) {
                    table.prefetch(records[at + ahead]);
                }
                std::copy_n(table.row(records[at]), m_stride, &m_codes[at * m_stride]);
            }
        });
    }

    std::size_t size() const { return m_codes.size() / m_stride; }
    Row row(std::size_t place) const { return m_codes.data() + place * m_stride; }

    void prefetch(std::size_t place) const
    {
        __builtin_prefetch(row(place)); // a row may begin near the end of a line
        __builtin_prefetch(row(place) + m_stride - 1);
    }
    /// Of a row that is at hand: what is known of its values.
    void prefetch_values(std::size_t place) const
    {
        for (std::size_t slot = 0; slot < m_stride; ++slot) {
            m_table.dictionary(slot).prefetch(row(place)[slot]);
        }
    }
    /// Of two rows that are at hand: what is known of the values in which they differ.
    void prefetch_differences(std::size_t one, std::size_t other) const
    {
        auto const * const a = row(one);
        auto const * const b = row(other);
        for (std::size_t slot = 0; slot < m_stride; ++slot) {
            if (a[slot] != b[slot] && a[slot] != 0 && b[slot] != 0) {
                m_table.dictionary(slot).prefetch_to_compare(a[slot]);
                m_table.dictionary(slot).prefetch_to_compare(b[slot]);
            }
        }
    }

private:
    RecordTable const & m_table;
    std::size_t m_stride;
    BigVector<Code> m_codes;
};

} // namespace ketensync::reconcile
