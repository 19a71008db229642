#include "daemon/pipeline/settle.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::pipeline {

using golden::GoldenId;
using record::Change;
using record::RecordId;
using record::Values;

Settle::Settle(golden::Golden & store, Memory & memory, Plan const & plan, Numbers const & numbers,
    golden::Ranks const & ranks, Instant now)
    : m_store(store), m_memory(memory), m_plan(plan), m_ranks(ranks), m_references(plan, numbers), m_now(now),
      m_first_new(memory.reconciler->next_golden())
{
}

void Settle::touch(GoldenId golden)
{
    if (golden != 0 && (m_touched.empty() || m_touched.back() != golden)) {
        m_touched.push_back(golden);
    }
}

Result<Values const *> Settle::values(RecordId record)
{
    auto found = m_values.find(record);
    if (found == m_values.end()) {
        KETENSYNC_TRY_ASSIGN(auto stored, m_store.values(record));
        found = m_values.emplace(record, std::move(stored)).first;
    }
    return &found->second;
}

// Records that are referred to and have not arrived are kept by number all the same: the reference holds when they come.
Result<void> Settle::follow_references(RecordId record, record::KindId kind, Values const & told)
{
    auto const & fields = m_plan.schema->kinds[kind].fields;
    for (std::size_t field = 0; field < fields.size(); ++field) {
        auto const number = static_cast<record::FieldId>(field);
        auto const text = told[number];
        if (fields[field].type != record::FieldType::reference || text.empty()) {
            continue;
        }
        auto const target = m_references.target(kind, number, text);
        if (target.source == 0) {
            continue;
        }
        auto const identity = golden::identity(target.source, target.kind, target.key);
        auto to = m_memory.ledger.find(identity);
        if (to == 0) {
            to = m_memory.ledger.add(identity, target.source, target.kind);
            KETENSYNC_TRY(m_store.add(to, m_memory.ledger[to], target.key, {}));
        }
        m_memory.ledger.refer(record, to);
    }
    return {};
}

RecordId Settle::find(record::SourceId source, record::Record const & record) const
{
    return m_memory.ledger.find(golden::identity(source, record.kind, record.key));
}

Result<RecordId> Settle::tell(
    record::SourceId source, record::Record const & record, std::uint64_t version, std::uint64_t previous)
{
    auto const identity = golden::identity(source, record.kind, record.key);
    auto id = m_memory.ledger.find(identity);
    bool const is_new = id == 0;
    if (is_new) {
        id = m_memory.ledger.add(identity, source, record.kind);
    }
    auto & entry = m_memory.ledger[id];
    entry.told += previous == 0 ? 1U : 0U;
    bool const believed_from_it = previous != 0 && entry.teller == previous;
    if (entry.told > 1 && record.order < entry.order && !believed_from_it) {
        KETENSYNC_TRY(m_store.set_told(id, entry));
        return id;
    }
    KETENSYNC_TRY(believe(id, record, version, is_new));
    return id;
}

Result<void> Settle::believe(RecordId id, record::Record const & told, std::uint64_t version, bool is_new)
{
    auto & ledger = m_memory.ledger;
    ledger[id].teller = version;
    ledger[id].order = told.order;
    if (is_new) {
        KETENSYNC_TRY(follow_references(id, told.kind, told.values));
        KETENSYNC_TRY(settle(id, told.values));
        KETENSYNC_TRY(m_store.add(id, ledger[id], told.key, told.values.bytes()));
        m_values.insert_or_assign(id, told.values);
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto const * const known, values(id));
    auto const was = *known;
    bool const same = was == told.values;
    m_values.insert_or_assign(id, told.values);
    if (ledger[id].golden == 0 || (!same && matters(told.kind, was, told.values))) {
        KETENSYNC_TRY(follow_references(id, told.kind, told.values));
        KETENSYNC_TRY(settle(id, told.values));
    }
    touch(ledger[id].golden);
    return same ? m_store.set_told(id, ledger[id]) : m_store.change(id, ledger[id], told.values.bytes());
}

