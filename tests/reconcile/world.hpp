#pragma once

#include "daemon/reconcile/reconciler.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::reconcile::test {

/// The schema and the rules of the house, read from mappings/; a test that cannot read them has failed.
std::shared_ptr<record::Schema const> house_schema();
std::shared_ptr<Rules const> house_rules();

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A reconciler with its records beside it, told in field names, that keeps what the outcomes say and checks them as
/// they come: what the reconciler promises of every single call is checked here once for all tests.
class World {
public:
    explicit World(GoldenId next_golden = 1);
    /// In which this source never tells a person twice.
    static World with_free_source(SourceId source);

    /// A new record of a kind; its number.
    RecordId tell(std::string const & kind, Fields const & fields, SourceId source = 1);
    RecordId person(Fields const & fields, SourceId source = 1) { return tell("persoon", fields, source); }
    /// The record as it is told now.
    void change(RecordId record, Fields const & fields);
    /// Settles it once more as it was told last.
    void settle(RecordId record);
    void withdraw(RecordId record);
    void judge(RecordId a, RecordId b, Judgement word);
    /// All of a kind at once.
    void reconcile(std::string const & kind);
    /// A new reconciler that is told of all records and groups in the order of their numbers.
    void reload();

    GoldenId golden(RecordId record) const { return m_reconciler->golden_of(record); }
    bool together(RecordId a, RecordId b) const { return golden(a) == golden(b); }
    bool doubted(RecordId a, RecordId b) const { return m_doubts.count(std::minmax(a, b)) != 0; }
    std::string doubt(RecordId a, RecordId b) const;
    Outcome const & outcome() const { return m_outcome; }
    Reconciler & reconciler() { return *m_reconciler; }

    /// Golden id -> records, as the outcomes told it.
    std::map<GoldenId, std::vector<RecordId>> const & groups() const { return m_groups; }
    /// Every outcome so far in a few words, to compare runs.
    std::string const & story() const { return m_story; }
    std::string value(RecordId record, std::string const & field) const;
    /// True when the record is of this kind.
    bool is_kind(RecordId record, std::string const & kind) const;

private:
    struct Entry {
        KindId kind = 0;
        SourceId source = 0;
        record::Values values;
        std::vector<GoldenId> references;
        bool told = false;
    };

    void fill(Entry & entry, Fields const & fields) const;
    Told told(RecordId record) const;
    void take(Outcome const & outcome);

    std::shared_ptr<record::Schema const> m_schema;
    std::shared_ptr<Rules const> m_rules;
    FreeOfDuplicates m_free;
    std::unique_ptr<Reconciler> m_reconciler;
    std::vector<Entry> m_records;
    Outcome m_outcome;
    std::map<GoldenId, std::vector<RecordId>> m_groups;
    std::set<GoldenId> m_ended;
    std::map<std::pair<RecordId, RecordId>, std::string> m_doubts;
    std::string m_story;
};

} // namespace ketensync::reconcile::test
