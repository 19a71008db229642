#include "daemon/store/compress.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/instance_lock.hpp"
#include "daemon/store/migrations.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace ketensync::store {

namespace {

Database opened(support::TemporaryFolder const & folder)
{
    auto database = Database::open(folder / "a.sqlite");
    EXPECT_TRUE(database) << database.error().what;
    return std::move(*database);
}

}

TEST(Database, KeepsWhatWasCommittedAndNothingElse)
{
    support::TemporaryFolder const folder;
    {
        auto database = opened(folder);
        ASSERT_TRUE(database.execute("CREATE TABLE t(a INTEGER) STRICT"));
        {
            auto transaction = Transaction::begin(database);
            ASSERT_TRUE(transaction && database.execute("INSERT INTO t VALUES(1)"));
            ASSERT_TRUE(transaction->commit());
        }
        {
            auto transaction = Transaction::begin(database);
            ASSERT_TRUE(transaction && database.execute("INSERT INTO t VALUES(2)"));
        }
    }
    auto database = opened(folder);
    EXPECT_EQ(database.number("SELECT sum(a) FROM t"), 1);
}

TEST(Database, TakesBackAWholeTrialWithTheTransactionsInside)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    ASSERT_TRUE(database.execute("CREATE TABLE t(a INTEGER) STRICT"));
    {
        auto outer = Transaction::begin(database);
        ASSERT_TRUE(outer);
        for (int i = 0; i < 3; ++i) {
            auto inner = Transaction::begin(database);
            ASSERT_TRUE(inner && database.execute("INSERT INTO t VALUES(1)") && inner->commit());
        }
        {
            auto inner = Transaction::begin(database);
            ASSERT_TRUE(inner && database.execute("INSERT INTO t VALUES(100)"));
        }
        EXPECT_EQ(database.number("SELECT sum(a) FROM t"), 3);
    }
    EXPECT_EQ(database.number("SELECT count(*) FROM t"), 0);
}

TEST(Database, SyncsEveryCommitToDisk)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    EXPECT_EQ(database.number("PRAGMA synchronous"), 2);
    EXPECT_EQ(database.number("PRAGMA secure_delete"), 1);
}

TEST(Database, LetsWritersOfOneProcessTakeTurns)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    ASSERT_TRUE(database.execute("CREATE TABLE t(a INTEGER) STRICT"));
    auto const write = [&database] {
        auto connection = database.another({});
        ASSERT_TRUE(connection);
        for (int i = 0; i < 100; ++i) {
            auto transaction = Transaction::begin(*connection);
            ASSERT_TRUE(transaction) << transaction.error().what;
            ASSERT_TRUE(connection->execute("INSERT INTO t VALUES(1)"));
            ASSERT_TRUE(transaction->commit());
        }
    };
    std::jthread one(write);
    std::jthread two(write);
    one.join();
    two.join();
    EXPECT_EQ(database.number("SELECT count(*) FROM t"), 200);
}

TEST(Database, DoesNotWaitForAWriterWhenAskedNotTo)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    auto other = database.another({});
    ASSERT_TRUE(other);
    {
        auto writing = Transaction::begin(*other);
        ASSERT_TRUE(writing);
        auto const refused = Transaction::try_begin(database, false);
        ASSERT_TRUE(refused);
        EXPECT_FALSE(*refused);
        EXPECT_TRUE(Transaction::try_begin(*other, false).value()) << "it writes already";
    }
    EXPECT_TRUE(Transaction::try_begin(database, false).value());
    EXPECT_TRUE(Transaction::try_begin(database, true).value());
}

TEST(Database, SaysThatADiskIsFullInsteadOfGoingOn)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    ASSERT_TRUE(database.execute("CREATE TABLE t(a BLOB) STRICT; PRAGMA max_page_count=20"));
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction);
    auto const written = database.execute("INSERT INTO t VALUES(zeroblob(1000000))");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().failure, Failure::cannot_write);
}

TEST(Migrations, BringAFileForwardStepByStep)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    auto const first = std::to_array<Migration>({ { "one", "CREATE TABLE t(a INTEGER) STRICT" } });
    auto const second = std::to_array<Migration>(
        { first[0], { "two", "ALTER TABLE t ADD COLUMN b INTEGER; INSERT INTO t VALUES(1, 2)" } });
    ASSERT_TRUE(migrate(database, first));
    ASSERT_TRUE(migrate(database, second));
    ASSERT_TRUE(migrate(database, second));
    EXPECT_EQ(database.number("SELECT sum(b) FROM t"), 2);
}

TEST(Migrations, RefuseANewerFileAndLeaveItUntouched)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    ASSERT_TRUE(database.execute("PRAGMA user_version=9"));
    auto const refused = migrate(database, std::to_array<Migration>({ { "one", "CREATE TABLE t(a INTEGER) STRICT" } }));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
    EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_schema"), 0);
}

TEST(Migrations, LeaveNothingOfAStepThatFails)
{
    support::TemporaryFolder const folder;
    auto database = opened(folder);
    EXPECT_FALSE(migrate(database, std::to_array<Migration>({ { "bad", "CREATE TABLE t(a INTEGER) STRICT; NONSENSE" } })));
    EXPECT_EQ(database.number("SELECT count(*) FROM sqlite_schema"), 0);
    EXPECT_EQ(database.number("PRAGMA user_version"), 0);
}

TEST(InstanceLock, IsHeldByOneAtATime)
{
    support::TemporaryFolder const folder;
    {
        auto const first = InstanceLock::take(folder / "lock");
        ASSERT_TRUE(first);
        auto const second = InstanceLock::take(folder / "lock");
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().failure, Failure::busy);
    }
    EXPECT_TRUE(InstanceLock::take(folder / "lock"));
}

TEST(Compress, GivesTheSameBytesBackAndRefusesDamage)
{
    std::string const text(100'000, 'x');
    auto packed = compress(text);
    EXPECT_LT(packed.size(), 1'000U);
    EXPECT_EQ(decompress(packed, 1 << 20), text);
    EXPECT_FALSE(decompress(packed, 1'000));
    packed.resize(packed.size() / 2);
    EXPECT_FALSE(decompress(packed, 1 << 20));
    EXPECT_FALSE(decompress("not compressed at all", 1 << 20));
}

}
