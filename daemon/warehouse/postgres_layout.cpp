#include "daemon/warehouse/postgres_layout.hpp"

#include "daemon/warehouse/two_times.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

namespace ketensync::warehouse {

namespace {

// The steps of what is there besides the kinds' tables; never changed once released. Text is compared by its bytes, as
// SQLite does: dates written as text are then in order of time.
constexpr auto steps = std::to_array<std::string_view>({
    R"(CREATE TABLE levering(een integer PRIMARY KEY CHECK(een = 1), indeling integer NOT NULL, nummer bigint NOT NULL,
           tijdvak bigint NOT NULL, houder text NOT NULL, tot timestamptz NOT NULL, sleutel text NOT NULL);
       INSERT INTO levering VALUES(1, 0, 0, 0, '', '-infinity', '');
       CREATE TABLE geleverd(nummer bigint PRIMARY KEY, inhoud text NOT NULL, bekend text NOT NULL);
       CREATE TABLE bron(id bigint PRIMARY KEY, naam text NOT NULL, titel text NOT NULL);
       CREATE TABLE zicht(naam text PRIMARY KEY, volgorde integer NOT NULL, inhoud text NOT NULL);
       COMMENT ON TABLE levering IS 'Hoever het magazijn is, en wie er levert: van ketensync zelf';
       COMMENT ON TABLE geleverd IS 'De leveringen, met een vingerafdruk van hun inhoud: van ketensync zelf';
       COMMENT ON TABLE bron IS 'De bronnen';
       COMMENT ON TABLE zicht IS 'De views, met een vingerafdruk van hun definitie: van ketensync zelf';
       CREATE FUNCTION julianday(text) RETURNS double precision LANGUAGE sql STABLE AS
           'SELECT to_char($1::date, ''J'')::double precision';
       CREATE FUNCTION date(text, text, text) RETURNS text LANGUAGE sql STABLE AS
           'SELECT to_char(($1::timestamp + $2::interval) + $3::interval, ''YYYY-MM-DD'')';
       COMMENT ON FUNCTION julianday(text) IS 'Dag als getal, zoals SQLite: views zijn voor beide geschreven';
       COMMENT ON FUNCTION date(text, text, text) IS 'Dag na twee stappen, zoals SQLite: views zijn voor beide geschreven')",
    // The schema in which everybody stands who is known: empty where it was not there, or is filled still.
    "ALTER TABLE levering ADD COLUMN kandidaten text NOT NULL DEFAULT ''",
});

std::string type_of(ShapeColumn const & column) { return column.number ? "bigint" : "text COLLATE \"C\""; }

/// All tables of the database schema, with their columns.
std::map<std::string, std::vector<FoundColumn>> found_tables(PostgresSession::Work & work, std::string const & schema)
{
    auto const rows = work.ask(
        fmt::format("SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || CASE WHEN o.collname IS NULL OR "
                    "o.collname = 'default' THEN '' ELSE ' COLLATE ' || quote_ident(o.collname) END FROM pg_class c "
                    "JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid "
                    "LEFT JOIN pg_collation o ON o.oid = a.attcollation WHERE n.nspname = {} AND c.relkind IN ('r', 'p') "
                    "AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum",
            work.quoted(schema)));
    std::map<std::string, std::vector<FoundColumn>> tables;
    for (auto const & row : rows) {
        tables[row[0].as<std::string>()].push_back({ row[1].as<std::string>(), row[2].as<std::string>() });
    }
    return tables;
}

std::string content_of(View const & view)
{
    auto const print = record::fingerprint(std::string_view(view.sql));
    return fmt::format("{:016x}{:016x}", print.high, print.low);
}

/// What has to be done, gathered before anything is.
struct WantedTable {
    std::string schema;
    Shape shape;
    Lacking lacks;
};
struct Wanted {
    std::vector<WantedTable> tables;
    std::vector<View> views;
    bool views_differ = false;
    std::vector<std::string> old_views; ///< of ours that are there
    std::map<std::string, std::string> functions; ///< what they do, by name: those that are not there so
    std::size_t step = 0;
    bool columns_added = false;
};

/// With the column by which a distributed PostgreSQL parts the table; the key holds it, as no shard sees another's.
Shape in_region(Shape shape, std::string const & region)
{
    if (!region.empty()) {
        shape.columns.insert(shape.columns.begin(), { "regio", false, true, "De regio: hierop is het magazijn verdeeld" });
        shape.key.insert(shape.key.begin(), "regio");
    }
    return shape;
}

