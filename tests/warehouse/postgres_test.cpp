// What only a server can do wrong: be somebody else, be silent, be full, be in the way, or not be there.

#include "daemon/record/canonical.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/test_authority.hpp"
#include "tests/warehouse/subjects.hpp"
#include "tests/warehouse/things.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace ketensync::warehouse {

namespace {

using record::Change;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

std::string content_of(std::filesystem::path const & path)
{
    std::ifstream stream(path);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

class Postgres : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!support::PostgresServer::installed()) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
        }
        access = make_access(shared_server());
        access.patience = seconds(2);
    }
    Result<std::unique_ptr<Warehouse>> open(PostgresAccess const & how)
    {
        auto opened = open_postgres(how, schema(), holder);
        if (opened) {
            if (auto prepared = (*opened)->prepare({ { 1, "a-source", "A source" } }, {}); !prepared) {
                return fail(std::move(prepared).error());
            }
        }
        return opened;
    }
    std::unique_ptr<Warehouse> open()
    {
        auto opened = open(access);
        EXPECT_TRUE(opened) << opened.error().what;
        return opened ? std::move(*opened) : nullptr;
    }
    void execute(std::string const & sql) const
    {
        shared_server().execute(access.server.database, "SET search_path = analytisch; " + sql);
    }
    std::int64_t number(std::string const & sql) const
    {
        return shared_server().number(access.server.database, "SET search_path = analytisch; " + sql);
    }
    /// The next delivery fails as the server would fail it.
    Failure failure_with(std::string const & state)
    {
        auto const warehouse = open();
        execute(fmt::format("CREATE OR REPLACE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION "
                            "USING ERRCODE = ''{}'', MESSAGE = ''trouble''; END'; DROP TRIGGER IF EXISTS trouble ON thing;"
                            "CREATE TRIGGER trouble BEFORE INSERT ON thing FOR EACH STATEMENT EXECUTE FUNCTION trouble()",
            state));
        auto const delivered = warehouse->deliver(full_batch(1, 3));
        EXPECT_FALSE(delivered);
        EXPECT_EQ(number("SELECT (SELECT count(*) FROM thing) + (SELECT count(*) FROM geleverd)"), 0);
        execute("DROP TRIGGER trouble ON thing");
        return delivered ? Failure::bug : delivered.error().failure;
    }

    PostgresAccess access;
    Holder holder { "machine:/state", seconds(60), 0 };
};

TEST_F(Postgres, IsOnlySpokenToWhenItsCertificateIsThatOfItsName)
{
    support::TestAuthority const authority;
    support::TestAuthority const another;
    support::PostgresServer server(
        "fsync = off\nlisten_addresses = '127.0.0.1,127.0.0.2'", authority.certificate(), authority.key());
    auto safe = make_access(server);
    safe.server.host = "127.0.0.1";
    safe.server.sslmode = "verify-full";
    safe.server.ca_file = authority.ca_file().string();
    safe.password = "geheim";
    auto const opened = open(safe);
    ASSERT_TRUE(opened) << opened.error().what;
    ASSERT_TRUE((*opened)->deliver(full_batch(1, 3)));
    EXPECT_EQ(server.number(safe.server.database, "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE "
                                                  "application_name = 'ketensync' AND ssl"),
        1);

    auto other_name = safe;
    other_name.server.host = "127.0.0.2";
    auto const misnamed = open(other_name);
    ASSERT_FALSE(misnamed) << "a certificate of another name";
    EXPECT_THAT(misnamed.error().what, ::testing::HasSubstr("does not match"));
    auto other_authority = safe;
    other_authority.server.ca_file = another.ca_file().string();
    EXPECT_FALSE(open(other_authority)) << "a certificate of an unknown authority";
    auto wrong_word = safe;
    wrong_word.password = "verkeerd-woord";
    auto const refused = open(wrong_word);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what.find("verkeerd"), std::string::npos);
}

TEST_F(Postgres, IsGivenUpWhenItIsSilentAndToldApartFromWhatWasNotDone)
{
    auto warehouse = open();
    ASSERT_TRUE(warehouse->deliver(full_batch(1, 10)));
    auto const backend = static_cast<int>(
        number("SELECT pid FROM pg_stat_activity WHERE application_name = 'ketensync' AND datname = current_database()"));
    shared_server().signal_backend(backend, SIGSTOP);
    auto const begun = steady_clock::now();
    auto const silent = warehouse->deliver(full_batch(2, 10));
    auto const waited = steady_clock::now() - begun;
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().failure, Failure::unavailable);
    EXPECT_LT(waited, seconds(6));
    EXPECT_GE(waited, seconds(1));
    warehouse.reset();
    shared_server().signal_backend(backend, SIGCONT);
    warehouse = open();
    auto const delivered = warehouse->deliver(full_batch(2, 10));
    ASSERT_TRUE(delivered) << delivered.error().what;
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 20);
}

