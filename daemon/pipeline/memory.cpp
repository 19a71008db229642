#include "daemon/pipeline/memory.hpp"

#include "daemon/base/snapshot.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::pipeline {

namespace {

std::filesystem::path snapshot_file(Plan const & plan) { return plan.config.state_folder / "memory.snapshot"; }

/// What a snapshot must be of to be taken for the memory of this state; empty when there is nothing to remember.
Result<std::string> subject(golden::Golden & store, Plan const & plan)
{
    KETENSYNC_TRY_ASSIGN(auto subject, store.stamp());
    if (!subject.empty()) {
        for (auto const & written : { plan.schema->written, reconcile::written(*plan.rules) }) {
            subject += fmt::format(" {:x} {:x}", written.high, written.low);
        }
    }
    return subject;
}

/// A memory without records that knows what people judged.
Result<std::unique_ptr<Memory>> empty_memory(
    golden::Golden & store, golden::Judgements & judgements, Plan const & plan, Numbers const & numbers)
{
    auto memory = std::make_unique<Memory>();
    KETENSYNC_TRY_ASSIGN(memory->last_golden, store.last_golden());
    memory->reconciler = reconcile::Reconciler::create(
        plan.rules, plan.schema, memory->last_golden + 1, free_of_duplicates(plan, numbers.sources));
    KETENSYNC_TRY_ASSIGN(auto const judged, judgements.all());
    reconcile::Outcome nothing_yet;
    for (auto const & each : judged) {
        memory->reconciler->judge(each.a, each.b, judgement(each.same), nothing_yet);
    }
    return memory;
}

bool read_back(Memory & memory, std::string const & subject, golden::Golden const & store, Plan const & plan)
{
    auto snapshot = Snapshot::read(snapshot_file(plan), subject, store.seal());
    if (!snapshot) {
        return false;
    }
    (*snapshot)(memory.ledger);
    memory.reconciler->keep(*snapshot);
    return snapshot->finish().has_value();
}

}

Result<void> put_away(Memory & memory, golden::Golden & store, Plan const & plan)
{
    KETENSYNC_TRY_ASSIGN(auto of, subject(store, plan));
    if (of.empty() || of == memory.put_away) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto snapshot, Snapshot::write(snapshot_file(plan), of, store.seal()));
    snapshot(memory.ledger);
    memory.reconciler->keep(snapshot);
    KETENSYNC_TRY(snapshot.finish());
    memory.put_away = std::move(of);
    return {};
}

Result<std::unique_ptr<Memory>> load_memory(
    golden::Golden & store, golden::Judgements & judgements, Plan const & plan, Numbers const & numbers)
{
    KETENSYNC_TRY_ASSIGN(auto memory, empty_memory(store, judgements, plan, numbers));
    KETENSYNC_TRY_ASSIGN(auto of, subject(store, plan));
    if (!of.empty()) {
        if (read_back(*memory, of, store, plan)) {
            memory->put_away = std::move(of);
            return memory;
        }
        KETENSYNC_TRY_ASSIGN(memory, empty_memory(store, judgements, plan, numbers));
    }
    auto & ledger = memory->ledger;
    // Every record must be known before references are followed: they may point ahead.
    KETENSYNC_TRY(store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        auto const record = ledger.add(golden::identity(stored.source, stored.kind, stored.key), stored.source, stored.kind);
        if (record != stored.record) {
            return fail(Failure::configuration, "the records in the state have a gap: restore the state from a backup");
        }
        auto & entry = ledger[record];
        entry.golden = stored.golden;
        entry.told = stored.told;
        entry.order = stored.order;
        entry.teller = stored.teller;
        return {};
    }));

    References const references(plan, numbers);
    std::vector<golden::GoldenId> resolved;
    KETENSYNC_TRY(store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        if (stored.golden == 0) {
            return {};
        }
        auto const values = record::Values::from_bytes(stored.body);
        if (!values) {
            return fail(Failure::configuration, "a stored record is damaged: restore the state from a backup");
        }
        resolved.assign(plan.schema->kinds[stored.kind].fields.size(), 0);
        for (auto const field : references.fields(stored.kind)) {
            if (auto const to = references.find(ledger, stored.kind, field, (*values)[field])) {
                ledger.refer(stored.record, to);
                resolved[field] = ledger[to].golden;
            }
        }
        memory->reconciler->load({ stored.record, stored.kind, stored.source, &*values, resolved }, stored.golden);
        return {};
    }));
    return memory;
}

References::References(Plan const & plan, Numbers const & numbers) : m_schema(*plan.schema), m_numbers(numbers)
{
    for (auto const & kind : m_schema.kinds) {
        auto & fields = m_fields.emplace_back();
        for (std::size_t field = 0; field < kind.fields.size(); ++field) {
            if (kind.fields[field].type == record::FieldType::reference) {
                fields.push_back(static_cast<record::FieldId>(field));
            }
        }
    }
}

References::Target References::target(record::KindId kind, record::FieldId field, std::string_view text) const
{
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) {
        return {};
    }
    return { m_numbers.source(text.substr(0, slash)), m_schema.kinds[kind].fields[field].target, text.substr(slash + 1) };
}

record::RecordId References::find(
    golden::Ledger const & ledger, record::KindId kind, record::FieldId field, std::string_view text) const
{
    auto const to = target(kind, field, text);
    return to.source == 0 ? 0 : ledger.find(golden::identity(to.source, to.kind, to.key));
}

}