Result<void> want_tables(PostgresSession::Work & work, PostgresLayout const & layout, Wanted & wanted)
{
    auto const & server = *layout.server;
    auto const found = found_tables(work, server.schema);
    auto const found_candidates
        = server.candidates.empty() ? std::map<std::string, std::vector<FoundColumn>>() : found_tables(work, server.candidates);
    std::string differences;
    auto const want = [&](std::string const & schema, auto const & there, Shape shape) {
        auto const is = there.find(shape.name);
        auto lacks = compare(shape, is == there.end() ? std::vector<FoundColumn>() : is->second, type_of);
        if (!lacks) {
            differences += (differences.empty() ? "" : "; ") + lacks.error().what;
            return;
        }
        wanted.columns_added = wanted.columns_added || lacks->table || !lacks->columns.empty();
        wanted.tables.push_back({ schema, std::move(shape), std::move(*lacks) });
    };
    for (auto const & table : tables(*layout.kinds)) {
        auto const & kind = layout.kinds->kinds[table.kind];
        want(server.schema, found, in_region(record_shape(table, kind), server.region));
        want(server.schema, found, in_region(member_shape(table), server.region));
        if (table.person && !server.candidates.empty()) {
            want(server.candidates, found_candidates, in_region(candidate_shape(table, kind), server.region));
        }
        std::ranges::move(layout_views(table), std::back_inserter(wanted.views));
    }
    if (!differences.empty()) {
        return fail(Failure::configuration, differences_told(differences));
    }
    if (auto const is = found.find("levering"); is != found.end()) {
        auto const version = work.ask("SELECT indeling FROM levering").at(0)[0].as<std::size_t>();
        if (version > steps.size()) {
            return fail(Failure::configuration,
                fmt::format("the warehouse was made by a newer ketensync (layout {}, this one knows {}), and nothing in it was "
                            "changed: install that version",
                    version, steps.size()));
        }
        wanted.step = version;
    }
    return {};
}

void want_views(PostgresSession::Work & work, PostgresLayout const & layout, Wanted & wanted)
{
    std::ranges::copy(*layout.views, std::back_inserter(wanted.views));
    std::map<std::string, std::string> known;
    if (wanted.step > 0) {
        for (auto const & row : work.ask("SELECT naam, inhoud FROM zicht ORDER BY volgorde DESC")) {
            wanted.old_views.push_back(row[0].as<std::string>());
            known[row[0].as<std::string>()] = row[1].as<std::string>();
        }
    }
    wanted.views_differ = wanted.columns_added || known.size() != wanted.views.size()
        || !std::ranges::all_of(wanted.views, [&known](View const & view) {
               auto const is = known.find(view.name);
               return is != known.end() && is->second == content_of(view);
           });
}

// For each kind what it was like, as known then and valid on that day. What stands for no moment or no day is an error.
void want_functions(PostgresSession::Work & work, PostgresLayout const & layout, Wanted & wanted)
{
    constexpr auto known = "CASE WHEN $1 ~ '^\\d{4}(-\\d\\d){0,2}$' THEN $1 "
                           "ELSE to_char($1::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS') END";
    constexpr auto valid = "(SELECT to_char($2::date, 'YYYY-MM-DD'))";
    auto const & server = *layout.server;
    for (auto const & table : tables(*layout.kinds)) {
        auto const name = identifier(server.schema) + '.' + identifier(table.name);
        wanted.functions[table.name + "_op"] = as_of({ name, known, valid, !server.region.empty() });
    }
    for (auto const & row : work.ask(fmt::format("SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_namespace n ON n.oid = "
                                                 "p.pronamespace WHERE n.nspname = {}",
             work.quoted(server.schema)))) {
        auto const is = wanted.functions.find(row[0].as<std::string>());
        if (is != wanted.functions.end() && is->second == row[1].as<std::string>()) {
            wanted.functions.erase(is);
        }
    }
}

void make_functions(PostgresSession::Work & work, PostgresLayout const & layout, Wanted const & wanted)
{
    for (auto const & [name, body] : wanted.functions) {
        auto const full = identifier(layout.server->schema) + '.' + identifier(name);
        auto const kind = identifier(layout.server->schema) + '.' + identifier(name.substr(0, name.size() - 3));
        work.ask(fmt::format("CREATE OR REPLACE FUNCTION {}(bekend text, geldig text) RETURNS SETOF {} LANGUAGE sql STABLE AS {}",
            full, kind, work.quoted(body)));
        work.ask(fmt::format("COMMENT ON FUNCTION {}(text, text) IS "
                             "'Zoals op moment of dag \"bekend\" bekend was, en op dag \"geldig\" gold'",
            full));
    }
}