// Whether a change of values can change who belongs together, or what is referred to.
bool Settle::matters(record::KindId kind, Values const & was, Values const & is) const
{
    auto const & fields = m_plan.schema->kinds[kind].fields;
    for (std::size_t field = 0; field < fields.size(); ++field) {
        auto const number = static_cast<record::FieldId>(field);
        if (was[number] != is[number]
            && (fields[field].type == record::FieldType::reference || m_memory.reconciler->looks_at(kind, number))) {
            return true;
        }
    }
    return false;
}

Result<void> Settle::settle(RecordId record, Values const & told)
{
    auto const & entry = m_memory.ledger[record];
    m_references.resolve(m_memory.ledger, entry.kind, told, m_resolved);
    m_memory.reconciler->settle({ record, entry.kind, entry.source, &told, m_resolved }, m_outcome);
    return take_outcome(record);
}

Result<void> Settle::take_outcome(RecordId current)
{
    auto & ledger = m_memory.ledger;
    for (auto const & group : m_outcome.groups) {
        ledger.set_members(group.golden, group.records);
        touch(group.golden);
        for (auto const record : group.records) {
            auto & entry = ledger[record];
            if (entry.golden == group.golden) {
                continue;
            }
            touch(entry.golden);
            entry.golden = group.golden;
            m_regrouped.push_back(record);
            if (record != current) {
                KETENSYNC_TRY(m_store.set_golden(record, group.golden));
            }
        }
    }
    for (auto const & doubt : m_outcome.doubts) {
        KETENSYNC_TRY(m_store.doubt(doubt.a, doubt.b, doubt.bits, doubt.reason, m_now));
    }
    return {};
}

Result<void> Settle::untell(RecordId record, std::uint64_t version)
{
    auto & entry = m_memory.ledger[record];
    --entry.told;
    if (entry.told > 0) {
        if (entry.teller == version) {
            m_orphans.push_back(record);
        }
        return m_store.set_told(record, entry);
    }
    touch(entry.golden);
    m_memory.reconciler->withdraw(record, m_outcome);
    KETENSYNC_TRY(take_outcome(record));
    entry.golden = 0;
    entry.order = 0;
    m_regrouped.push_back(record);
    m_values.insert_or_assign(record, Values());
    KETENSYNC_TRY(m_store.forget_doubts(record));
    return m_store.change(record, entry, {});
}

std::vector<RecordId> Settle::take_orphans()
{
    std::ranges::sort(m_orphans);
    m_orphans.erase(std::unique(m_orphans.begin(), m_orphans.end()), m_orphans.end());
    std::erase_if(m_orphans, [this](RecordId record) { return m_memory.ledger[record].told == 0; });
    return std::exchange(m_orphans, {});
}

Result<void> Settle::elect(RecordId record, record::Record const & told, std::uint64_t version)
{
    return believe(record, told, version, false);
}

// Who refers to a record whose group changed, refers to another golden record now; and where that reference says what
// belongs together, must be settled anew, which may go on and on. It ends: references do not run in circles of kinds.
Result<void> Settle::cascade()
{
    auto & ledger = m_memory.ledger;
    std::vector<RecordId> referrers;
    while (!m_regrouped.empty()) {
        auto batch = std::exchange(m_regrouped, {});
        std::ranges::sort(batch);
        batch.erase(std::unique(batch.begin(), batch.end()), batch.end());
        for (auto const changed : batch) {
            ledger.referrers(changed, referrers);
            for (auto const referrer : referrers) {
                if (ledger[referrer].told == 0) {
                    continue;
                }
                touch(ledger[referrer].golden);
                KETENSYNC_TRY_ASSIGN(auto const * const told, values(referrer));
                auto const copy = *told;
                KETENSYNC_TRY(settle(referrer, copy));
                KETENSYNC_TRY(m_store.set_golden(referrer, ledger[referrer].golden));
            }
        }
    }
    return {};
}

