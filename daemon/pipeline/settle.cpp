#include "daemon/pipeline/settle.hpp"

#include <algorithm>
#include <utility>

namespace ketensync::pipeline {

using golden::GoldenId;
using record::RecordId;
using record::Values;

Settle::Settle(golden::Golden & store, golden::Judgements & judgements, Memory & memory, Plan const & plan,
    Numbers const & numbers, golden::Ranks const & ranks, Instant now)
    : m_store(store), m_judgements(judgements), m_memory(memory), m_plan(plan), m_ranks(ranks), m_references(plan, numbers), m_now(now),
      m_first_new(memory.reconciler->next_golden()), m_first_record(static_cast<RecordId>(memory.ledger.size() + 1))
{
}

void Settle::touch(GoldenId golden)
{
    if (golden != 0 && (m_touched.empty() || m_touched.back() != golden)) {
        m_touched.push_back(golden);
    }
}

Settle::Seen & Settle::seen(RecordId record)
{
    if (record < m_first_record) {
        return m_old[record];
    }
    if (record - m_first_record >= m_new.size()) {
        m_new.resize(m_memory.ledger.size() - m_first_record + 1);
    }
    return m_new[record - m_first_record];
}

Result<Values const *> Settle::values(RecordId record)
{
    auto & known = seen(record);
    if (known.values == nullptr) {
        KETENSYNC_TRY_ASSIGN(auto stored, m_store.values(record));
        known.values = &m_read.emplace_back(std::move(stored));
    }
    return known.values;
}

Result<std::span<RecordId const>> Settle::targets(RecordId record)
{
    auto const kind = m_memory.ledger[record].kind;
    auto const & fields = m_references.fields(kind);
    if (fields.empty()) {
        return std::span<RecordId const>();
    }
    if (seen(record).targets == 0) {
        KETENSYNC_TRY_ASSIGN(auto const * const told, values(record));
        auto const begin = m_targets.size();
        for (auto const field : fields) {
            m_targets.push_back(m_references.find(m_memory.ledger, kind, field, (*told)[field]));
        }
        seen(record).targets = static_cast<std::uint32_t>(begin + 1);
    }
    return std::span<RecordId const>(m_targets).subspan(seen(record).targets - 1, fields.size());
}

// Records that are referred to and have not arrived are kept by number all the same: the reference holds when they come.
Result<void> Settle::follow_references(RecordId record, record::KindId kind, Values const & told)
{
    auto & ledger = m_memory.ledger;
    auto const & fields = m_references.fields(kind);
    auto const begin = m_targets.size();
    for (auto const field : fields) {
        auto const target = m_references.target(kind, field, told[field]);
        RecordId to = 0;
        if (target.source != 0) {
            auto const identity = golden::identity(target.source, target.kind, target.key);
            to = ledger.find(identity);
            if (to == 0) {
                to = ledger.add(identity, target.source, target.kind);
                KETENSYNC_TRY(m_store.add(to, ledger[to], target.key, {}));
            }
            ledger.refer(record, to);
        }
        m_targets.push_back(to);
    }
    seen(record).targets = static_cast<std::uint32_t>(begin + 1);
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
    if (entry.told == 0 && entry.order > 0) {
        KETENSYNC_TRY_ASSIGN(m_before, still_known(static_cast<GoldenId>(entry.order)));
    }
    entry.told += previous == 0 ? 1U : 0U;
    bool const believed_from_it = previous != 0 && entry.teller == previous;
    if (entry.told > 1 && record.order < entry.order && !believed_from_it) {
        KETENSYNC_TRY(m_store.set_marks(id, entry));
        return id;
    }
    KETENSYNC_TRY(believe(id, record, version, is_new));
    return id;
}

// Of one that was erased, or whose time is over, nothing is left, and its number is nobody's.
Result<GoldenId> Settle::still_known(GoldenId golden)
{
    KETENSYNC_TRY_ASSIGN(auto const delivered, m_store.delivered(golden));
    if (delivered.exists) {
        return golden;
    }
    KETENSYNC_TRY_ASSIGN(auto const past, m_store.past(golden));
    return past.empty() ? 0 : golden;
}

Result<void> Settle::believe(RecordId id, record::Record const & told, std::uint64_t version, bool is_new)
{
    auto & ledger = m_memory.ledger;
    ledger[id].teller = version;
    ledger[id].order = told.order;
    if (is_new) {
        seen(id).values = &told.values;
        KETENSYNC_TRY(follow_references(id, told.kind, told.values));
        KETENSYNC_TRY(settle(id));
        return m_store.add(id, ledger[id], told.key, told.values.bytes());
    }
    KETENSYNC_TRY_ASSIGN(auto const * const was, values(id));
    bool const same = *was == told.values;
    bool const weighs = !same && matters(told.kind, *was, told.values);
    bool const settles = ledger[id].golden == 0 || weighs;
    seen(id).values = &told.values;
    if (settles) {
        KETENSYNC_TRY(follow_references(id, told.kind, told.values));
        KETENSYNC_TRY(settle(id));
    }
    if (weighs) {
        KETENSYNC_TRY(ask_again(id));
    }
    touch(ledger[id].golden);
    return same ? m_store.set_marks(id, ledger[id]) : m_store.change(id, ledger[id], told.values.bytes());
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

Result<void> Settle::settle(RecordId record)
{
    auto const & entry = m_memory.ledger[record];
    KETENSYNC_TRY_ASSIGN(auto const to, targets(record));
    auto const & fields = m_references.fields(entry.kind);
    m_resolved.assign(m_plan.schema->kinds[entry.kind].fields.size(), 0);
    for (std::size_t i = 0; i < to.size(); ++i) {
        m_resolved[fields[i]] = to[i] == 0 ? GoldenId { 0 } : m_memory.ledger[to[i]].golden;
    }
    KETENSYNC_TRY_ASSIGN(auto const * const told, values(record));
    m_memory.reconciler->settle({ record, entry.kind, entry.source, told, m_resolved, std::exchange(m_before, 0) }, m_outcome);
    return take_outcome(record);
}

Result<void> Settle::take_outcome(RecordId current)
{
    auto & ledger = m_memory.ledger;
    for (auto const & group : m_outcome.groups) {
        touch(group.golden);
        for (auto const record : group.records) {
            auto & entry = ledger[record];
            if (entry.golden == group.golden) {
                continue;
            }
            if (entry.golden != 0) {
                m_moved.push_back(record);
                touch(entry.golden);
            }
            entry.golden = group.golden;
            m_regrouped.push_back(record);
            if (record != current) {
                KETENSYNC_TRY(m_store.set_marks(record, entry));
            }
        }
    }
    for (auto const & doubt : m_outcome.doubts) {
        KETENSYNC_TRY(m_store.doubt(doubt.a, doubt.b, doubt.bits, doubt.reason, m_now));
    }
    return {};
}

Result<void> Settle::reconcile(record::KindId kind)
{
    m_memory.reconciler->reconcile(kind, m_outcome);
    return take_outcome(0);
}

Result<void> Settle::judge(RecordId a, RecordId b, reconcile::Judgement judgement)
{
    m_memory.reconciler->judge(a, b, judgement, m_outcome);
    KETENSYNC_TRY(take_outcome(0));
    auto const & ledger = m_memory.ledger;
    // What was taken back is a question again, unless the two are one without it.
    bool const answered = judgement != reconcile::Judgement::none || ledger[a].golden == ledger[b].golden;
    return answered ? m_store.forget_doubt(a, b) : Result<void>();
}

// A person judged what the record told then. It tells something else now: the judgement holds, and the person is asked.
Result<void> Settle::ask_again(RecordId record)
{
    KETENSYNC_TRY_ASSIGN(auto const judged, m_judgements.of(record));
    for (auto const & each : judged) {
        KETENSYNC_TRY(m_store.doubt(each.a, each.b, each.bits, "judged-before", m_now));
    }
    return {};
}

// What came together is no question any more, unless a person is asked once more about a word of his own.
Result<void> Settle::forget_settled_doubts()
{
    auto const & ledger = m_memory.ledger;
    for (auto const record : m_moved) {
        KETENSYNC_TRY_ASSIGN(auto const doubts, m_store.doubts_of(record));
        for (auto const & doubt : doubts) {
            if (ledger[doubt.a].golden == ledger[doubt.b].golden && doubt.reason != "judged-before") {
                KETENSYNC_TRY(m_store.forget_doubt(doubt.a, doubt.b));
            }
        }
    }
    return {};
}

Result<void> Settle::untell(RecordId record, std::uint64_t version, bool held)
{
    auto & entry = m_memory.ledger[record];
    --entry.told;
    if (entry.told > 0) {
        if (entry.teller == version) {
            m_orphans.push_back(record);
        }
        return m_store.set_marks(record, entry);
    }
    touch(entry.golden);
    if (held) {
        m_closed.push_back(entry.golden);
    }
    m_memory.reconciler->withdraw(record, m_outcome);
    KETENSYNC_TRY(take_outcome(record));
    entry.order = entry.golden;
    entry.golden = 0;
    m_regrouped.push_back(record);
    seen(record).values = &m_read.emplace_back();
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
    KETENSYNC_TRY(believe(record, told, version, false));
    seen(record).values = &m_read.emplace_back(told.values);
    return {};
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
                KETENSYNC_TRY(settle(referrer));
                KETENSYNC_TRY(m_store.set_marks(referrer, ledger[referrer]));
            }
        }
    }
    return {};
}

}
