#include "daemon/warehouse/sqlite.hpp"

#include "daemon/base/clock.hpp"
#include "daemon/store/migrations.hpp"
#include "daemon/warehouse/layout.hpp"
#include "daemon/warehouse/two_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace ketensync::warehouse {

namespace {

constexpr auto migrations = std::to_array<store::Migration>({
    { "first",
        "CREATE TABLE levering(een INTEGER PRIMARY KEY CHECK(een = 1), nummer INTEGER NOT NULL) STRICT;"
        "INSERT INTO levering VALUES(1, 0);"
        "CREATE TABLE bron(id INTEGER PRIMARY KEY, naam TEXT NOT NULL, titel TEXT NOT NULL) STRICT;" },
    { "claims",
        "ALTER TABLE levering ADD COLUMN tijdvak INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE levering ADD COLUMN houder TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE levering ADD COLUMN tot TEXT NOT NULL DEFAULT '';"
        "ALTER TABLE levering ADD COLUMN sleutel TEXT NOT NULL DEFAULT '';"
        "CREATE TABLE geleverd(nummer INTEGER PRIMARY KEY, inhoud TEXT NOT NULL, bekend TEXT NOT NULL) STRICT;" },
});

std::string type_of(ShapeColumn const & column) { return column.number ? "INTEGER" : "TEXT"; }

std::string create_sql(Shape const & shape)
{
    std::string columns;
    for (auto const & column : shape.columns) {
        columns += fmt::format("\"{}\" {}{}, ", column.name, type_of(column), column.required ? " NOT NULL" : "");
    }
    return fmt::format("CREATE TABLE \"{}\"({}PRIMARY KEY({})) STRICT, WITHOUT ROWID", shape.name, columns,
        fmt::join(shape.key, ", "));
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
    SqliteWarehouse(store::Database database, std::shared_ptr<record::Schema const> schema, Holder & holder,
        Pseudonyms pseudonyms)
        : m_database(std::move(database)), m_schema(std::move(schema)), m_holder(holder),
          m_pseudonyms(std::move(pseudonyms))
    {
    }

    Result<void> check_key() override;
    Result<void> prepare(std::vector<SourceName> const & sources, std::vector<View> const & views) override;
    Result<std::int64_t> delivered() override { return m_database.number("SELECT nummer FROM levering"); }
    Result<void> deliver(record::Batch const & batch) override;
    Result<std::uint64_t> erase(
        std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records) override;

private:
    Result<Lacking> lacking(Shape const & shape) const;
    Result<void> bring_up_to_date(std::vector<Table> const & wanted);
    Result<void> prepare_views(std::vector<View> const & views);
    Result<void> prepare_sources(std::vector<SourceName> const & sources);
    Result<void> take_key();
    Result<Standing> standing() const;
    Result<void> check_delivered(record::Batch const & batch) const;
    Result<void> apply(record::Change const & change, std::int64_t number, std::string_view known);
    Result<void> add_row(Writing & writing, record::Change const & change, std::int64_t number, std::string_view known);

    store::Database m_database;
    std::shared_ptr<record::Schema const> m_schema;
    std::vector<Writing> m_writings;
    Holder & m_holder;
    Pseudonyms m_pseudonyms;
    store::Statement m_set_number;
    store::Statement m_remember;
};

Result<Lacking> SqliteWarehouse::lacking(Shape const & shape) const
{
    KETENSYNC_TRY_ASSIGN(
        auto columns, m_database.prepare(fmt::format("SELECT name, type FROM pragma_table_info('{}')", shape.name)));
    std::vector<FoundColumn> found;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, columns.step());
        if (!row) {
            return compare(shape, found, type_of);
        }
        found.push_back({ std::string(columns.text(0)), std::string(columns.text(1)) });
    }
}

