#include "daemon/pipeline/put_back.hpp"

#include "daemon/golden/golden.hpp"
#include "daemon/outbox/outbox.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/processing.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/store/instance_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace ketensync::pipeline {

std::string_view const put_back_tables = "CREATE TABLE put_back(one INTEGER PRIMARY KEY CHECK(one = 1)) STRICT;";

namespace {

constexpr std::size_t batch_golden = 5'000;

Result<void> note(store::Database & state, Clock const & clock, std::string_view action, std::string const & detail, std::string_view who = {})
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(Audit::append(state, clock.now(), action, detail, who));
    return transaction.commit();
}

tl::unexpected<Error> behind()
{
    return fail(Failure::configuration,
        "nothing is delivered: the warehouse was filled by another state, or by this one before it was put back. Put an "
        "empty warehouse in its place and run --refill");
}

}

Result<void> check_warehouse(store::Database & state, std::int64_t delivered)
{
    KETENSYNC_TRY_ASSIGN(auto const put_back, state.number("SELECT count(*) FROM put_back"));
    KETENSYNC_TRY_ASSIGN(auto const last, state.number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'"));
    // Of what was delivered, the answer to the newest batch alone can have been lost.
    KETENSYNC_TRY_ASSIGN(auto const oldest, state.number("SELECT coalesce(min(number), 0) FROM outbox"));
    return put_back != 0 || last < delivered || (oldest != 0 && oldest < delivered) ? behind() : Result<void>();
}

Result<void> restore(Plan const & plan, std::filesystem::path const & copy, Clock const & clock)
{
    auto const & config = plan.config;
    KETENSYNC_TRY_ASSIGN(auto const folder, make_state_folder(config.state_folder));
    KETENSYNC_TRY_ASSIGN(auto const lock, store::InstanceLock::take(folder / "lock"));
    KETENSYNC_TRY_ASSIGN(auto const seal, read_seal(config));
    auto const file = folder / "state.sqlite";
    auto const beside = folder / "state.sqlite.restoring";
    std::error_code error;
    std::filesystem::copy_file(copy, beside, std::filesystem::copy_options::overwrite_existing, error);
    if (error) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", copy.string(), error.message()));
    }
    bool const plain = store::kind_of(beside, seal.get()) == store::FileKind::plain;
    KETENSYNC_TRY(store::Database::check_copy(beside, plain ? nullptr : seal));
    if (seal) {
        KETENSYNC_TRY(store::Database::seal_anew(beside, seal));
    }
    {
        KETENSYNC_TRY_ASSIGN(auto state, store::Database::open(beside, { .seal = seal }));
        KETENSYNC_TRY_ASSIGN(auto const version, state.number("PRAGMA user_version"));
        KETENSYNC_TRY_ASSIGN(auto const tables, state.number("SELECT count(*) FROM sqlite_schema WHERE name IN ('run', 'outbox')"));
        if (version < 1 || tables != 2) {
            return fail(Failure::configuration, fmt::format("{} is no copy of a state", copy.string()));
        }
        KETENSYNC_TRY(migrate_state(state));
        KETENSYNC_TRY(state.execute("INSERT OR IGNORE INTO put_back VALUES(1)"));
        KETENSYNC_TRY(note(state, clock, "restore", {}));
        KETENSYNC_TRY(state.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    // The log of the old state must not be taken for that of the new one.
    for (auto const * const suffix : { "-wal", "-shm" }) {
        std::filesystem::remove(std::filesystem::path(file).concat(suffix), error);
    }
    std::filesystem::rename(beside, file, error);
    if (error) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", file.string(), error.message()));
    }
    store::wipe(folder / "memory.snapshot");
    return {};
}

Result<void> reseal(Plan const & plan, Clock const & clock, std::string_view who)
{
    auto const & config = plan.config;
    auto const file = config.state_folder / "state.sqlite";
    KETENSYNC_TRY_ASSIGN(auto const seal, read_seal(config));
    if (!seal) {
        return fail(Failure::configuration, "[seal] says unsealed: name a key there first");
    }
    if (!std::filesystem::exists(file)) {
        return fail(Failure::usage, "there is no state yet: it is sealed when it is made");
    }
    KETENSYNC_TRY_ASSIGN(auto const lock, store::InstanceLock::take(config.state_folder / "lock"));
    KETENSYNC_TRY(store::Database::seal_anew(file, seal));
    store::wipe(config.state_folder / "memory.snapshot");
    KETENSYNC_TRY_ASSIGN(auto state, open_state(config, config.limits.cache_bytes));
    return note(state, clock, "reseal", "key " + seal->key_ids().front(), who);
}

Result<std::uint64_t> refill(std::shared_ptr<Plan const> plan, Clock const & clock, std::string_view who)
{
    auto const & config = plan->config;
    KETENSYNC_TRY_ASSIGN(auto const lock, store::InstanceLock::take(config.state_folder / "lock"));
    KETENSYNC_TRY_ASSIGN(auto state, open_state(config, config.limits.cache_bytes));
    KETENSYNC_TRY(register_schema(state, *plan->schema));
    KETENSYNC_TRY_ASSIGN(auto const numbers, register_sources(state, *plan));
    {
        settings::Secrets const secrets(plan->config.secrets_folder);
        auto holder = holder_of(plan->config);
        KETENSYNC_TRY_ASSIGN(auto const warehouse, open_warehouse(*plan, secrets, numbers, holder));
        KETENSYNC_TRY_ASSIGN(auto const delivered, warehouse->delivered());
        if (delivered != 0) {
            return fail(Failure::usage, "the warehouse is not empty: put it aside, so that an empty one is made in its place");
        }
    }
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(state.execute("DELETE FROM outbox; DELETE FROM put_back; DELETE FROM sqlite_sequence WHERE name = 'outbox'"));
    KETENSYNC_TRY(Processing::forget_batches(state));
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(state));
    KETENSYNC_TRY_ASSIGN(auto outbox, outbox::Outbox::open(state));
    Processing processing(state, plan->schema);
    std::vector<std::pair<record::SourceId, record::KindId>> told(1);
    KETENSYNC_TRY(store.each([&told](golden::Golden::Stored const & stored) -> Result<void> {
        told.resize(std::max<std::size_t>(told.size(), stored.record + 1U));
        told[stored.record] = { stored.source, stored.kind };
        return {};
    }));
    std::uint64_t count = 0;
    std::string changes;
    auto const put_out = [&]() -> Result<void> {
        if (!changes.empty()) {
            record::encode_end(changes);
            auto const now = clock.now();
            KETENSYNC_TRY_ASSIGN(auto const number, outbox.append(changes, now));
            KETENSYNC_TRY(processing.write("fill the warehouse anew", 0, 0, now, now, number));
            changes.clear();
        }
        return {};
    };
    KETENSYNC_TRY_ASSIGN(auto const last, store.last_golden());
    for (record::GoldenId golden = 1; golden <= last; ++golden) {
        KETENSYNC_TRY_ASSIGN(auto held, store.delivered(golden));
        if (!held.exists || held.members.empty()) {
            continue;
        }
        record::Change change;
        change.golden = golden;
        change.kind = told.at(held.members.front()).second;
        change.values = std::move(held.values);
        for (auto const record : held.members) {
            change.joined.push_back({ record, told.at(record).first });
        }
        processing.see(change, {});
        record::encode(change, changes);
        if (++count % batch_golden == 0) {
            KETENSYNC_TRY(put_out());
            store.forget();
        }
    }
    KETENSYNC_TRY(put_out());
    KETENSYNC_TRY(Audit::append(state, clock.now(), "refill", fmt::format("{} golden records", count), who));
    KETENSYNC_TRY(transaction.commit());
    return count;
}

Result<void> give_persons(
    store::Database & state, warehouse::Warehouse & warehouse, std::function<void()> const & alive)
{
    KETENSYNC_TRY_ASSIGN(bool const lacks, warehouse.lacks_persons());
    if (!lacks) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(state));
    KETENSYNC_TRY_ASSIGN(auto const last, store.last_golden());
    return warehouse.take_persons([&](auto const & put) -> Result<void> {
        record::Change change;
        for (change.golden = 1; change.golden <= last; ++change.golden) {
            if (change.golden % batch_golden == 0) {
                store.forget();
                alive();
            }
            KETENSYNC_TRY_ASSIGN(auto held, store.delivered(change.golden));
            if (held.exists) {
                change.kind = held.kind;
                change.values = std::move(held.values);
                KETENSYNC_TRY(put(change));
            }
        }
        return {};
    });
}

}
