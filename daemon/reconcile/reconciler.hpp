#pragma once

#include "daemon/base/result.hpp"
#include "daemon/base/snapshot.hpp"
#include "daemon/reconcile/explanation.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/record/values.hpp"
#include "daemon/settings/config.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ketensync::reconcile {

using record::GoldenId;
using record::KindId;
using record::RecordId;
using record::SourceId;

/// What mappings/reconcile.toml says of each kind: how its records are compared, and which source wins per field.
/// Immutable; holds numbers only, so that two runs decide alike.
struct Rules;
tl::expected<std::shared_ptr<Rules const>, settings::Faults> read_rules(
    std::filesystem::path const & file, record::Schema const & schema);

/// Stands for all that was written of rules, models included.
record::Fingerprint written(Rules const & rules);

/// The sources whose value of a field is preferred, best first, for survivorship; empty: the latest told wins.
struct Preferences {
    /// [kind][field] -> names of sources (a trailing * matches any rest)
    std::vector<std::vector<std::vector<std::string>>> by_kind;
};
Preferences preferences(Rules const & rules);

/// Which sources never tell one thing of a kind twice: by name, and once sources have numbers by [kind][source].
std::vector<std::vector<std::string>> free_of_duplicates(Rules const & rules);
using FreeOfDuplicates = std::vector<std::vector<bool>>;

/// One record as it is told now.
struct Told {
    RecordId record = 0;
    KindId kind = 0;
    SourceId source = 0;
    record::Values const * values = nullptr;
    /// The golden id that each field refers to, by field number; 0 where the field is no reference or is not resolved.
    std::span<GoldenId const> references;
    /// Of one that comes back: the golden record it was last in. It is that again where it is like nobody else and nothing
    /// else became that; 0: it was never here.
    GoldenId before = 0;
};

/// A golden record whose records changed: all of them now, ascending; none when it ended.
struct Group {
    GoldenId golden = 0;
    KindId kind = 0;
    std::vector<RecordId> records;
};

/// Two records that may be the same and that only a person can judge.
struct Doubt {
    RecordId a = 0;
    RecordId b = 0;
    double bits = 0; ///< evidence for, in log2 odds
    std::string reason; ///< short and stable: "score", "bsn-differs", "bsn-same-person-differs"
};

/// What a person said of two records: it holds against any score. `none` takes it back.
enum class Judgement : std::uint8_t { none, same, different };

/// What settling one record did.
struct Outcome {
    std::vector<Group> groups;
    std::vector<Doubt> doubts;
    void clear()
    {
        groups.clear();
        doubts.clear();
    }
};

/// What was learned of the records of a kind, and what they would come to by it: by its own estimate, without examples.
struct Learned {
    std::size_t records = 0;
    std::size_t groups = 0;
    double matches = 0; ///< pairs of records that are one
    double precision = 0; ///< of the pairs that would be together
    double recall = 0; ///< of all matches
};

/// Decides which records are about the same real thing, record by record, and hands out golden ids. Holds its candidate
/// index in memory and nothing else: no database, no clock, no network. One thread owns it.
///
/// What holds always: a record is in one group; two different valid BSNs are never in one group, nor two records of a
/// source that is free of duplicates, unless a person said so; a golden id is never reused but by what comes back; on a merge the lowest id stays, on a split the largest part keeps the id (the part with the lowest record
/// where equal); the same calls in the same order give the same groups.
class Reconciler {
public:
    /// `next_golden` is the first id that was never handed out.
    static std::unique_ptr<Reconciler> create(std::shared_ptr<Rules const> rules,
        std::shared_ptr<record::Schema const> schema, GoldenId next_golden, FreeOfDuplicates free = {});
    virtual ~Reconciler() = default;

    /// Tells of a record as the store has it, with the group it is in. No decision is made.
    virtual void load(Told const & told, GoldenId golden) = 0;
    /// A record is new, or its values or references changed. `outcome` is overwritten; groups whose records did not
    /// change are not in it.
    virtual void settle(Told const & told, Outcome & outcome) = 0;
    /// Nothing tells this record any more. What it held together is judged anew.
    virtual void withdraw(RecordId record, Outcome & outcome) = 0;

    /// A person's word on two records, told anew at every start before records are loaded. Later settling never breaks
    /// it; groups that it makes or breaks now are in `outcome`.
    virtual void judge(RecordId a, RecordId b, Judgement judgement, Outcome & outcome) = 0;
    /// Makes the groups of a kind what they would be had all its records come at once, in whatever order they came.
    virtual void reconcile(KindId kind, Outcome & outcome) = 0;

    /// Learns from the records of a kind how those of one thing agree, and writes it as a model file for the rules to
    /// name. Decides nothing. Nothing for kinds that are not compared by likelihood.
    virtual Result<std::optional<Learned>> learn(KindId kind, std::filesystem::path const & file) = 0;

    /// Why two records of a kind that is compared by likelihood are one or are not; nothing for other kinds, or when one
    /// of them is not known.
    virtual std::optional<Explanation> explain(RecordId a, RecordId b) const = 0;

    /// All that it was told, to or from a snapshot of what the same rules and schema made; judgements are told besides.
    virtual void keep(Snapshot & snapshot) = 0;

    virtual GoldenId golden_of(RecordId record) const = 0; ///< 0 when unknown
    /// The records of a golden record, ascending; `out` is overwritten.
    virtual void members(GoldenId golden, std::vector<RecordId> & out) const = 0;
    virtual GoldenId next_golden() const = 0;
    /// True when a change of this field can change a decision; other changes need no settling.
    virtual bool looks_at(KindId kind, record::FieldId field) const = 0;
    /// Memory held for records and their index, for health and for measuring.
    virtual std::size_t bytes() const { return 0; }
    /// How often a record shared a key with more records than are compared under one key: when this grows fast, a
    /// source fills a field with a dummy.
    virtual std::uint64_t capped() const { return 0; }
};

} // namespace ketensync::reconcile
