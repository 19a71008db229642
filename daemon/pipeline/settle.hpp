#pragma once

#include "daemon/pipeline/memory.hpp"
#include "daemon/record/change.hpp"

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ketensync::pipeline {

/// One batch's way from records to changes: takes what documents tell and no longer tell, follows what that does to
/// groups and to the records that refer to them, and at the end says how the golden records differ. Works inside one
/// transaction of the digest and is thrown away with it.
class Settle {
public:
    Settle(golden::Golden & store, golden::Judgements & judgements, Memory & memory, Plan const & plan,
        Numbers const & numbers, golden::Ranks const & ranks, Instant now);

    /// The number of a record, if it was ever told or referred to; 0 if not.
    record::RecordId find(record::SourceId source, record::Record const & record) const;
    /// A document version tells a record; `previous` is its version that told it before, or 0. Gives the record's number.
    /// The record must stay where it is until `finish`.
    Result<record::RecordId> tell(
        record::SourceId source, record::Record const & record, std::uint64_t version, std::uint64_t previous);
    /// A document version no longer tells a record; what it told `held` until now, or else is withdrawn.
    Result<void> untell(record::RecordId record, std::uint64_t version, bool held);
    /// Records that other documents still tell, but that lost the one they were believed from; ascending.
    std::vector<record::RecordId> take_orphans();
    /// What the best of the other documents tells of an orphan.
    Result<void> elect(record::RecordId record, record::Record const & told, std::uint64_t version);

    /// Who is the same among all records of a kind, decided anew at once.
    Result<void> reconcile(record::KindId kind);
    /// Records that went from one golden record to another so far.
    std::size_t moved() const { return m_moved.size(); }

    /// A person's word on two records, or its withdrawal.
    Result<void> judge(record::RecordId a, record::RecordId b, reconcile::Judgement judgement);

    /// Is shown a change, and the values that the golden record had.
    using Shown = std::function<void(record::Change const & change, record::Values const & was)>;
    /// The differences in golden records, in order of golden id, written to the store and as the outbox keeps them.
    /// `show`, where there is one, is called with each.
    Result<std::string> finish(Shown const & show);

private:
    /// What this batch has seen of a record.
    struct Seen {
        record::Values const * values = nullptr; ///< as it is told now
        std::uint32_t targets = 0;               ///< where its targets begin in m_targets, from 1; 0: not looked up
    };
    Seen & seen(record::RecordId record);
    Result<record::Values const *> values(record::RecordId record);
    /// The records that its reference fields point at, in the order of References::fields; 0 where none is known.
    Result<std::span<record::RecordId const>> targets(record::RecordId record);
    Result<void> believe(record::RecordId id, record::Record const & told, std::uint64_t version, bool is_new);
    Result<golden::GoldenId> still_known(golden::GoldenId golden);
    Result<void> follow_references(record::RecordId record, record::KindId kind, record::Values const & values);
    Result<void> settle(record::RecordId record);
    Result<void> take_outcome(record::RecordId current);
    Result<void> cascade();
    Result<void> ask_again(record::RecordId record);
    Result<void> forget_settled_doubts();
    Result<void> conclude(golden::GoldenId golden);
    Result<void> choose(record::Kind const & kind, std::span<record::RecordId const> members);
    void compare_members(std::span<record::RecordId const> members);
    void put_out();
    bool matters(record::KindId kind, record::Values const & was, record::Values const & is) const;
    void touch(golden::GoldenId golden);
    /// Whether the world moved on from what was to what is, by the day from which it holds.
    bool moved_on(record::Kind const & kind, record::Values const & was, record::Values const & is) const;
    bool held_until_now() const;

    golden::Golden & m_store;
    golden::Judgements & m_judgements;
    Memory & m_memory;
    Plan const & m_plan;
    golden::Ranks const & m_ranks;
    References m_references;
    Instant m_now;
    golden::GoldenId m_first_new;     ///< golden ids from here on are of this batch
    record::RecordId m_first_record; ///< and records from here on

    std::vector<Seen> m_new; ///< of the records from m_first_record on
    std::unordered_map<record::RecordId, Seen> m_old;
    std::deque<record::Values> m_read; ///< values that this batch holds itself
    std::vector<record::RecordId> m_targets;
    std::vector<golden::GoldenId> m_touched;
    std::vector<golden::GoldenId> m_closed; ///< lost a record that held until now
    std::vector<record::RecordId> m_regrouped; ///< their golden id changed: who refers to them must look again
    std::vector<record::RecordId> m_moved;     ///< from one golden record to another
    std::vector<record::RecordId> m_orphans;
    std::vector<golden::GoldenId> m_resolved;
    reconcile::Outcome m_outcome;
    golden::GoldenId m_before = 0; ///< that the record at hand was in, when it comes back

    /// Of the golden record that is being concluded; kept from one to the next for their memory.
    golden::Golden::Delivered m_was;
    std::vector<record::RecordId> m_members;
    record::Change m_change;
    std::vector<golden::Contribution> m_contributions;
    std::vector<int> m_chosen;
    std::vector<std::string_view> m_texts;
    std::vector<std::array<char, 12>> m_digits;
    std::string m_changes;
    Shown const * m_show = nullptr;
};

}
