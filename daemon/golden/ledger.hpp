#pragma once

#include "daemon/base/tagged_index.hpp"
#include "daemon/record/ids.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ketensync::golden {

using record::Fingerprint;
using record::GoldenId;
using record::KindId;
using record::RecordId;
using record::SourceId;

/// Which record (source, kind, key) is meant: 128 bits, for finding it in memory.
Fingerprint identity(SourceId source, KindId kind, std::string_view key);

/// What of an identity a ledger's entry holds beside its index: enough to put records in an order of their own.
using IdentityRest = std::array<std::uint32_t, 3>;
IdentityRest rest_of(Fingerprint const & identity);

/// All records the store knows, in memory, without their values: found by identity, and with the group each is in and
/// the records that refer to each. About 70 bytes a record. Made from the store when the first document needs it.
/// Owned by the thread that digests. Record numbers count from 1 without gaps.
class Ledger {
public:
    struct Entry {
        std::uint64_t teller = 0;  ///< the document version it is believed from
        std::int64_t order = 0;    ///< of that telling; where nothing tells it any more, the golden record that it was in
        IdentityRest identity_rest {};
        GoldenId golden = 0;
        std::uint32_t told = 0;    ///< how many documents tell it; 0: only referred to, or no longer told
        SourceId source = 0;
        KindId kind = 0;
    };

    /// The record, or 0.
    RecordId find(Fingerprint const & identity) const;
    /// A new record; its number is the next.
    RecordId add(Fingerprint const & identity, SourceId source, KindId kind);
    Entry & operator[](RecordId record) { return m_entries[record - 1]; }
    Entry const & operator[](RecordId record) const { return m_entries[record - 1]; }
    std::size_t size() const { return m_entries.size(); }

    /// Notes that `from` refers to `to`. References that no longer hold may linger; who follows them looks again.
    void refer(RecordId from, RecordId to);
    /// The records that refer to `to`, ascending, each once; `into` is overwritten.
    void referrers(RecordId to, std::vector<RecordId> & into) const;

    void keep(auto & snapshot) { snapshot(m_entries, m_index, m_first_edge, m_edges); }

private:
    struct Edge {
        RecordId from = 0;
        std::uint32_t next = 0; ///< index + 1 of the next edge of the same target
    };
    static_assert(sizeof(Entry) == 40);

    std::vector<Entry> m_entries;
    TaggedIndex m_index; ///< by identity
    std::vector<std::uint32_t> m_first_edge;
    std::vector<Edge> m_edges;
};

}