Result<std::vector<Change>> Settle::finish(std::vector<Values> * was)
{
    KETENSYNC_TRY(cascade());
    std::ranges::sort(m_touched);
    m_touched.erase(std::unique(m_touched.begin(), m_touched.end()), m_touched.end());
    std::vector<Change> changes;
    changes.reserve(m_touched.size());
    for (auto const golden : m_touched) {
        KETENSYNC_TRY(conclude(golden, changes, was));
    }
    m_touched.clear();
    return changes;
}

// A golden record is a pure function of its records; what differs from what was delivered is the change.
Result<void> Settle::conclude(GoldenId golden, std::vector<Change> & changes, std::vector<Values> * before)
{
    auto & ledger = m_memory.ledger;
    auto const members = ledger.members(golden);
    golden::Golden::Delivered was;
    if (golden < m_first_new) {
        KETENSYNC_TRY_ASSIGN(was, m_store.delivered(golden));
    }
    Change change;
    change.golden = golden;
    auto const member = [&ledger](RecordId record) { return Change::Member { record, ledger[record].source }; };
    for (auto const record : members) {
        if (!std::ranges::binary_search(was.members, record)) {
            change.joined.push_back(member(record));
        }
    }
    for (auto const record : was.members) {
        if (!std::ranges::binary_search(members, record)) {
            change.left.push_back(member(record));
        }
    }
    if (members.empty()) {
        if (was.exists) {
            change.what = Change::What::ended;
            change.kind = ledger[was.members.front()].kind;
            KETENSYNC_TRY(m_store.end(golden, m_now));
            changes.push_back(std::move(change));
            if (before != nullptr) {
                before->push_back(was.values);
            }
        }
        return {};
    }

    change.kind = ledger[members.front()].kind;
    auto const & kind = m_plan.schema->kinds[change.kind];
    std::vector<golden::Contribution> contributions;
    contributions.reserve(members.size());
    for (auto const record : members) {
        KETENSYNC_TRY_ASSIGN(auto const * const told, values(record));
        contributions.push_back({ record, ledger[record].source, ledger[record].order, told });
    }
    auto const chosen = golden::choose(change.kind, kind, m_ranks, contributions);
    std::vector<std::string_view> texts(chosen.size());
    std::vector<std::string> ids;
    ids.reserve(chosen.size());
    for (std::size_t field = 0; field < chosen.size(); ++field) {
        if (chosen[field] < 0) {
            continue;
        }
        auto const number = static_cast<record::FieldId>(field);
        texts[field] = (*contributions[static_cast<std::size_t>(chosen[field])].values)[number];
        if (kind.fields[field].type == record::FieldType::reference) {
            auto const to = m_references.find(ledger, change.kind, number, texts[field]);
            auto const id = to == 0 ? GoldenId { 0 } : ledger[to].golden;
            texts[field] = id == 0 ? std::string_view() : std::string_view(ids.emplace_back(std::to_string(id)));
        }
    }
    change.values = Values(texts);
    if (!was.exists) {
        change.what = Change::What::added;
        KETENSYNC_TRY(m_store.put(golden, change.kind, members, change.values.bytes(), m_now));
    } else if (was.values != change.values) {
        change.what = Change::What::changed;
        KETENSYNC_TRY(m_store.replace(golden, was, members, change.values.bytes(), m_now));
    } else if (!change.joined.empty() || !change.left.empty()) {
        change.what = Change::What::regrouped;
        KETENSYNC_TRY(m_store.replace(golden, was, members, change.values.bytes(), m_now));
        change.values = Values();
    } else {
        return {};
    }
    changes.push_back(std::move(change));
    if (before != nullptr) {
        before->push_back(was.values);
    }
    return {};
}

}
