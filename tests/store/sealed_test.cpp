#include "daemon/store/database.hpp"
#include "daemon/store/sealed_files.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <set>
#include <thread>

namespace ketensync::store {

namespace {

std::shared_ptr<Seal const> seal(std::vector<char> const & letters)
{
    std::vector<Seal::Key> keys;
    for (char const letter : letters) {
        keys.push_back({ std::string("key-") + letter, std::string(64, letter) });
    }
    return Seal::create(keys).value();
}

std::string content(std::filesystem::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

class Sealed : public ::testing::Test {
protected:
    Result<Database> open(std::shared_ptr<Seal const> with) const { return Database::open(file, { .cache_bytes = 1U << 16, .seal = std::move(with) }); }
    /// A table of `rows` rows that all hold the word.
    void fill(Database & database, int rows, std::string const & word = "Geheimpje") const
    {
        auto transaction = Transaction::begin(database);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE(database.execute("CREATE TABLE IF NOT EXISTS t(a INTEGER PRIMARY KEY, word TEXT NOT NULL) STRICT;"
                                     "CREATE INDEX IF NOT EXISTS t_word ON t(word)"));
        auto insert = database.prepare("INSERT INTO t(word) VALUES(? || abs(random()))");
        for (int i = 0; i < rows; ++i) {
            insert->bind(1, std::string_view(word));
            ASSERT_TRUE(insert->run());
        }
        ASSERT_TRUE(transaction->commit());
    }
    std::string everything() const
    {
        std::string all;
        for (auto const & entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (entry.is_regular_file()) {
                all += content(entry.path());
            }
        }
        return all;
    }

    support::TemporaryFolder const folder;
    std::filesystem::path const file = folder / "s.sqlite";
};

}

TEST_F(Sealed, NothingOfItCanBeReadInTheFileNorInItsLog)
{
    auto database = open(seal({ 'a' }));
    ASSERT_TRUE(database) << database.error().what;
    fill(*database, 2'000);
    EXPECT_GT(std::filesystem::file_size(file.string() + "-wal"), 100'000U);
    auto const all = everything();
    EXPECT_EQ(all.find("Geheimpje"), std::string::npos);
    EXPECT_EQ(all.find("CREATE TABLE"), std::string::npos);
    EXPECT_EQ(all.find("SQLite format"), std::string::npos);
    EXPECT_EQ(database->number("SELECT count(*) FROM t WHERE word LIKE 'Geheimpje%'"), 2'000);
}

TEST_F(Sealed, IsReadAgainByWhoHasTheKey)
{
    {
        auto database = open(seal({ 'a' }));
        fill(*database, 5'000);
    }
    EXPECT_EQ(everything().find("Geheimpje"), std::string::npos);
    auto database = open(seal({ 'a' }));
    ASSERT_TRUE(database) << database.error().what;
    EXPECT_EQ(database->number("SELECT count(*) FROM t"), 5'000);
    EXPECT_TRUE(Database::check_copy(file, seal({ 'a' })));
}

TEST_F(Sealed, IsRefusedWithAnotherKeyAndWithNoneAndSaysWhich)
{
    {
        auto database = open(seal({ 'a' }));
        fill(*database, 1);
    }
    auto const other = open(seal({ 'b' }));
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().failure, Failure::configuration);
    EXPECT_NE(other.error().what.find(seal({ 'a' })->key_ids().front()), std::string::npos) << other.error().what;
    auto const none = open(nullptr);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().failure, Failure::configuration);
}

TEST_F(Sealed, DoesNotTakeAnOpenFileForASealedOne)
{
    {
        auto database = open(nullptr);
        fill(*database, 1);
    }
    auto const refused = open(seal({ 'a' }));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::configuration);
}

TEST_F(Sealed, StaysLockedWhileOthersOfTheProcessOpenCloseAndLookAtIt)
{
    auto const mine = seal({ 'a' });
    auto database = open(mine);
    fill(*database, 3);
    {
        auto another = open(mine);
        ASSERT_TRUE(another) << another.error().what;
        ASSERT_TRUE(another->each_page([](std::int64_t, std::string_view) {}));
    }
    EXPECT_EQ(kind_of(file, mine.get()), FileKind::sealed);
    EXPECT_EQ(sealed_with(file), mine->key_ids().front());
    // As another process sees it: the lock of one that reads (SQLite's os.h, SHARED_FIRST and SHARED_SIZE).
    struct flock asked {};
    asked.l_type = F_WRLCK;
    asked.l_whence = SEEK_SET;
    asked.l_start = 0x40000000 + 2;
    asked.l_len = 510;
    auto const descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::fcntl(descriptor, F_OFD_GETLK, &asked), 0);
    EXPECT_NE(asked.l_type, F_UNLCK) << "another process could take it for its own";
    ::close(descriptor);
}

TEST_F(Sealed, RefusesWhatIsNoKey)
{
    for (auto const * const text : { "", "abc", "zz", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }) {
        auto const made = Seal::create({ { "state-key", text } });
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().failure, Failure::configuration);
        EXPECT_NE(made.error().what.find("state-key"), std::string::npos);
    }
}

TEST_F(Sealed, WhatAKilledProcessCommittedIsThere)
{
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto database = open(seal({ 'a' }));
        fill(*database, 3'000);
        fill(*database, 3'000, "Nogeentje");
        static_cast<void>(database->execute("BEGIN; DELETE FROM t"));
        ::_exit(database.has_value() ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(everything().find("Geheimpje"), std::string::npos);
    auto database = open(seal({ 'a' }));
    ASSERT_TRUE(database) << database.error().what;
    EXPECT_EQ(database->number("SELECT count(*) FROM t"), 6'000);
    EXPECT_EQ(database->number("SELECT count(*) FROM t WHERE word LIKE 'Nog%'"), 3'000);
}

// The cache is small, so pages leave it before the transaction ends and come back to be written again: SQLite then
// writes the heads of its log anew.
TEST_F(Sealed, ATransactionLargerThanTheCacheIsWrittenAsAnyOther)
{
    {
        auto database = open(seal({ 'a' }));
        fill(*database, 20'000);
        for (int round = 0; round < 3; ++round) {
            auto transaction = Transaction::begin(*database);
            ASSERT_TRUE(database->execute("UPDATE t SET word = 'Ander' || a; UPDATE t SET word = 'Weer' || a WHERE a % 3 = 0;"
                                          "UPDATE t SET word = 'Laatst' || a"));
            auto inner = Transaction::begin(*database);
            ASSERT_TRUE(database->execute("DELETE FROM t WHERE a % 2 = 0"));
            if (round == 1) {
                ASSERT_TRUE(inner->commit());
            } else {
                inner = fail(Failure::bug, "rolled back");
            }
            ASSERT_TRUE(transaction->commit());
        }
        auto reader = database->another({ .read_only = true });
        EXPECT_EQ(reader->number("SELECT count(*) FROM t WHERE word = 'Laatst' || a"), 10'000);
        // As a killed process leaves it: the log is read back from the file.
        std::filesystem::copy(file, folder / "k.sqlite");
        std::filesystem::copy(file.string() + "-wal", folder / "k.sqlite-wal");
    }
    auto killed = Database::open(folder / "k.sqlite", { .seal = seal({ 'a' }) });
    ASSERT_TRUE(killed) << killed.error().what;
    EXPECT_EQ(killed->number("SELECT count(*) FROM t WHERE word = 'Laatst' || a"), 10'000);
    EXPECT_EQ(killed->number("SELECT count(*) FROM t"), 10'000);
    EXPECT_TRUE(Database::check_copy(folder / "k.sqlite", seal({ 'a' })));
    EXPECT_TRUE(Database::check_copy(file, seal({ 'a' })));
}

TEST_F(Sealed, AFlippedByteAnywhereIsFoundOut)
{
    {
        auto database = open(seal({ 'a' }));
        fill(*database, 3'000);
    }
    auto const sound = content(file);
    std::mt19937 random(3);
    for (int tries = 0; tries < 60; ++tries) {
        auto damaged = sound;
        auto const at = random() % damaged.size();
        damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
        std::ofstream(file, std::ios::binary) << damaged;
        auto const found = Database::check_copy(file, seal({ 'a' }));
        ASSERT_FALSE(found) << at;
        EXPECT_EQ(found.error().failure, Failure::configuration) << found.error().what;
        for (auto const * const suffix : { "-wal", "-shm" }) {
            std::filesystem::remove(file.string() + suffix);
        }
    }
}

TEST_F(Sealed, APageInThePlaceOfAnotherIsFoundOut)
{
    {
        auto database = open(seal({ 'a' }));
        fill(*database, 3'000);
    }
    auto swapped = content(file);
    ASSERT_GT(swapped.size(), 4096U * 12);
    std::swap_ranges(swapped.begin() + 4096 * 10, swapped.begin() + 4096 * 11, swapped.begin() + 4096 * 11);
    std::ofstream(file, std::ios::binary) << swapped;
    EXPECT_FALSE(Database::check_copy(file, seal({ 'a' })));
}

TEST_F(Sealed, OldKeysOpenAndTheNewOneSeals)
{
    {
        auto database = open(seal({ 'a' }));
        fill(*database, 3'000);
    }
    {
        auto database = open(seal({ 'b', 'a' }));
        ASSERT_TRUE(database) << database.error().what;
        fill(*database, 10);
        EXPECT_EQ(database->number("SELECT count(*) FROM t"), 3'010);
    }
    EXPECT_FALSE(open(seal({ 'b' })) && Database::check_copy(file, seal({ 'b' })));
    ASSERT_TRUE(Database::seal_anew(file, seal({ 'b', 'a' })));
    auto database = open(seal({ 'b' }));
    ASSERT_TRUE(database) << database.error().what;
    EXPECT_EQ(database->number("SELECT count(*) FROM t"), 3'010);
    EXPECT_TRUE(Database::check_copy(file, seal({ 'b' })));
}

TEST_F(Sealed, AnOpenFileIsSealedAndNothingOfItIsLeftBehind)
{
    {
        auto database = open(nullptr);
        fill(*database, 3'000);
        ASSERT_TRUE(database->execute("PRAGMA user_version=7"));
    }
    ASSERT_NE(everything().find("Geheimpje"), std::string::npos);
    auto const done = Database::seal_anew(file, seal({ 'a' }));
    ASSERT_TRUE(done) << done.error().what;
    EXPECT_EQ(everything().find("Geheimpje"), std::string::npos);
    auto database = open(seal({ 'a' }));
    ASSERT_TRUE(database) << database.error().what;
    EXPECT_EQ(database->number("SELECT count(*) FROM t"), 3'000);
    EXPECT_EQ(database->number("PRAGMA user_version"), 7);
}

TEST_F(Sealed, ABackupIsOneMomentAndSealedToo)
{
    auto database = open(seal({ 'a' }));
    fill(*database, 2'000);
    std::jthread writer([this, another = std::make_shared<Database>(database->another({}).value())](std::stop_token stop) {
        while (!stop.stop_requested()) {
            fill(*another, 10);
        }
    });
    auto const done = database->back_up(folder / "backup.sqlite");
    writer.request_stop();
    writer.join();
    ASSERT_TRUE(done) << done.error().what;
    EXPECT_EQ(everything().find("Geheimpje"), std::string::npos);
    auto copy = Database::open(folder / "backup.sqlite", { .seal = seal({ 'a' }) });
    ASSERT_TRUE(copy) << copy.error().what;
    auto const rows = copy->number("SELECT count(*) FROM t");
    ASSERT_TRUE(rows);
    EXPECT_GE(*rows, 2'000);
    EXPECT_EQ(*rows % 10, 0);
    EXPECT_FALSE(database->back_up(folder / "backup.sqlite")) << "it must not write over another file";
}

TEST_F(Sealed, NoNonceComesTwice)
{
    auto const with = seal({ 'a' });
    std::set<std::string> nonces;
    std::array<unsigned char, 4> const plain {};
    std::array<unsigned char, 4 + Seal::overhead> sealed {};
    for (int i = 0; i < 1'000; ++i) {
        with->close("x", plain, sealed.data());
        nonces.insert(std::string(reinterpret_cast<char const *>(sealed.data()) + 12, Seal::nonce_bytes));
    }
    EXPECT_EQ(nonces.size(), 1'000U);
}

}
