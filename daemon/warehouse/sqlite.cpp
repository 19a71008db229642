#include "daemon/warehouse/sqlite.hpp"

#include "daemon/base/clock.hpp"
#include "daemon/store/migrations.hpp"
#include "daemon/warehouse/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace ketensync::warehouse {

namespace {

constexpr auto migrations = std::to_array<store::Migration>({
    { "first",
        "CREATE TABLE levering(een INTEGER PRIMARY KEY CHECK(een = 1), nummer INTEGER NOT NULL) STRICT;"
        "INSERT INTO levering VALUES(1, 0);"
        "CREATE TABLE bron(id INTEGER PRIMARY KEY, naam TEXT NOT NULL, titel TEXT NOT NULL) STRICT;" },
});

std::string column_type(Column const & column) { return column.number ? "INTEGER" : "TEXT"; }

std::string create_sql(Table const & table)
{
    std::string sql = fmt::format("CREATE TABLE \"{}\"(id INTEGER NOT NULL, levering INTEGER NOT NULL", table.name);
    for (auto const & column : table.columns) {
        sql += fmt::format(", \"{}\" {}", column.name, column_type(column));
    }
    sql += ", geldig_van TEXT, geldig_tot TEXT, bekend_van TEXT NOT NULL, bekend_tot TEXT,"
           " PRIMARY KEY(id, levering)) STRICT, WITHOUT ROWID;";
    sql += fmt::format("CREATE TABLE \"{}_bron\"(record INTEGER NOT NULL, levering INTEGER NOT NULL, id INTEGER NOT NULL,"
                       " bron INTEGER NOT NULL, bekend_van TEXT NOT NULL, bekend_tot TEXT,"
                       " PRIMARY KEY(record, levering)) STRICT, WITHOUT ROWID;",
        table.name);
    sql += fmt::format("CREATE VIEW \"{0}_nu\" AS SELECT * FROM \"{0}\" WHERE bekend_tot IS NULL;", table.name);
    // Where what a number stood for went: all of it when it was joined to another, a part when it was split.
    sql += fmt::format("CREATE VIEW \"{0}_opvolging\" AS SELECT oud.id AS id, nieuw.id AS opvolger, nieuw.bekend_van AS sinds,"
                       " count(*) AS records FROM \"{0}_bron\" oud JOIN \"{0}_bron\" nieuw ON nieuw.record = oud.record"
                       " AND nieuw.bekend_van = oud.bekend_tot AND nieuw.id <> oud.id GROUP BY 1, 2, 3;",
        table.name);
    return sql;
}

/// What one kind's table is changed with.
struct Writing {
    Table table;
    store::Statement add;
    store::Statement close;
    store::Statement join;
    store::Statement leave;
};

class SqliteWarehouse final : public Warehouse {
public:
    SqliteWarehouse(std::unique_ptr<store::Database> owned, store::Database & database,
        std::shared_ptr<record::Schema const> schema)
        : m_owned(std::move(owned)), m_database(database), m_schema(std::move(schema))
    {
    }

    Result<void> prepare(std::vector<SourceName> const & sources, std::vector<View> const & views) override;
    Result<std::int64_t> delivered() override { return m_database.number("SELECT nummer FROM levering"); }
    Result<void> deliver(record::Batch const & batch) override;

private:
    Result<void> check_or_create(Table const & table);
    Result<void> prepare_views(std::vector<View> const & views);
    Result<void> prepare_sources(std::vector<SourceName> const & sources);
    Result<void> apply(record::Change const & change, std::int64_t number, std::string_view known);
    Result<void> add_row(Writing & writing, record::Change const & change, std::int64_t number, std::string_view known);