TEST_F(Postgres, IsNoticedToBeGoneBehindANetworkThatHangs)
{
    support::CuttingProxy proxy(shared_server().port());
    auto far = access;
    far.server.host = "127.0.0.1";
    far.server.port = proxy.port();
    far.password = "geheim";
    auto opened = open(far);
    ASSERT_TRUE(opened) << opened.error().what;
    proxy.hang();
    auto const begun = steady_clock::now();
    auto const hung = (*opened)->deliver(full_batch(1, 20'000));
    ASSERT_FALSE(hung);
    EXPECT_EQ(hung.error().failure, Failure::unavailable);
    EXPECT_LT(steady_clock::now() - begun, seconds(6));
}

TEST_F(Postgres, IsTriedAgainAfterTroubleThatPasses)
{
    EXPECT_EQ(failure_with("53100"), Failure::unavailable) << "disk full";
    EXPECT_EQ(failure_with("25006"), Failure::unavailable) << "read-only after a failover";
    EXPECT_EQ(failure_with("40P01"), Failure::busy) << "deadlock";
    EXPECT_EQ(failure_with("57P01"), Failure::unavailable) << "shutting down";
    EXPECT_EQ(failure_with("53300"), Failure::unavailable) << "too many connections";
    EXPECT_EQ(failure_with("42501"), Failure::refused) << "rights";
    ASSERT_TRUE(open()->deliver(full_batch(1, 3)));
    EXPECT_EQ(number("SELECT count(*) FROM thing"), 3);
}

TEST_F(Postgres, IsNoWarehouseWhileItIsReadOnly)
{
    shared_server().execute("postgres",
        fmt::format("ALTER DATABASE {} SET default_transaction_read_only = on", access.server.database));
    auto const refused = open(access);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::unavailable);
    shared_server().execute("postgres",
        fmt::format("ALTER DATABASE {} RESET default_transaction_read_only", access.server.database));
    EXPECT_TRUE(open(access));
}

TEST_F(Postgres, IsWaitedForNoLongerThanALockLasts)
{
    auto const warehouse = open();
    std::jthread const blocking([this] { execute("BEGIN; LOCK TABLE levering; SELECT pg_sleep(3); COMMIT"); });
    while (number("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 'levering'::regclass") == 0) {
        std::this_thread::sleep_for(milliseconds(5));
    }
    auto const busy = warehouse->deliver(full_batch(1, 3));
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().failure, Failure::busy) << busy.error().what;
    EXPECT_EQ(warehouse->delivered().has_value(), false);
}