std::string full_name(WantedTable const & table) { return identifier(table.schema) + '.' + identifier(table.shape.name); }

void describe(PostgresSession::Work & work, WantedTable const & table, std::vector<ShapeColumn> const & columns)
{
    for (auto const & column : columns) {
        work.ask(fmt::format(
            "COMMENT ON COLUMN {}.{} IS {}", full_name(table), identifier(column.name), work.quoted(column.meaning)));
    }
}

void make_table(PostgresSession::Work & work, WantedTable const & table, std::string const & region)
{
    std::string columns;
    for (auto const & column : table.shape.columns) {
        auto const standing = column.name == "regio" && !region.empty() ? " DEFAULT " + work.quoted(region) : std::string();
        columns += fmt::format("{} {}{}{}, ", identifier(column.name), type_of(column), column.required ? " NOT NULL" : "", standing);
    }
    work.ask(fmt::format("CREATE TABLE {}({}PRIMARY KEY({}))", full_name(table), columns, fmt::join(table.shape.key, ", ")));
    work.ask(fmt::format("COMMENT ON TABLE {} IS {}", full_name(table), work.quoted(table.shape.meaning)));
    describe(work, table, table.shape.columns);
    if (!region.empty()) {
        work.ask(fmt::format("SELECT create_distributed_table({}, 'regio')", work.quoted(full_name(table))));
    }
}

void bring_up_to_date(PostgresSession::Work & work, WantedTable const & table, std::string const & region)
{
    if (table.lacks.table) {
        make_table(work, table, region);
        return;
    }
    for (auto const & column : table.lacks.columns) {
        work.ask(
            fmt::format("ALTER TABLE {} ADD COLUMN {} {}", full_name(table), identifier(column.name), type_of(column)));
    }
    describe(work, table, table.lacks.columns);
}

// Numbers of golden records that one statement looks at: it must end before the server is given up.
constexpr std::int64_t golden_a_statement = 50'000;

// What was closed before it was kept how it ended.
void give_outcomes(PostgresSession::Work & work, PostgresLayout const & layout, Wanted const & wanted)
{
    auto const kinds = tables(*layout.kinds);
    for (auto const & wanted_table : wanted.tables) {
        auto const table = std::ranges::find(kinds, wanted_table.shape.name, &Table::name);
        auto const & added = wanted_table.lacks.columns;
        if (table == kinds.end() || wanted_table.schema != layout.server->schema
            || std::ranges::find(added, outcome_column, &ShapeColumn::name) == added.end()) {
            continue;
        }
        auto const last = work.ask(fmt::format("SELECT coalesce(max(id), 0) FROM {}", full_name(wanted_table))).at(0)[0].as<std::int64_t>();
        for (std::int64_t from = 0; from <= last; from += golden_a_statement) {
            auto const sql = outcomes_of_before(*table, fmt::format("r.id >= {} AND r.id < {}", from, from + golden_a_statement));
            if (sql.empty()) {
                break;
            }
            work.ask(sql);
        }
    }
}

bool may_read_all(PostgresSession::Work & work, std::string const & schema, std::string const & role)
{
    return work
        .ask(fmt::format("SELECT has_schema_privilege({0}, {1}, 'USAGE') AND NOT EXISTS (SELECT FROM pg_class WHERE "
                         "relnamespace = {2}::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT has_table_privilege({0}, oid, "
                         "'SELECT'))",
            work.quoted(role), work.quoted(schema), work.quoted(identifier(schema))))
        .at(0)[0]
        .as<bool>();
}

/// Who analyses reads no names, and who reads names has a role for that.
Result<void> grant(PostgresSession::Work & work, settings::PostgresServer const & server)
{
    for (auto const & [schema, role] :
        { std::pair(server.schema, server.analysts), std::pair(server.candidates, server.candidates_role) }) {
        if (schema.empty() || role.empty() || may_read_all(work, schema, role)) {
            continue;
        }
        work.ask(fmt::format("GRANT USAGE ON SCHEMA {0} TO {1}; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO {1}",
            identifier(schema), identifier(role)));
    }
    if (!server.candidates.empty() && !server.analysts.empty()
        && work.ask(fmt::format("SELECT has_schema_privilege({}, {}, 'USAGE')", work.quoted(server.analysts),
                        work.quoted(server.candidates)))
               .at(0)[0]
               .as<bool>()) {
        return fail(Failure::configuration,
            fmt::format("role {} may read schema {}, which says who is who: revoke that", server.analysts, server.candidates));
    }
    return {};
}

