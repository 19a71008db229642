#include "daemon/pipeline/state.hpp"

#include "daemon/monitor/shelf.hpp"

#include "daemon/golden/golden.hpp"
#include "daemon/golden/judgements.hpp"
#include "daemon/golden/second_looks.hpp"
#include "daemon/landing/landing.hpp"
#include "daemon/landing/quarantine.hpp"
#include "daemon/landing/shapes.hpp"
#include "daemon/outbox/outbox.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/course.hpp"
#include "daemon/pipeline/in_force.hpp"
#include "daemon/pipeline/pauses.hpp"
#include "daemon/pipeline/processing.hpp"
#include "daemon/pipeline/put_back.hpp"
#include "daemon/pipeline/questions.hpp"
#include "daemon/pipeline/retention.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/tombstones.hpp"
#include "daemon/store/migrations.hpp"
#include "daemon/warehouse/postgres.hpp"
#include "daemon/warehouse/sqlite.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <array>

namespace ketensync::pipeline {

namespace {

constexpr std::string_view names_tables = R"(
CREATE TABLE source(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE feed(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source INTEGER NOT NULL REFERENCES source(id),
    name TEXT NOT NULL,
    cursor TEXT NOT NULL DEFAULT '',
    mapping BLOB NOT NULL DEFAULT x'',
    last_slot INTEGER,
    UNIQUE(source, name)) STRICT;
CREATE TABLE kind(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, fields TEXT NOT NULL) STRICT;
)";

std::string field_list(record::Kind const & kind)
{
    std::string list;
    for (auto const & field : kind.fields) {
        list += field.name + ',';
    }
    return list;
}

}

Result<std::filesystem::path> make_state_folder(std::filesystem::path const & folder)
{
    std::error_code error;
    if (std::filesystem::create_directories(folder, error)) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", folder.string(), error.message()));
    }
    return folder;
}

Result<std::shared_ptr<store::Seal const>> read_seal(settings::Config const & config)
{
    if (config.seal.unsealed) {
        return std::shared_ptr<store::Seal const>();
    }
    settings::Secrets const secrets(config.secrets_folder);
    std::vector<std::string> names { config.seal.key };
    names.insert(names.end(), config.seal.old_keys.begin(), config.seal.old_keys.end());
    std::vector<store::Seal::Key> keys;
    for (auto const & name : names) {
        auto text = secrets.read(name);
        if (!text) {
            return fail(Failure::configuration,
                fmt::format("[seal] the state is not opened without its key: {}. A first key is made with: openssl rand -hex 32",
                    text.error().what));
        }
        keys.push_back({ name, std::move(*text) });
    }
    return store::Seal::create(keys);
}

Result<store::Database> open_state(settings::Config const & config, std::uint64_t cache_bytes)
{
    KETENSYNC_TRY_ASSIGN(auto const seal, read_seal(config));
    auto const file = config.state_folder / "state.sqlite";
    if (seal && store::kind_of(file, seal.get()) == store::FileKind::plain) {
        KETENSYNC_TRY(store::Database::seal_anew(file, seal));
        store::wipe(config.state_folder / "memory.snapshot");
    }
    KETENSYNC_TRY_ASSIGN(auto state, store::Database::open(file, { .cache_bytes = cache_bytes, .seal = seal }));
    KETENSYNC_TRY(migrate_state(state));
    return state;
}

Result<store::Database> open_state_in_memory(std::uint64_t cache_bytes)
{
    KETENSYNC_TRY_ASSIGN(auto state, store::Database::open(":memory:", { .cache_bytes = cache_bytes }));
    KETENSYNC_TRY(migrate_state(state));
    return state;
}

Result<store::Database> open_state_to_look(settings::Config const & config)
{
    KETENSYNC_TRY_ASSIGN(auto seal, read_seal(config));
    return store::Database::open(
        config.state_folder / "state.sqlite", { .cache_bytes = 2U << 20, .read_only = true, .seal = std::move(seal) });
}

