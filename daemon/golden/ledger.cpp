#include "daemon/golden/ledger.hpp"

#include "daemon/base/room.hpp"

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

std::uint32_t tag_of(Fingerprint const & identity) { return static_cast<std::uint32_t>(identity.low >> 32U); }

}

IdentityRest rest_of(Fingerprint const & identity)
{
    return { static_cast<std::uint32_t>(identity.low), static_cast<std::uint32_t>(identity.high),
        static_cast<std::uint32_t>(identity.high >> 32U) };
}

RecordId Ledger::find(Fingerprint const & identity) const
{
    auto const rest = rest_of(identity);
    return m_index.find(
        tag_of(identity), [this, &rest](RecordId record) { return m_entries[record - 1].identity_rest == rest; });
}

RecordId Ledger::add(Fingerprint const & identity, SourceId source, KindId kind)
{
    auto const record = static_cast<RecordId>(m_entries.size() + 1);
    make_room(m_entries, record);
    m_entries.push_back({ 0, 0, rest_of(identity), 0, 0, source, kind });
    m_first_edge.push_back(0);
    m_index.add(tag_of(identity), record);
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

}