// A view may use another that comes later by name: each round makes those of which everything is there.
Result<void> make_views(PostgresSession::Work & work, Wanted const & wanted)
{
    std::vector<std::string> old;
    for (auto const & name : wanted.old_views) {
        old.push_back(identifier(name));
    }
    if (!old.empty()) {
        work.ask(fmt::format("DROP VIEW IF EXISTS {}", fmt::join(old, ", ")));
        work.ask("DELETE FROM zicht");
    }
    auto left = wanted.views;
    auto order = 0;
    while (!left.empty()) {
        std::vector<View> later;
        for (auto const & view : left) {
            if (!work.try_out(view.sql)) {
                later.push_back(view);
                continue;
            }
            work.ask(fmt::format("INSERT INTO zicht VALUES({}, {}, {})", work.quoted(view.name), ++order,
                work.quoted(content_of(view))));
        }
        if (later.size() == left.size()) {
            return fail(Failure::configuration, fmt::format("view {} reads a table that is not there", later.front().name));
        }
        left = std::move(later);
    }
    return {};
}

bool sources_differ(PostgresSession::Work & work, PostgresLayout const & layout)
{
    std::map<std::int64_t, std::pair<std::string, std::string>> known;
    for (auto const & row : work.ask("SELECT id, naam, titel FROM bron")) {
        known[row[0].as<std::int64_t>()] = { row[1].as<std::string>(), row[2].as<std::string>() };
    }
    return !std::ranges::all_of(*layout.sources, [&known](SourceName const & source) {
        auto const is = known.find(source.id);
        return is != known.end() && is->second == std::pair(source.name, source.title);
    });
}

Result<void> refuse_while_another_delivers(PostgresSession::Work & work, PostgresLayout const & layout)
{
    auto const rows = work.ask(fmt::format(
        "SELECT houder FROM levering WHERE tot > now() AND houder <> {} FOR UPDATE", work.quoted(layout.holder)));
    if (!rows.empty()) {
        return fail(Failure::busy,
            fmt::format("standing by: {} delivers to the warehouse, whose layout is not changed meanwhile",
                rows[0][0].as<std::string>()));
    }
    return {};
}

}

Result<void> bring_up_to_date(PostgresSession::Work & work, PostgresLayout const & layout)
{
    Wanted wanted;
    KETENSYNC_TRY(want_tables(work, layout, wanted));
    want_views(work, layout, wanted);
    want_functions(work, layout, wanted);
    bool const new_steps = wanted.step < steps.size();
    bool const new_sources = wanted.step == 0 || sources_differ(work, layout);
    if (!new_steps && !wanted.columns_added && !wanted.views_differ && wanted.functions.empty() && !new_sources) {
        return grant(work, *layout.server);
    }
    // Two that start at once: the second waits, and finds everything made.
    work.ask(fmt::format("SELECT pg_advisory_xact_lock(hashtext('ketensync ' || {}))", work.quoted(layout.server->schema)));
    if (wanted.step > 0) {
        KETENSYNC_TRY(refuse_while_another_delivers(work, layout));
    } else {
        work.ask(fmt::format("CREATE SCHEMA IF NOT EXISTS {}", identifier(layout.server->schema)));
    }
    for (auto step = wanted.step; step < steps.size(); ++step) {
        work.ask(std::string(steps[step]));
    }
    if (new_steps) {
        work.ask(fmt::format("UPDATE levering SET indeling = {}", steps.size()));
    }
    if (!layout.server->candidates.empty()) {
        work.ask(fmt::format("CREATE SCHEMA IF NOT EXISTS {}", identifier(layout.server->candidates)));
    }
    for (auto const & table : wanted.tables) {
        bring_up_to_date(work, table, layout.server->region);
    }
    give_outcomes(work, layout, wanted);
    make_functions(work, layout, wanted);
    for (auto const & source : *layout.sources) {
        work.ask(fmt::format("INSERT INTO bron VALUES({0}, {1}, {2}) ON CONFLICT(id) DO UPDATE SET naam = {1}, titel = {2} "
                             "WHERE bron.naam <> {1} OR bron.titel <> {2}",
            source.id, work.quoted(source.name), work.quoted(source.title)));
    }
    if (wanted.views_differ) {
        KETENSYNC_TRY(make_views(work, wanted));
    }
    return grant(work, *layout.server);
}

}