Result<void> migrate_state(store::Database & state)
{
    auto const first = std::string(names_tables)
                           .append(Runs::tables)
                           .append(landing::tables)
                           .append(landing::Quarantine::tables)
                           .append(golden::Golden::tables())
                           .append(golden::Judgements::tables)
                           .append(outbox::Outbox::tables);
    auto const accounts = std::string(Audit::tables).append(put_back_tables).append(Tombstones::tables).append(retention_tables).append(Processing::tables);
    auto const desk = std::string(landing::Quarantine::groups).append(golden::SecondLooks::tables);
    auto const steps = std::to_array<store::Migration>(
        { { "first", first }, { "questions", GoldenQuestions::tables }, { "shapes", landing::Shapes::tables },
            { "accounts", accounts }, { "pauses", Pauses::tables }, { "editions", monitor::Shelf::tables },
            { "course", Course::tables }, { "in force", in_force_tables }, { "desk", desk }, { "traces", Runs::traces },
            { "deliveries", Processing::batches } });
    return store::migrate(state, steps);
}

record::SourceId Numbers::source(std::string_view name) const
{
    auto const found = sources.find(name);
    return found == sources.end() ? record::SourceId { 0 } : found->second;
}

Result<Numbers> register_sources(store::Database & state, Plan const & plan)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY_ASSIGN(auto add_source, state.prepare("INSERT OR IGNORE INTO source(name) VALUES(?)"));
    KETENSYNC_TRY_ASSIGN(auto add_feed,
        state.prepare("INSERT OR IGNORE INTO feed(source, name) SELECT id, ?2 FROM source WHERE name = ?1"));
    for (auto const & source : plan.config.sources) {
        add_source.bind(1, std::string_view(source.name));
        KETENSYNC_TRY(add_source.run());
        for (auto const & feed : source.feeds) {
            add_feed.bind(1, std::string_view(source.name)).bind(2, std::string_view(feed.name));
            KETENSYNC_TRY(add_feed.run());
        }
    }
    KETENSYNC_TRY(transaction.commit());
    return known_sources(state);
}

record::FeedId swept_by(PlannedFeed const & feed, Numbers const & numbers)
{
    return feed.feed->sweeps.empty() ? record::FeedId { 0 } : numbers.feeds.at(feed.source->name + '/' + feed.feed->sweeps);
}

Result<Numbers> known_sources(store::Database & state)
{
    Numbers numbers;
    KETENSYNC_TRY_ASSIGN(auto sources, state.prepare("SELECT id, name FROM source"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, sources.step());
        if (!row) {
            break;
        }
        numbers.sources[std::string(sources.text(1))] = static_cast<record::SourceId>(sources.integer(0));
    }
    KETENSYNC_TRY_ASSIGN(numbers.feeds, feed_numbers(state));
    return numbers;
}

Result<std::map<std::string, record::FeedId, std::less<>>> feed_numbers(store::Database & state)
{
    std::map<std::string, record::FeedId, std::less<>> numbers;
    KETENSYNC_TRY_ASSIGN(auto feeds,
        state.prepare("SELECT f.id, s.name || '/' || f.name FROM feed f JOIN source s ON s.id = f.source"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, feeds.step());
        if (!row) {
            return numbers;
        }
        numbers[std::string(feeds.text(1))] = static_cast<record::FeedId>(feeds.integer(0));
    }
}

warehouse::Holder holder_of(settings::Config const & config)
{
    std::array<char, 256> machine {};
    ::gethostname(machine.data(), machine.size() - 1);
    std::error_code error;
    auto const folder = std::filesystem::weakly_canonical(config.state_folder, error);
    return { fmt::format("{}:{}", machine.data(), folder.string()), config.limits.warehouse_lease, 0 };
}

