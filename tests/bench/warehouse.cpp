// How fast a first delivery goes in, beside what the database does by itself with the same rows.
// ketensync_warehouse_bench [RECORDS]

#include "daemon/settings/config.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/postgres.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/support/must.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <stdexcept>

namespace ketensync::warehouse {

namespace {

constexpr std::size_t batch_size = 5'000;

using support::must;

double seconds_of(std::function<void()> const & work)
{
    auto const begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// Golden records of one kind of the shipped schema, all its fields filled that a source fills most of the time.
class Golden {
public:
    explicit Golden(std::size_t records) : m_records(records)
    {
        auto read = settings::read_schema(KETENSYNC_SOURCE_DIR "/mappings/schema.toml");
        if (!read) {
            throw std::runtime_error(read.error().front());
        }
        m_schema = std::make_shared<record::Schema const>(std::move(*read));
        m_kind = m_schema->kind("uitkering").value();
    }
    std::shared_ptr<record::Schema const> schema() const { return m_schema; }
    std::size_t batches() const { return (m_records + batch_size - 1) / batch_size; }
    record::Batch batch(std::size_t index) const
    {
        record::Batch batch;
        batch.number = static_cast<std::int64_t>(index) + 1;
        batch.known = Instant(std::chrono::seconds(1'790'000'000 + batch.number));
        auto const & fields = m_schema->kinds[m_kind].fields;
        for (auto i = index * batch_size; i < std::min(m_records, (index + 1) * batch_size); ++i) {
            std::vector<std::string> texts(fields.size());
            for (std::size_t field = 0; field < fields.size(); ++field) {
                switch (fields[field].type) {
                case record::FieldType::reference: texts[field] = std::to_string(i % 400'000 + 1); break;
                case record::FieldType::date: texts[field] = fmt::format("20{:02}-{:02}-01", i % 26, i % 12 + 1); break;
                case record::FieldType::gemeente: texts[field] = fmt::format("{:04}", 376 + i % 30); break;
                default: texts[field] = fmt::format("waarde {}", i % 97);
                }
            }
            record::Change change;
            change.kind = m_kind;
            change.golden = static_cast<record::GoldenId>(i + 1);
            change.values = record::Values(std::span<std::string const>(texts));
            change.joined = { { change.golden, 1 } };
            batch.changes.push_back(std::move(change));
        }
        return batch;
    }
    std::size_t records() const { return m_records; }

private:
    std::size_t m_records;
    std::shared_ptr<record::Schema const> m_schema;
    record::KindId m_kind = 0;
};

double deliver_all(Warehouse & warehouse, Golden const & golden)
{
    double taken = 0;
    for (std::size_t index = 0; index < golden.batches(); ++index) {
        auto const batch = golden.batch(index);
        taken += seconds_of([&] { must(warehouse.deliver(batch)); });
    }
    return taken;
}

void tell(std::string_view what, double seconds, double floor, Golden const & golden)
{
    auto const rate = [&golden](double time) { return static_cast<double>(golden.records()) / time / 1000; };
    std::cout << fmt::format("{:<10} {:>8.1f} thousand records/s ({:.1f} s); by itself {:.1f} ({:.1f} s): {:.2f} of it\n", what,
        rate(seconds), seconds, rate(floor), floor, floor / seconds);
}

/// What both times add: to rows that go in bare, and to the delivery that these rows are a part of.
void tell_history(double taken, double floor, double overwriting)
{
    std::cout << fmt::format("{:<10} rows with both times {:.1f} s, that overwrite the past {:.1f} s: {:+.0f} %; of the delivery {:+.0f} %\n",
        "  history", floor, overwriting, (floor / overwriting - 1) * 100, (taken / (taken - floor + overwriting) - 1) * 100);
}

constexpr auto tables = std::to_array<char const *>({ "uitkering", "uitkering_bron" });
/// The columns that are there for the past.
constexpr auto of_history
    = std::to_array<std::string_view>({ "levering", "geldig_van", "geldig_tot", "bekend_van", "bekend_tot", "afloop" });

void postgres(Golden const & golden)
{
    if (!support::PostgresServer::installed()) {
        std::cout << "postgresql is not installed\n";
        return;
    }
    support::PostgresServer const server("max_wal_size = 4GB");
    server.make_database("bench");
    PostgresAccess access;
    access.server.host = server.socket_folder();
    access.server.port = server.port();
    access.server.database = "bench";
    access.server.user = "postgres";
    access.server.sslmode = "disable";
    Holder holder { "bench", std::chrono::seconds(60), 0 };
    auto const warehouse = must(open_postgres(access, golden.schema(), holder));
    must(warehouse->prepare({ { 1, "bron", "Bron" } }, {}));
    auto const taken = deliver_all(*warehouse, golden);
    // The same rows, of both tables, into tables with the same keys; read by the server itself from a file. And what they
    // would be if the past were overwritten.
    auto const file = server.socket_folder();
    std::map<std::string, std::string> columns;
    for (auto const * const table : tables) {
        columns[table] = fmt::format("{}", fmt::join(server.rows("bench",
            fmt::format("SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'analytisch.{}'::regclass AND attnum > 0 AND "
                        "attname NOT IN ('{}') ORDER BY attnum", table, fmt::join(of_history, "', '"))), ","));
        server.execute("bench", fmt::format("COPY analytisch.{0} TO '{1}/{0}.copy'; CREATE TABLE {0}_kaal (LIKE analytisch.{0} INCLUDING ALL);"
                                            "CREATE TABLE {0}_nu AS SELECT {2} FROM analytisch.{0}; COPY {0}_nu TO '{1}/{0}_nu.copy';"
                                            "ALTER TABLE {0}_nu ADD PRIMARY KEY ({3})",
            table, file, columns[table], std::string_view(table).ends_with("_bron") ? "record" : "id"));
    }
    auto const copy = [&](std::string const & into, std::string const & from) {
        double seconds = 0;
        for (auto const * const table : tables) {
            server.execute("bench", fmt::format("TRUNCATE {}{}; CHECKPOINT", table, into));
            seconds += seconds_of([&] { server.execute("bench", fmt::format("COPY {0}{1} FROM '{2}/{0}{3}.copy'", table, into, file, from)); });
        }
        return seconds;
    };
    // In turns, and the best of each: what else the machine does meets both.
    auto floor = copy("_kaal", "");
    auto overwriting = copy("_nu", "_nu");
    for (int i = 0; i < 2; ++i) {
        floor = std::min(floor, copy("_kaal", ""));
        overwriting = std::min(overwriting, copy("_nu", "_nu"));
    }
    tell("postgresql", taken, floor, golden);
    tell_history(taken, floor, overwriting);
}

/// The rows that the warehouse has, inserted one by one with nothing around it, with the columns that are wanted.
double bare_inserts(support::TemporaryFolder const & folder, Golden const & golden, std::string const & name,
    std::function<bool(std::string_view column)> const & wanted)
{
    auto bare = must(store::Database::open(folder / (name + ".sqlite")));
    must(bare.execute(fmt::format("ATTACH '{}' AS w", (folder / "w.sqlite").string())));
    std::vector<store::Statement> inserts;
    std::vector<std::vector<std::string>> columns;
    for (std::string const table : tables) {
        auto info = must(bare.prepare(fmt::format("SELECT name, type, pk FROM pragma_table_info('{}', 'w')", table)));
        std::string list;
        std::string key;
        std::string marks;
        auto & names = columns.emplace_back();
        while (must(info.step())) {
            if (!wanted(info.text(0))) {
                continue;
            }
            names.emplace_back(info.text(0));
            list += fmt::format("\"{}\" {}, ", info.text(0), info.text(1));
            marks += marks.empty() ? "?" : ", ?";
            key += info.integer(2) == 0 ? "" : (key.empty() ? "" : ", ") + names.back();
        }
        must(bare.execute(fmt::format("CREATE TABLE main.{}({}PRIMARY KEY({})) STRICT, WITHOUT ROWID", table, list, key)));
        inserts.push_back(must(bare.prepare(fmt::format("INSERT INTO main.{} VALUES({})", table, marks))));
    }
    must(bare.execute("DETACH w"));
    auto const & kind = *std::ranges::find(golden.schema()->kinds, tables[0], &record::Kind::name);
    // What each column gets is found out once: a field of its own, or one for a time.
    std::vector<int> fields;
    for (auto const & column : columns[0]) {
        auto const field = column == "geldig_van" ? kind.valid_from : column == "geldig_tot" ? kind.valid_until : kind.field(column);
        fields.push_back(field ? int { *field } : column == "id" ? -1 : column == "levering" ? -2 : column == "bekend_van" ? -3 : -4);
    }
    double taken = 0;
    for (std::size_t index = 0; index < golden.batches(); ++index) {
        auto const batch = golden.batch(index);
        auto const known = to_text(batch.known);
        taken += seconds_of([&] {
            auto transaction = must(store::Transaction::begin(bare));
            for (auto const & change : batch.changes) {
                auto & record = inserts[0];
                for (std::size_t i = 0; i < fields.size(); ++i) {
                    auto const place = static_cast<int>(i) + 1;
                    if (fields[i] >= 0 && kind.fields[static_cast<std::size_t>(fields[i])].type == record::FieldType::reference) {
                        record.bind(place, std::int64_t { change.golden } % 400'000 + 1);
                    } else if (fields[i] >= 0) {
                        record.bind(place, change.values[static_cast<record::FieldId>(fields[i])]);
                    } else if (fields[i] == -3) {
                        record.bind(place, std::string_view(known));
                    } else if (fields[i] == -4) {
                        record.bind_null(place);
                    } else {
                        record.bind(place, fields[i] == -1 ? std::int64_t { change.golden } : batch.number);
                    }
                }
                must(record.run());
                auto & member = inserts[1];
                for (std::size_t i = 0; i < columns[1].size(); ++i) {
                    auto const place = static_cast<int>(i) + 1;
                    auto const & column = columns[1][i];
                    if (column == "bekend_van") {
                        member.bind(place, std::string_view(known));
                    } else if (column == "bekend_tot") {
                        member.bind_null(place);
                    } else {
                        member.bind(place, column == "levering" ? batch.number : column == "bron" ? std::int64_t { 1 } : std::int64_t { change.golden });
                    }
                }
                must(member.run());
            }
            must(transaction.commit());
        });
    }
    return taken;
}

void sqlite(Golden const & golden)
{
    support::TemporaryFolder const folder;
    Holder holder { "bench", std::chrono::seconds(60), 0 };
    auto const warehouse = must(open_sqlite(folder / "w.sqlite", golden.schema(), 16U << 20, holder));
    must(warehouse->prepare({ { 1, "bron", "Bron" } }, {}));
    auto const taken = deliver_all(*warehouse, golden);
    auto const past_too = [](std::string_view) { return true; };
    auto const now_only = [](std::string_view column) { return std::ranges::find(of_history, column) == of_history.end(); };
    auto floor = bare_inserts(folder, golden, "past_too_1", past_too);
    auto overwriting = bare_inserts(folder, golden, "now_only_1", now_only);
    floor = std::min(floor, bare_inserts(folder, golden, "past_too_2", past_too));
    overwriting = std::min(overwriting, bare_inserts(folder, golden, "now_only_2", now_only));
    tell("sqlite", taken, floor, golden);
    tell_history(taken, floor, overwriting);
}

}

}

int main(int argc, char ** argv)
{
    using namespace ketensync::warehouse;
    try {
        Golden const golden(argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000);
        postgres(golden);
        sqlite(golden);
    } catch (std::exception const & error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