TEST_F(Postgres, PartsItsTablesByRegionWhereThatIsAsked)
{
    access.server.region = "gooi";
    // What Citus has: here it only notes what it was asked.
    shared_server().execute(access.server.database,
        fmt::format("CREATE SCHEMA analytisch AUTHORIZATION {}; CREATE TABLE analytisch.verdeeld(tabel text, kolom text);"
                    "GRANT INSERT ON analytisch.verdeeld TO PUBLIC;"
                    "CREATE FUNCTION analytisch.create_distributed_table(regclass, text) RETURNS void LANGUAGE sql AS "
                    "'INSERT INTO analytisch.verdeeld VALUES($1::text, $2)'",
            access.server.user));
    auto const warehouse = open();
    ASSERT_TRUE(warehouse);
    ASSERT_TRUE(warehouse->deliver(batch(1, { change(Change::What::added, 1, { "", "one", "", "" }, { { 1, 1 } }) })));
    ASSERT_TRUE(warehouse->deliver(
        batch(2, { change(Change::What::changed, 1, { "", "two", "", "" }, { { 2, 1 } }, { { 1, 1 } }) })));
    EXPECT_EQ(number("SELECT count(*) FROM verdeeld WHERE kolom = 'regio'"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM thing WHERE regio = 'gooi'"), 2);
    EXPECT_EQ(number("SELECT count(*) FROM thing_nu WHERE word = 'two'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM thing_bron WHERE bekend_tot IS NULL"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conrelid = 'thing'::regclass AND "
                     "conkey[1] = (SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = 'regio')"),
        1)
        << "the key begins with what parts the table";
    EXPECT_EQ(number("SELECT count(*) FROM pg_constraint WHERE contype = 'f'"), 0) << "no key leads out of a shard";
}

TEST_F(Postgres, AsksOnlyWhatWasKnownAtAMomentOfADay)
{
    auto const warehouse = open();
    ASSERT_TRUE(warehouse->deliver(full_batch(1, 3)));
    auto const asked = [this](std::string const & known, std::string const & valid) {
        return number(fmt::format("SELECT count(*) FROM thing_op('{}', '{}')", known, valid));
    };
    EXPECT_EQ(asked("2026-01-01T12:00:00Z", "2026-01-01"), 3);
    EXPECT_EQ(number("SELECT count(*) FROM thing_op(now()::text, current_date::text)"), 3);
    EXPECT_EQ(number("SET TIME ZONE 'Europe/Amsterdam'; SELECT count(*) FROM thing_op('2023-11-14 23:13:21+01', 'today')"), 3);
    EXPECT_EQ(number("SET TIME ZONE 'Europe/Amsterdam'; SELECT count(*) FROM thing_op('2023-11-14 23:13:20+01', 'today')"), 0);
    EXPECT_EQ(shared_server().number(access.server.database, "SELECT count(*) FROM analytisch.thing_op('2026', '2026-01-01')"), 3)
        << "wherever it is asked from";
    EXPECT_ANY_THROW(asked("gisteren", "2026-01-01")) << "an error, and not the answer to another question";
    EXPECT_ANY_THROW(asked("2026-01-01", "2026-02-30"));
    EXPECT_EQ(number("SELECT count(*) FROM pg_description d JOIN pg_proc p ON p.oid = d.objoid WHERE p.proname = 'thing_op'"), 1);
}

TEST_F(Postgres, TellsWhatItsTablesAndColumnsMean)
{
    open();
    EXPECT_EQ(number("SELECT count(*) FROM pg_description d JOIN pg_class c ON c.oid = d.objoid WHERE c.relname = 'thing_bron' "
                     "AND d.description <> ''"),
        7);
}

TEST_F(Postgres, AnswersTheQuestionsOfItsPage)
{
    auto const shipped = settings::read_schema(KETENSYNC_SOURCE_DIR "/mappings/schema.toml");
    ASSERT_TRUE(shipped);
    std::vector<View> views;
    for (auto const & entry : std::filesystem::directory_iterator(KETENSYNC_SOURCE_DIR "/mappings/monitor")) {
        if (entry.path().extension() == ".sql") {
            views.push_back({ entry.path().stem().string(), content_of(entry.path()) });
        }
    }
    std::ranges::sort(views, {}, &View::name);
    auto const opened = open_postgres(access, std::make_shared<record::Schema const>(*shipped), holder);
    ASSERT_TRUE(opened);
    auto const prepared = (*opened)->prepare({ { 1, "a-source", "A source" } }, views);
    ASSERT_TRUE(prepared) << prepared.error().what;
    auto const page = content_of(KETENSYNC_SOURCE_DIR "/docs/warehouse.md");
    int questions = 0;
    for (auto at = page.find("```sql"); at != std::string::npos; at = page.find("```sql", at)) {
        at += 6;
        EXPECT_NO_THROW(execute(page.substr(at, page.find("```", at) - at)));
        ++questions;
    }
    EXPECT_EQ(questions, 10);
}

TEST_F(Postgres, CountsTrajectenAsTheEmbeddedWarehouseDoes)
{
    open();
    execute("CREATE TABLE voorziening_nu (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, persoon bigint, gemeente text, "
            "begindatum text, einddatum text);"
            "INSERT INTO voorziening_nu (persoon, gemeente, begindatum, einddatum) VALUES (1, '0402', '2025-01-01', "
            "'2025-06-30'), (1, '0402', '2025-07-01', NULL), (2, '0402', '2024', '2024-02'), (2, '0402', '2024-03-01', '2025'), "
            "(3, '0402', '2025-01-01', '2025-03-31'), (3, '0406', '2025-04-02', '2025-05-01');"
            + content_of(KETENSYNC_SOURCE_DIR "/mappings/monitor/traject_uit_voorzieningen.sql"));
    EXPECT_THAT(shared_server().rows(access.server.database,
                    "SELECT persoon, begindatum, einddatum, voorzieningen, gemeente FROM analytisch.traject_uit_voorzieningen "
                    "ORDER BY persoon, nummer"),
        ::testing::ElementsAre("1|2025-01-01||2|0402", "2|2024-01-01|2025-12-31|2|0402", "3|2025-01-01|2025-03-31|1|0402",
            "3|2025-04-02|2025-05-01|1|0406"));
}

TEST_F(Postgres, LeavesAWarehouseOfANewerProgramAlone)
{
    open();
    execute("UPDATE levering SET indeling = 1000");
    auto const refused = open(access);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
    EXPECT_THAT(refused.error().what, ::testing::HasSubstr("newer"));
}

TEST(Quarantine, SetsAsideWhatNoWarehouseCanHoldBeforeItIsARecord)
{
    using record::FieldType;
    std::string scratch;
    EXPECT_FALSE(record::canonical(FieldType::integer, "99999999999999999999999999999999999999", scratch)) << "38 digits";
    EXPECT_FALSE(record::canonical(FieldType::date, "10000-01-01", scratch));
    EXPECT_FALSE(record::canonical(FieldType::date, "2026-02-30", scratch));
    std::string_view const with_zero("jan\0sen@x.nl", 12);
    for (auto const type : { FieldType::identifier, FieldType::code, FieldType::reference, FieldType::email }) {
        EXPECT_FALSE(record::canonical(type, with_zero, scratch)) << to_text(type);
    }
    for (auto const type : { FieldType::text, FieldType::name }) {
        auto const read = record::canonical(type, with_zero, scratch);
        EXPECT_TRUE(!read || read->find('\0') == std::string_view::npos) << to_text(type);
    }
}

}

}