Result<void> SqliteWarehouse::bring_up_to_date(std::vector<Table> const & wanted)
{
    std::vector<std::pair<Shape, Lacking>> all;
    std::string differences;
    std::string outcomes;
    for (auto const & table : wanted) {
        for (auto & shape : { record_shape(table, m_schema->kinds[table.kind]), member_shape(table) }) {
            if (auto lacks = lacking(shape)) {
                if (std::ranges::find(lacks->columns, outcome_column, &ShapeColumn::name) != lacks->columns.end()) {
                    outcomes += outcomes_of_before(table, "TRUE") + ';';
                }
                all.emplace_back(shape, std::move(*lacks));
            } else if (lacks.error().failure == Failure::configuration) {
                differences += (differences.empty() ? "" : "; ") + lacks.error().what;
            } else {
                return fail(std::move(lacks).error());
            }
        }
    }
    if (!differences.empty()) {
        return fail(Failure::configuration, differences_told(differences));
    }
    for (auto const & [shape, lacks] : all) {
        if (lacks.table) {
            KETENSYNC_TRY(m_database.execute(create_sql(shape)));
        }
        for (auto const & column : lacks.columns) {
            KETENSYNC_TRY(m_database.execute(
                fmt::format("ALTER TABLE \"{}\" ADD COLUMN \"{}\" {}", shape.name, column.name, type_of(column))));
        }
    }
    return outcomes.empty() ? Result<void>() : m_database.execute(outcomes);
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
        KETENSYNC_TRY(bring_up_to_date(wanted));
        KETENSYNC_TRY(take_key());
        KETENSYNC_TRY(prepare_sources(sources));
        std::vector<View> all;
        for (auto const & table : wanted) {
            std::ranges::move(layout_views(table), std::back_inserter(all));
        }
        all.push_back(questions_view(wanted));
        std::ranges::copy(views, std::back_inserter(all));
        KETENSYNC_TRY(prepare_views(all));
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
        if (table.person) {
            names += ", pseudoniem";
            places += fmt::format(", ?{}", parameter++);
        }
        KETENSYNC_TRY_ASSIGN(writing.add,
            m_database.prepare(fmt::format("INSERT INTO \"{}\"({}, geldig_van, geldig_tot, bekend_van) VALUES({}, ?{}, ?{}, ?{})",
                table.name, names, places, parameter, parameter + 1, parameter + 2)));
        KETENSYNC_TRY_ASSIGN(writing.close,
            m_database.prepare(
                fmt::format("UPDATE \"{}\" SET bekend_tot = ?2, afloop = ?3 WHERE id = ?1 AND bekend_tot IS NULL", table.name)));
        KETENSYNC_TRY_ASSIGN(writing.join,
            m_database.prepare(fmt::format(
                "INSERT INTO \"{}_bron\"(record, levering, id, bron, bekend_van) VALUES(?, ?, ?, ?, ?)", table.name)));
        KETENSYNC_TRY_ASSIGN(writing.leave,
            m_database.prepare(fmt::format("UPDATE \"{}_bron\" SET bekend_tot = ?3 WHERE record = ?1 AND id = ?2 AND"
                                           " bekend_tot IS NULL",
                table.name)));
        m_writings.push_back(std::move(writing));
    }
    KETENSYNC_TRY_ASSIGN(m_set_number,
        m_database.prepare("UPDATE levering SET nummer = ?1, tijdvak = ?2, houder = ?3,"
                           " tot = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ?4)"));
    KETENSYNC_TRY_ASSIGN(m_remember, m_database.prepare("INSERT INTO geleverd VALUES(?, ?, ?)"));
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
        KETENSYNC_TRY(check_text(text, writing.table, column));
        if (!column.number || text.empty()) {
            bind_text(text);
            continue;
        }
        KETENSYNC_TRY_ASSIGN(auto const value, number_of(text, writing.table, column));
        add.bind(parameter++, value);
    }
    auto const pseudonym = writing.table.person ? m_pseudonyms.of(writing.table.name, change.golden) : std::string();
    if (writing.table.person) {
        bind_text(pseudonym);
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
        if (auto const outcome = outcome_of(change); outcome.empty()) {
            writing.close.bind_null(3);
        } else {
            writing.close.bind(3, outcome);
        }
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

Result<void> SqliteWarehouse::check_key()
{
    KETENSYNC_TRY_ASSIGN(
        auto const there, m_database.number("SELECT count(*) FROM pragma_table_info('levering') WHERE name = 'sleutel'"));
    if (there == 0) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto select, m_database.prepare("SELECT sleutel FROM levering"));
    KETENSYNC_TRY(select.step());
    return m_pseudonyms.check(select.text(0));
}