    std::unique_ptr<store::Database> m_owned;
    store::Database & m_database;
    std::shared_ptr<record::Schema const> m_schema;
    std::vector<Writing> m_writings;
    store::Statement m_set_number;
};

Result<void> SqliteWarehouse::check_or_create(Table const & table)
{
    std::vector<std::string> found;
    {
        KETENSYNC_TRY_ASSIGN(auto columns,
            m_database.prepare(fmt::format("SELECT name || ' ' || type FROM pragma_table_info('{}')", table.name)));
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const row, columns.step());
            if (!row) {
                break;
            }
            found.emplace_back(columns.text(0));
        }
    }
    if (found.empty()) {
        return m_database.execute(create_sql(table));
    }
    for (auto const & column : table.columns) {
        auto const wanted = column.name + ' ' + column_type(column);
        if (std::ranges::find(found, wanted) != found.end()) {
            continue;
        }
        bool const other_type = std::ranges::any_of(
            found, [&column](std::string const & name) { return name.starts_with(column.name + ' '); });
        if (other_type) {
            return fail(Failure::configuration,
                fmt::format("warehouse table {}: column {} should be {}: change it by hand, or give another file",
                    table.name, column.name, column_type(column)));
        }
        KETENSYNC_TRY(m_database.execute(
            fmt::format("ALTER TABLE \"{}\" ADD COLUMN \"{}\" {}", table.name, column.name, column_type(column))));
    }
    return {};
}

// What is as it should be is not written again: opening a warehouse that is up to date changes nothing in it.
Result<void> SqliteWarehouse::prepare_views(std::vector<View> const & views)
{
    KETENSYNC_TRY_ASSIGN(auto known, m_database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?"));
    bool same = true;
    for (auto const & view : views) {
        known.bind(1, std::string_view(view.name));
        KETENSYNC_TRY_ASSIGN(bool const row, known.step());
        same = same && row && view.sql.find(known.text(0)) != std::string::npos;
        known.reset();
    }
    if (same) {
        return {};
    }
    for (auto const & view : views) {
        KETENSYNC_TRY(m_database.execute(fmt::format("DROP VIEW IF EXISTS \"{}\"", view.name)));
    }
    for (auto const & view : views) {
        if (auto made = m_database.execute(view.sql); !made) {
            return fail(Failure::configuration, fmt::format("view {}: {}", view.name, made.error().what));
        }
    }
    return {};
}

Result<void> SqliteWarehouse::prepare_sources(std::vector<SourceName> const & sources)
{
    KETENSYNC_TRY_ASSIGN(auto name,
        m_database.prepare("INSERT INTO bron VALUES(?1, ?2, ?3) ON CONFLICT(id) DO UPDATE SET naam = ?2, titel = ?3 "
                           "WHERE naam <> ?2 OR titel <> ?3"));
    for (auto const & source : sources) {
        name.bind(1, std::int64_t { source.id }).bind(2, std::string_view(source.name));
        name.bind(3, std::string_view(source.title));
        KETENSYNC_TRY(name.run());
    }
    return {};
}

Result<void> SqliteWarehouse::prepare(std::vector<SourceName> const & sources, std::vector<View> const & views)
{
    KETENSYNC_TRY(store::migrate(m_database, migrations));
    auto const wanted = tables(*m_schema);
    {
        KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
        for (auto const & table : wanted) {
            KETENSYNC_TRY(check_or_create(table));
        }
        KETENSYNC_TRY(prepare_sources(sources));
        KETENSYNC_TRY(prepare_views(views));
        KETENSYNC_TRY(transaction.commit());
    }
    m_writings.clear();
    for (auto const & table : wanted) {
        Writing writing;
        writing.table = table;
        std::string names = "id, levering";
        std::string places = "?1, ?2";
        auto parameter = 3;
        for (auto const & column : table.columns) {
            names += fmt::format(", \"{}\"", column.name);
            places += fmt::format(", ?{}", parameter++);
        }
        KETENSYNC_TRY_ASSIGN(writing.add,
            m_database.prepare(fmt::format("INSERT INTO \"{}\"({}, geldig_van, geldig_tot, bekend_van) VALUES({}, ?{}, ?{}, ?{})",
                table.name, names, places, parameter, parameter + 1, parameter + 2)));
        KETENSYNC_TRY_ASSIGN(writing.close,
            m_database.prepare(
                fmt::format("UPDATE \"{}\" SET bekend_tot = ?2 WHERE id = ?1 AND bekend_tot IS NULL", table.name)));
        KETENSYNC_TRY_ASSIGN(writing.join,
            m_database.prepare(fmt::format(
                "INSERT INTO \"{}_bron\"(record, levering, id, bron, bekend_van) VALUES(?, ?, ?, ?, ?)", table.name)));
        KETENSYNC_TRY_ASSIGN(writing.leave,
            m_database.prepare(fmt::format("UPDATE \"{}_bron\" SET bekend_tot = ?3 WHERE record = ?1 AND id = ?2 AND"
                                           " bekend_tot IS NULL",
                table.name)));
        m_writings.push_back(std::move(writing));
    }
    KETENSYNC_TRY_ASSIGN(m_set_number, m_database.prepare("UPDATE levering SET nummer = ?"));
    return {};
}

Result<void> SqliteWarehouse::add_row(
    Writing & writing, record::Change const & change, std::int64_t number, std::string_view known)
{
    auto & add = writing.add;
    add.bind(1, std::int64_t { change.golden }).bind(2, number);
    auto parameter = 3;
    auto const bind_text = [&add, &parameter](std::string_view text) {
        if (text.empty()) {
            add.bind_null(parameter++);
        } else {
            add.bind(parameter++, text);
        }
    };
    for (auto const & column : writing.table.columns) {
        auto const text = change.values[column.field];
        if (!column.number || text.empty()) {
            bind_text(text);
            continue;
        }
        std::int64_t value = 0;
        auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
            return fail(Failure::bug, fmt::format("{}.{} is not a number", writing.table.name, column.name));
        }
        add.bind(parameter++, value);
    }
    auto const field = [&change](int number_of_field) {
        return number_of_field < 0 ? std::string_view() : change.values[static_cast<record::FieldId>(number_of_field)];
    };
    bind_text(field(writing.table.valid_from));
    bind_text(field(writing.table.valid_until));
    add.bind(parameter, known);
    return add.run();
}

