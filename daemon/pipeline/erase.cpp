#include "daemon/pipeline/erase.hpp"

#include "daemon/outbox/outbox.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/put_back.hpp"
#include "daemon/pipeline/search.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/pipeline/tombstones.hpp"
#include "daemon/pipeline/workbench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ketensync::pipeline {

namespace {

std::vector<record::GoldenId> golden_ids(Held const & held)
{
    std::vector<record::GoldenId> ids;
    for (auto const & golden : held.golden) {
        ids.push_back(golden.id);
    }
    return ids;
}

std::vector<record::RecordId> record_ids(Held const & held)
{
    std::vector<record::RecordId> ids;
    for (auto const & record : held.records) {
        ids.push_back(record.id);
    }
    return ids;
}

Result<void> leave_tombstones(store::Database & state, Held const & held, Plan const & plan, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto stones, Tombstones::open(state));
    KETENSYNC_TRY_ASSIGN(auto const names, names_in(state));
    for (auto const & record : held.records) {
        KETENSYNC_TRY(stones.put_record(names.sources.at(record.source), *plan.schema, record.kind, record.key, record.values, now));
    }
    return {};
}

// The bytes of the documents, and what they could be recognised by.
Result<void> blank_documents(store::Database & state, Held const & held, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto stones, Tombstones::open(state));
    std::map<std::int64_t, std::vector<std::size_t>> taken;
    for (auto const & document : held.documents) {
        taken[landing::page_of(document.version)].push_back(landing::index_of(document.version));
    }
    std::map<std::int64_t, std::vector<std::size_t>> masked;
    for (auto const version : held.mentions) {
        masked[landing::page_of(version)].push_back(landing::index_of(version));
    }
    std::atomic<std::int64_t> none = 0;
    KETENSYNC_TRY_ASSIGN(auto landing, landing::Landing::open(state, none));
    for (auto const & [id, documents] : taken) {
        KETENSYNC_TRY_ASSIGN(auto page, landing.page(id));
        for (auto const index : documents) {
            KETENSYNC_TRY(stones.put_document(page.feed, page.entries.at(index).key, now));
        }
        landing::take_out(page, documents);
        KETENSYNC_TRY(landing::rewrite(state, page));
    }
    for (auto const & [id, documents] : masked) {
        KETENSYNC_TRY_ASSIGN(auto page, landing.page(id));
        for (auto const & mark : held.marks) {
            for (auto at = page.body.find(mark); at != std::string::npos; at = page.body.find(mark, at + mark.size())) {
                page.body.replace(at, mark.size(), mark.size(), '*');
            }
        }
        KETENSYNC_TRY(landing::rewrite(state, page));
    }
    return {};
}

Result<void> delete_rows(store::Database & state, std::string_view sql, std::vector<std::int64_t> const & of)
{
    KETENSYNC_TRY_ASSIGN(auto statement, state.prepare(sql));
    for (auto const id : of) {
        statement.bind(1, id);
        KETENSYNC_TRY(statement.run());
    }
    return {};
}

/// What the tables beside records and documents hold.
Result<void> delete_traces(store::Database & state, Held const & held)
{
    auto const ids = golden_ids(held);
    auto const records = record_ids(held);
    std::vector<std::int64_t> const golden(ids.begin(), ids.end());
    std::vector<std::int64_t> const told(records.begin(), records.end());
    std::vector<std::int64_t> aside;
    for (auto const & item : held.quarantine) {
        aside.push_back(item.id);
    }
    KETENSYNC_TRY(delete_rows(state, "DELETE FROM golden_history WHERE golden = ?", golden));
    KETENSYNC_TRY(delete_rows(state, "DELETE FROM asked WHERE golden = ?", golden));
    KETENSYNC_TRY(delete_rows(state, "DELETE FROM doubt WHERE a = ?1 OR b = ?1", told));
    KETENSYNC_TRY(delete_rows(state, "DELETE FROM judgement WHERE a = ?1 OR b = ?1", told));
    return delete_rows(state, "DELETE FROM quarantine WHERE id = ?", aside);
}

