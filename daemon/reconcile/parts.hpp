#pragma once

#include "daemon/reconcile/groups.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

namespace ketensync::reconcile {

/// The groups that one decision is about, taken apart and put together again before anything is written down: what is
/// left of the group a record was in, the groups it may join, and in the end the parts that Groups::replace is given.
/// Keeps its memory from one decision to the next.
class Parts {
public:
    void clear() { m_count = 0; }
    std::size_t size() const { return m_count; }
    std::vector<RecordId> & operator[](std::size_t part) { return m_parts[part]; }
    std::vector<RecordId> const & operator[](std::size_t part) const { return m_parts[part]; }
    std::span<std::vector<RecordId> const> all() const { return { m_parts.data(), m_count }; }

    /// An empty part behind the others.
    std::size_t add()
    {
        if (m_count == m_parts.size()) {
            m_parts.emplace_back();
        }
        m_parts[m_count].clear();
        return m_count++;
    }

    std::optional<std::size_t> find(RecordId record) const
    {
        for (std::size_t part = 0; part < m_count; ++part) {
            if (std::binary_search(m_parts[part].begin(), m_parts[part].end(), record)) {
                return part;
            }
        }
        return std::nullopt;
    }

    /// The part that `record` is in: found, or the whole of its group as it is now.
    std::size_t of(RecordId record, Groups const & groups)
    {
        if (auto const found = find(record)) {
            return *found;
        }
        auto const part = add();
        groups.members(record, m_parts[part]);
        return part;
    }

    void insert(std::size_t part, RecordId record)
    {
        auto & records = m_parts[part];
        records.insert(std::lower_bound(records.begin(), records.end(), record), record);
    }

    /// The records of `from` go to `into`; `from` is empty then, see drop_empty.
    void merge(std::size_t into, std::size_t from)
    {
        auto & records = m_parts[into];
        auto const middle = static_cast<std::ptrdiff_t>(records.size());
        records.insert(records.end(), m_parts[from].begin(), m_parts[from].end());
        std::inplace_merge(records.begin(), records.begin() + middle, records.end());
        m_parts[from].clear();
    }

    void drop_empty()
    {
        for (std::size_t part = 0; part < m_count;) {
            if (m_parts[part].empty()) {
                std::swap(m_parts[part], m_parts[--m_count]);
            } else {
                ++part;
            }
        }
    }

private:
    std::vector<std::vector<RecordId>> m_parts;
    std::size_t m_count = 0;
};

} // namespace ketensync::reconcile