Result<void> SqliteWarehouse::apply(record::Change const & change, std::int64_t number, std::string_view known)
{
    using What = record::Change::What;
    auto & writing = m_writings.at(change.kind);
    auto const golden = std::int64_t { change.golden };
    if (change.what == What::changed || change.what == What::ended) {
        writing.close.bind(1, golden).bind(2, known);
        KETENSYNC_TRY(writing.close.run());
    }
    if (change.what == What::added || change.what == What::changed) {
        KETENSYNC_TRY(add_row(writing, change, number, known));
    }
    for (auto const & member : change.left) {
        writing.leave.bind(1, std::int64_t { member.record }).bind(2, golden).bind(3, known);
        KETENSYNC_TRY(writing.leave.run());
    }
    for (auto const & member : change.joined) {
        writing.join.bind(1, std::int64_t { member.record }).bind(2, number).bind(3, golden);
        writing.join.bind(4, std::int64_t { member.source }).bind(5, known);
        KETENSYNC_TRY(writing.join.run());
    }
    return {};
}

Result<void> SqliteWarehouse::deliver(record::Batch const & batch)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
    KETENSYNC_TRY_ASSIGN(auto const last, delivered());
    if (batch.number <= last) {
        return {};
    }
    auto const known = to_text(batch.known);
    for (auto const & change : batch.changes) {
        KETENSYNC_TRY(apply(change, batch.number, known));
    }
    m_set_number.bind(1, batch.number);
    KETENSYNC_TRY(m_set_number.run());
    return transaction.commit();
}

}

Result<std::unique_ptr<Warehouse>> open_sqlite(
    std::filesystem::path const & file, std::shared_ptr<record::Schema const> schema, std::uint64_t cache_bytes)
{
    KETENSYNC_TRY_ASSIGN(auto database, store::Database::open(file, { .cache_bytes = cache_bytes }));
    auto owned = std::make_unique<store::Database>(std::move(database));
    auto & reference = *owned;
    return std::make_unique<SqliteWarehouse>(std::move(owned), reference, std::move(schema));
}

Result<std::unique_ptr<Warehouse>> open_sqlite(store::Database & database, std::shared_ptr<record::Schema const> schema)
{
    return std::make_unique<SqliteWarehouse>(nullptr, database, std::move(schema));
}

}
