#pragma once

#include "daemon/pipeline/memory.hpp"
#include "daemon/record/change.hpp"

#include <unordered_map>
#include <vector>

namespace ketensync::pipeline {

/// One batch's way from records to changes: takes what documents tell and no longer tell, follows what that does to
/// groups and to the records that refer to them, and at the end says how the golden records differ. Works inside one
/// transaction of the digest and is thrown away with it.
class Settle {
public:
    Settle(golden::Golden & store, Memory & memory, Plan const & plan, Numbers const & numbers, golden::Ranks const & ranks,
        Instant now);

    /// The number of a record, if it was ever told or referred to; 0 if not.
    record::RecordId find(record::SourceId source, record::Record const & record) const;
    /// A document version tells a record; `previous` is its version that told it before, or 0. Gives the record's number.
    Result<record::RecordId> tell(
        record::SourceId source, record::Record const & record, std::uint64_t version, std::uint64_t previous);
    /// A document version no longer tells a record.
    Result<void> untell(record::RecordId record, std::uint64_t version);
    /// Records that other documents still tell, but that lost the one they were believed from; ascending.
    std::vector<record::RecordId> take_orphans();
    /// What the best of the other documents tells of an orphan.
    Result<void> elect(record::RecordId record, record::Record const & told, std::uint64_t version);

    /// The differences in golden records, written to the store and in order of golden id. `was` gets the values before
    /// each of them, when asked for.
    Result<std::vector<record::Change>> finish(std::vector<record::Values> * was = nullptr);

private:
    Result<void> believe(record::RecordId id, record::Record const & told, std::uint64_t version, bool is_new);
    Result<record::Values const *> values(record::RecordId record);
    Result<void> follow_references(record::RecordId record, record::KindId kind, record::Values const & values);
    Result<void> settle(record::RecordId record, record::Values const & values);
    Result<void> take_outcome(record::RecordId current);
    Result<void> cascade();
    Result<void> conclude(
        golden::GoldenId golden, std::vector<record::Change> & changes, std::vector<record::Values> * before);
    bool matters(record::KindId kind, record::Values const & was, record::Values const & is) const;
    void touch(golden::GoldenId golden);

    golden::Golden & m_store;
    Memory & m_memory;
    Plan const & m_plan;
    golden::Ranks const & m_ranks;
    References m_references;
    Instant m_now;
    golden::GoldenId m_first_new; ///< golden ids from here on are of this batch

    std::unordered_map<record::RecordId, record::Values> m_values; ///< of records read or changed in this batch
    std::vector<golden::GoldenId> m_touched;
    std::vector<record::RecordId> m_regrouped; ///< their golden id changed: who refers to them must look again
    std::vector<record::RecordId> m_orphans;
    std::vector<golden::GoldenId> m_resolved;
    reconcile::Outcome m_outcome;
};

}