Result<WarehouseKeys> read_warehouse_keys(settings::Config const & config, settings::Secrets const & secrets)
{
    WarehouseKeys keys;
    auto const said = [](Error const & error) { return fail(error.failure, "[warehouse] " + error.what); };
    if (!config.warehouse_pseudonyms.empty()) {
        auto key = secrets.read(config.warehouse_pseudonyms);
        if (!key) {
            return said(key.error());
        }
        auto pseudonyms = warehouse::Pseudonyms::with(std::move(*key));
        if (!pseudonyms) {
            return said(pseudonyms.error());
        }
        keys.pseudonyms = std::move(*pseudonyms);
    }
    if (auto const & name = config.warehouse_server.password; config.warehouse_type == "postgresql" && !name.empty()) {
        auto password = secrets.read(name);
        if (!password) {
            return said(password.error());
        }
        keys.password = std::move(*password);
    }
    return keys;
}

namespace {

Result<std::unique_ptr<warehouse::Warehouse>> open_unprepared(
    Plan const & plan, settings::Secrets const & secrets, warehouse::Holder & holder)
{
    auto const & config = plan.config;
    KETENSYNC_TRY_ASSIGN(auto keys, read_warehouse_keys(config, secrets));
    if (config.warehouse_type != "postgresql") {
        return warehouse::open_sqlite(
            config.warehouse_file, plan.schema, config.limits.cache_bytes, holder, std::move(keys.pseudonyms));
    }
    warehouse::PostgresAccess const access { config.warehouse_server, std::move(keys.password), config.limits.connect_timeout,
        config.limits.warehouse_timeout, std::move(keys.pseudonyms) };
    return warehouse::open_postgres(access, plan.schema, holder);
}

}

Result<void> check_warehouse_keys(Plan const & plan, settings::Secrets const & secrets, warehouse::Holder & holder)
{
    KETENSYNC_TRY(read_warehouse_keys(plan.config, secrets));
    std::error_code error;
    if (plan.config.warehouse_type != "postgresql" && !std::filesystem::exists(plan.config.warehouse_file, error)) {
        return {};
    }
    auto const opened = open_unprepared(plan, secrets, holder);
    auto known = opened ? (*opened)->check_key() : fail(opened.error());
    return known || known.error().failure != Failure::configuration ? Result<void>() : std::move(known);
}

Result<std::unique_ptr<warehouse::Warehouse>> open_warehouse(
    Plan const & plan, settings::Secrets const & secrets, Numbers const & numbers, warehouse::Holder & holder)
{
    std::vector<warehouse::SourceName> names;
    for (auto const & source : plan.config.sources) {
        names.push_back({ numbers.source(source.name), source.name, source.title });
    }
    KETENSYNC_TRY_ASSIGN(auto opened, open_unprepared(plan, secrets, holder));
    KETENSYNC_TRY(opened->prepare(names, plan.views));
    return opened;
}

Result<void> register_schema(store::Database & state, record::Schema const & schema)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    {
        KETENSYNC_TRY_ASSIGN(auto known, state.prepare("SELECT id, name, fields FROM kind ORDER BY id"));
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, known.step());
            if (!row) {
                break;
            }
            auto const id = static_cast<std::size_t>(known.integer(0));
            if (id >= schema.kinds.size() || schema.kinds[id].name != known.text(1)
                || !field_list(schema.kinds[id]).starts_with(known.text(2))) {
                return fail(Failure::configuration,
                    fmt::format("schema.toml: kind {} is not as the stored records have it (fields {}): put its kinds and "
                                "fields back in that order and add new ones at the end",
                        known.text(1), known.text(2)));
            }
        }
    }
    KETENSYNC_TRY_ASSIGN(auto put, state.prepare("REPLACE INTO kind VALUES(?, ?, ?)"));
    for (std::size_t id = 0; id < schema.kinds.size(); ++id) {
        auto const fields = field_list(schema.kinds[id]);
        put.bind(1, static_cast<std::int64_t>(id)).bind(2, std::string_view(schema.kinds[id].name));
        put.bind(3, std::string_view(fields));
        KETENSYNC_TRY(put.run());
    }
    return transaction.commit();
}

}
