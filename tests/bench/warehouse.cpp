// How fast a first delivery goes in, beside what the database does by itself with the same rows.
// ketensync_warehouse_bench [RECORDS]

#include "daemon/settings/config.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/postgres.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <stdexcept>

namespace ketensync::warehouse {

namespace {

constexpr std::size_t batch_size = 5'000;

template <typename T>
T must(Result<T> result)
{
    if (!result) {
        throw std::runtime_error(result.error().what);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

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
    // The same rows, of both tables, into tables with the same keys; read by the server itself from a file.
    auto const file = server.socket_folder();
    for (auto const * const table : { "uitkering", "uitkering_bron" }) {
        server.execute("bench", fmt::format("COPY analytisch.{0} TO '{1}/{0}.copy'; CREATE TABLE {0}_kaal (LIKE analytisch.{0} INCLUDING ALL)", table, file));
    }
    auto const floor = seconds_of([&] {
        for (auto const * const table : { "uitkering", "uitkering_bron" }) {
            server.execute("bench", fmt::format("COPY {0}_kaal FROM '{1}/{0}.copy'", table, file));
        }
    });
    tell("postgresql", taken, floor, golden);
}

void sqlite(Golden const & golden)
{
    support::TemporaryFolder const folder;
    Holder holder { "bench", std::chrono::seconds(60), 0 };
    auto const warehouse = must(open_sqlite(folder / "w.sqlite", golden.schema(), 16U << 20, holder));
    must(warehouse->prepare({ { 1, "bron", "Bron" } }, {}));
    auto const taken = deliver_all(*warehouse, golden);
    auto bare = must(store::Database::open(folder / "bare.sqlite"));
    must(bare.execute(fmt::format("ATTACH '{}' AS w", (folder / "w.sqlite").string())));
    std::vector<store::Statement> inserts;
    std::vector<int> widths;
    for (auto const * const table : { "uitkering", "uitkering_bron" }) {
        auto sql = must(bare.prepare(fmt::format("SELECT sql FROM w.sqlite_schema WHERE name = '{}'", table)));
        must(sql.step());
        auto const create = std::string(sql.text(0));
        must(bare.execute(create));
        widths.push_back(static_cast<int>(must(bare.number(fmt::format("SELECT count(*) FROM pragma_table_info('{}')", table)))));
        inserts.push_back(must(bare.prepare(
            fmt::format("INSERT INTO main.{} VALUES({}?)", table, [&] { std::string marks; for (int i = 1; i < widths.back(); ++i) { marks += "?,"; } return marks; }()))));
    }
    must(bare.execute("DETACH w"));
    double floor = 0;
    for (std::size_t index = 0; index < golden.batches(); ++index) {
        auto const batch = golden.batch(index);
        floor += seconds_of([&] {
            auto transaction = must(store::Transaction::begin(bare));
            for (auto const & change : batch.changes) {
                auto & record = inserts[0];
                record.bind(1, std::int64_t { change.golden }).bind(2, batch.number);
                for (int column = 3; column <= widths[0]; ++column) {
                    record.bind(column, change.values[static_cast<record::FieldId>((column - 3) % 7)]);
                }
                // References are numbers.
                record.bind(3, std::int64_t { change.golden } % 400'000 + 1);
                must(record.run());
                inserts[1].bind(1, std::int64_t { change.golden }).bind(2, batch.number).bind(3, std::int64_t { change.golden });
                inserts[1].bind(4, std::int64_t { 1 }).bind(5, std::string_view("2026-09-21T15:06:40Z")).bind_null(6);
                must(inserts[1].run());
            }
            must(transaction.commit());
        });
    }
    tell("sqlite", taken, floor, golden);
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
