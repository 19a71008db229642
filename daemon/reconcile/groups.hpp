#pragma once

#include "daemon/reconcile/reconciler.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace ketensync::reconcile {

/// Which record is in which golden record, for all kinds, and the golden ids that were handed out. 16 bytes a record
/// and 4 a golden id. One thread owns it.
class Groups {
public:
    explicit Groups(GoldenId next)
        : m_next(next == 0 ? 1 : next)
    {
    }

    /// Enters a record as the store has it.
    void load(RecordId record, KindId kind, GoldenId golden);

    bool known(RecordId record) const { return record < m_records.size() && m_records[record].next != 0; }
    GoldenId golden(RecordId record) const { return record < m_records.size() ? m_records[record].golden : 0; }
    KindId kind(RecordId record) const { return m_records[record].kind; }
    GoldenId next_golden() const { return m_next; }

    /// A number that the matcher of the record's kind keeps with it.
    std::uint32_t local(RecordId record) const { return m_records[record].local; }
    void set_local(RecordId record, std::uint32_t local);
    void prefetch(RecordId record) const
    {
        __builtin_prefetch(m_records.data() + std::min<std::size_t>(record, m_records.size()));
    }

    /// A record of the golden record; 0 when it has none.
    RecordId any_of(GoldenId golden) const { return golden < m_heads.size() ? m_heads[golden] : 0; }
    /// The records in the same group as `record`, itself included, ascending; `out` is overwritten.
    void members(RecordId record, std::vector<RecordId> & out) const;

    /// Of the replacements that follow: a part with `record` that has no claim gets the id `before` rather than the next
    /// one, where that was handed out and has no records now.
    void expect(RecordId record, GoldenId before);

    /// Puts the records of `parts` in a group a part; each part holds one record or more and no record is in two.
    /// Whatever was in a group with one of them is in the parts too, or in `gone`, which are forgotten. A part keeps
    /// the lowest of the ids it has a claim to: an old group's largest part has the claim to its id (the part with the
    /// lowest record where two are as large). A part without a claim gets the next id (but see `expect`). Groups that came out different
    /// are added to `out`, those that ended without records, ascending by id.
    void replace(KindId kind, std::span<std::vector<RecordId> const> parts, std::span<RecordId const> gone,
        std::vector<Group> & out);

    std::size_t bytes() const { return m_records.capacity() * sizeof(Entry) + m_heads.capacity() * sizeof(RecordId); }
    void keep(auto & snapshot) { snapshot(m_records, m_heads, m_next); }

private:
    /// Records of a group form a ring.
    struct Entry {
        GoldenId golden = 0;
        RecordId next = 0;
        std::uint32_t local = 0;
        KindId kind = 0;
    };
    /// How many records of one old group are in one part.
    struct Share {
        GoldenId golden = 0;
        std::size_t part = 0;
        std::size_t count = 0;
        RecordId lowest = 0;
    };

    /// What becomes of one part.
    struct Fate {
        GoldenId golden = 0;
        std::size_t claims = 0; ///< old groups that have a record in it
        std::size_t old_size = 0; ///< of the group whose id is kept
    };

    Entry & entry(RecordId record);
    void settle_claims();
    bool unchanged(std::vector<RecordId> const & part, Fate const & fate) const;
    void count_shares(std::span<std::vector<RecordId> const> parts, std::span<RecordId const> gone);
    GoldenId unclaimed(std::vector<RecordId> const & part);
    void link(std::vector<RecordId> const & part, KindId kind, GoldenId golden);

    std::vector<Entry> m_records; ///< by record
    std::vector<RecordId> m_heads; ///< by golden id: one of its records
    GoldenId m_next;
    RecordId m_returning = 0; ///< expected, and what it was
    GoldenId m_was = 0;
    // Of the replacement at hand; kept for their memory.
    std::vector<Share> m_shares;
    std::vector<Fate> m_fates; ///< by part
    std::vector<GoldenId> m_ended;
    std::vector<std::size_t> m_order;
};

} // namespace ketensync::reconcile