// The first key that persons get names with is the one that they keep.
Result<void> SqliteWarehouse::take_key()
{
    KETENSYNC_TRY(check_key());
    return m_pseudonyms.mark().empty()
        ? Result<void>()
        : m_database.execute(fmt::format("UPDATE levering SET sleutel = '{}' WHERE sleutel = ''", m_pseudonyms.mark()));
}

Result<Standing> SqliteWarehouse::standing() const
{
    KETENSYNC_TRY_ASSIGN(auto select,
        m_database.prepare("SELECT nummer, tijdvak, houder, tot > strftime('%Y-%m-%dT%H:%M:%fZ', 'now') FROM levering"));
    KETENSYNC_TRY(select.step());
    return Standing { select.integer(0), select.integer(1), std::string(select.text(2)), select.integer(3) != 0 };
}

Result<void> SqliteWarehouse::check_delivered(record::Batch const & batch) const
{
    KETENSYNC_TRY_ASSIGN(auto select, m_database.prepare("SELECT inhoud FROM geleverd WHERE nummer = ?"));
    select.bind(1, batch.number);
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    return check_known(batch, row ? std::string(select.text(0)) : std::string());
}

Result<std::uint64_t> SqliteWarehouse::erase(
    std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records)
{
    std::uint64_t rows = 0;
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
    auto const remove = [this, &rows](std::string const & sql, auto const & ids) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto statement, m_database.prepare(sql));
        for (auto const id : ids) {
            statement.bind(1, std::int64_t { id });
            KETENSYNC_TRY(statement.run());
            rows += static_cast<std::uint64_t>(m_database.rows_changed());
        }
        return {};
    };
    for (auto const & table : tables(*m_schema)) {
        KETENSYNC_TRY(remove(fmt::format("DELETE FROM \"{}\" WHERE id = ?", table.name), golden));
        KETENSYNC_TRY(remove(fmt::format("DELETE FROM \"{}_bron\" WHERE id = ?", table.name), golden));
        KETENSYNC_TRY(remove(fmt::format("DELETE FROM \"{}_bron\" WHERE record = ?", table.name), records));
    }
    KETENSYNC_TRY(transaction.commit());
    // What was deleted stands in the log until it is cut off.
    KETENSYNC_TRY(m_database.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    return rows;
}

Result<void> SqliteWarehouse::deliver(record::Batch const & batch)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(m_database));
    KETENSYNC_TRY_ASSIGN(auto const now, standing());
    if (batch.number <= now.number) {
        return check_delivered(batch);
    }
    KETENSYNC_TRY(check_next(batch, now));
    KETENSYNC_TRY_ASSIGN(auto const epoch, claim(now, m_holder));
    auto const known = to_text(batch.known);
    for (auto const & change : batch.changes) {
        KETENSYNC_TRY(apply(change, batch.number, known));
    }
    auto const content = content_of(batch);
    m_remember.bind(1, batch.number).bind(2, std::string_view(content)).bind(3, std::string_view(known));
    KETENSYNC_TRY(m_remember.run());
    auto const lease = fmt::format("+{:.3f} seconds", std::chrono::duration<double>(m_holder.lease).count());
    m_set_number.bind(1, batch.number).bind(2, epoch).bind(3, std::string_view(m_holder.name));
    m_set_number.bind(4, std::string_view(lease));
    KETENSYNC_TRY(m_set_number.run());
    KETENSYNC_TRY(transaction.commit());
    m_holder.epoch = epoch;
    return {};
}

}

Result<std::unique_ptr<Warehouse>> open_sqlite(std::filesystem::path const & file,
    std::shared_ptr<record::Schema const> schema, std::uint64_t cache_bytes, Holder & holder, Pseudonyms pseudonyms)
{
    KETENSYNC_TRY_ASSIGN(auto database, store::Database::open(file, { .cache_bytes = cache_bytes }));
    return std::make_unique<SqliteWarehouse>(std::move(database), std::move(schema), holder, std::move(pseudonyms));
}

}