Result<void> erase_in_state(
    Workbench & bench, Held const & held, std::int64_t delivered, Clock const & clock, std::string_view who, Erased & erased)
{
    auto & state = bench.state();
    auto const now = clock.now();
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    std::vector<landing::Version> versions;
    for (auto const & document : held.documents) {
        if (document.tells) {
            versions.push_back(document.version);
        }
    }
    // First as if the sources had taken it back, so that everything that hangs together stays in order; then what that
    // keeps by design is destroyed.
    KETENSYNC_TRY(bench.digest().withdraw(versions));
    KETENSYNC_TRY(leave_tombstones(state, held, bench.plan(), now));
    KETENSYNC_TRY(blank_documents(state, held, now));
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(state));
    for (auto const record : record_ids(held)) {
        KETENSYNC_TRY(store.erase(record));
    }
    KETENSYNC_TRY(store.flush());
    KETENSYNC_TRY(delete_traces(state, held));
    KETENSYNC_TRY_ASSIGN(auto outbox, outbox::Outbox::open(state));
    // What the warehouse has already must come to it again as it was, or not at all.
    KETENSYNC_TRY(outbox.acknowledge(delivered));
    KETENSYNC_TRY_ASSIGN(erased.changes, outbox.take_out(golden_ids(held), record_ids(held)));
    Processing processing(state, bench.plan().schema);
    processing.see(erased.person);
    KETENSYNC_TRY(processing.write("erase", 0, 0, now, clock.now()));
    KETENSYNC_TRY(Audit::append(state, now, "erase", fmt::format("golden record {}, {} records", erased.person, held.records.size()), who));
    KETENSYNC_TRY(transaction.commit());
    KETENSYNC_TRY(state.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    store::wipe(bench.plan().config.state_folder / "memory.snapshot");
    return {};
}

}

Result<Erased> erase(std::shared_ptr<Plan const> plan, Clock const & clock,
    std::function<Result<record::GoldenId>(store::Database & state)> const & find, std::string_view who)
{
    Erased erased;
    KETENSYNC_TRY_ASSIGN(auto bench, Workbench::open(plan, clock, Workbench::Purpose::work));
    KETENSYNC_TRY_ASSIGN(erased.person, find(bench->state()));
    std::int64_t delivered = 0;
    KETENSYNC_TRY_ASSIGN(auto const held, pipeline::held(bench->state(), *plan->schema, erased.person));
    {
        // The warehouse first: when it does not answer, nothing was done, and the same can be asked again.
        KETENSYNC_TRY_ASSIGN(auto const numbers, register_sources(bench->state(), *plan));
        settings::Secrets const secrets(plan->config.secrets_folder);
        auto holder = holder_of(plan->config);
        KETENSYNC_TRY_ASSIGN(auto const warehouse, open_warehouse(*plan, secrets, numbers, holder));
        KETENSYNC_TRY_ASSIGN(auto const last, warehouse->delivered());
        delivered = check_warehouse(bench->state(), last) ? last : 0;
        KETENSYNC_TRY_ASSIGN(erased.warehouse_rows, warehouse->erase(golden_ids(held), record_ids(held)));
    }
    KETENSYNC_TRY(erase_in_state(*bench, held, delivered, clock, who, erased));
    erased.golden = held.golden.size();
    erased.records = held.records.size();
    erased.documents = held.documents.size();
    erased.mentions = held.mentions.size();
    erased.history = held.history.size();
    erased.quarantine = held.quarantine.size();
    KETENSYNC_TRY_ASSIGN(erased.files, destroy_archived(*plan, held.marks));
    erased.marks = held.marks.size();
    KETENSYNC_TRY_ASSIGN(auto found, search(bench->state(), *plan, held.marks));
    erased.bytes_searched = found.bytes;
    erased.left = std::move(found.places);
    return erased;
}

}
