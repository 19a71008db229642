#include "daemon/golden/ledger.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::golden {

Fingerprint identity(SourceId source, KindId kind, std::string_view key)
{
    // The short head and the key in one buffer: a fingerprint of one run of bytes is the fast one.
    std::array<char, 128> buffer {};
    if (key.size() + 3 > buffer.size()) {
        std::array<char, 3> const head { static_cast<char>(source & 0xff), static_cast<char>(source >> 8),
            static_cast<char>(kind) };
        return record::fingerprint({ std::string_view(head.data(), head.size()), key });
    }
    buffer[0] = static_cast<char>(source & 0xff);
    buffer[1] = static_cast<char>(source >> 8);
    buffer[2] = static_cast<char>(kind);
    std::ranges::copy(key, buffer.begin() + 3);
    return record::fingerprint(std::string_view(buffer.data(), key.size() + 3));
}

namespace {

std::uint32_t tag_of(Fingerprint const & identity) { return static_cast<std::uint32_t>(identity.high); }

}

RecordId Ledger::find(Fingerprint const & identity) const
{
    if (m_cells.empty()) {
        return 0;
    }
    auto const mask = m_cells.size() - 1;
    for (auto at = identity.low & mask;; at = (at + 1) & mask) {
        auto const & cell = m_cells[at];
        if (cell.record == 0
            || (cell.tag == tag_of(identity) && m_entries[cell.record - 1].identity == identity)) {
            return cell.record;
        }
    }
}

void Ledger::place(RecordId record, Fingerprint const & identity)
{
    auto const mask = m_cells.size() - 1;
    auto at = identity.low & mask;
    while (m_cells[at].record != 0) {
        at = (at + 1) & mask;
    }
    m_cells[at] = { record, tag_of(identity) };
}

void Ledger::grow()
{
    m_cells.assign(std::max<std::size_t>(1024, m_cells.size() * 2), {});
    for (RecordId record = 1; record <= m_entries.size(); ++record) {
        place(record, m_entries[record - 1].identity);
    }
}

RecordId Ledger::add(Fingerprint const & identity, SourceId source, KindId kind)
{
    auto const record = static_cast<RecordId>(m_entries.size() + 1);
    m_entries.push_back({ identity, 0, 0, 0, 0, source, kind });
    m_first_edge.push_back(0);
    if (m_entries.size() * 4 > m_cells.size() * 3) {
        grow();
    } else {
        place(record, identity);
    }
    return record;
}

void Ledger::refer(RecordId from, RecordId to)
{
    auto & first = m_first_edge[to - 1];
    if (first != 0 && m_edges[first - 1].from == from) {
        return;
    }
    m_edges.push_back({ from, first });
    first = static_cast<std::uint32_t>(m_edges.size());
}

void Ledger::referrers(RecordId to, std::vector<RecordId> & into) const
{
    into.clear();
    for (auto edge = m_first_edge[to - 1]; edge != 0; edge = m_edges[edge - 1].next) {
        into.push_back(m_edges[edge - 1].from);
    }
    std::ranges::sort(into);
    into.erase(std::unique(into.begin(), into.end()), into.end());
}

std::span<RecordId const> Ledger::members(GoldenId golden) const
{
    if (golden >= m_members.size() || m_members[golden] == 0) {
        return {};
    }
    auto const & member = m_members[golden];
    if ((member & group_mark) == 0) {
        return { &member, 1 };
    }
    return m_groups[member & ~group_mark];
}

void Ledger::set_members(GoldenId golden, std::span<RecordId const> records)
{
    if (golden >= m_members.size()) {
        m_members.resize(std::max<std::size_t>(golden + 1, m_members.size() + m_members.size() / 2), 0);
    }
    auto & member = m_members[golden];
    bool const grouped = (member & group_mark) != 0;
    if (records.size() < 2) {
        if (grouped) {
            m_groups[member & ~group_mark].clear();
            m_free_groups.push_back(member & ~group_mark);
        }
        member = records.empty() ? 0 : records[0];
        return;
    }
    if (!grouped) {
        if (m_free_groups.empty()) {
            m_free_groups.push_back(static_cast<std::uint32_t>(m_groups.size()));
            m_groups.emplace_back();
        }
        member = m_free_groups.back() | group_mark;
        m_free_groups.pop_back();
    }
    m_groups[member & ~group_mark].assign(records.begin(), records.end());
}

}
