#include "daemon/landing/quarantine.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ketensync::landing {

namespace {

constexpr std::string_view names = "CREATE TABLE source(id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
                                   "CREATE TABLE feed(id INTEGER PRIMARY KEY, source INTEGER NOT NULL, name TEXT NOT NULL);"
                                   "INSERT INTO source VALUES(1, 'uwv'), (2, 'school');"
                                   "INSERT INTO feed VALUES(1, 1, 'werkzoekenden'), (2, 1, 'nieuws'), (3, 2, 'nieuws');";

/// Sources uwv (werkzoekenden, nieuws) and school (nieuws).
class SetAside : public testing::Test {
protected:
    SetAside()
    {
        auto database = store::Database::open(":memory:", {});
        EXPECT_TRUE(database);
        m_database.emplace(std::move(*database));
        for (auto const tables : { names, Quarantine::tables, Quarantine::groups }) {
            EXPECT_TRUE(m_database->execute(tables));
        }
        auto quarantine = Quarantine::open(*m_database);
        EXPECT_TRUE(quarantine) << quarantine.error().what;
        m_quarantine.emplace(std::move(*quarantine));
    }

    void put(record::FeedId feed, std::uint64_t key, std::string const & reason, std::string const & raw = "{}")
    {
        auto const put = m_quarantine->put(feed, { key, key }, static_cast<Version>(key), { { reason, "what is wrong", "mapping.toml:1:1" } }, raw,
            Instant(std::chrono::seconds(key)));
        ASSERT_TRUE(put) << put.error().what;
    }
    std::vector<std::int64_t> ids(Quarantine::Selection const & selection)
    {
        std::vector<std::int64_t> found;
        auto const items = m_quarantine->list(selection);
        EXPECT_TRUE(items) << items.error().what;
        for (auto const & item : *items) {
            found.push_back(item.id);
        }
        return found;
    }

    std::optional<store::Database> m_database;
    std::optional<Quarantine> m_quarantine;
};

using Ids = std::vector<std::int64_t>;

}

TEST_F(SetAside, IsCountedBySourceFeedAndReasonWithTheOldest)
{
    put(1, 20, "bsn-invalid");
    put(1, 10, "bsn-invalid");
    put(1, 30, "date-invalid");
    put(3, 40, "bsn-invalid");
    auto const counts = *m_quarantine->counts();
    ASSERT_EQ(counts.size(), 3U);
    EXPECT_EQ(counts[0].source, "school");
    EXPECT_EQ(counts[1].reason, "bsn-invalid");
    EXPECT_EQ(counts[1].items, 2);
    EXPECT_EQ(counts[1].oldest, Instant(std::chrono::seconds(10)));
    EXPECT_EQ(counts[2].reason, "date-invalid");
}

TEST_F(SetAside, IsListedByGroupAPageAtATime)
{
    for (std::uint64_t key = 1; key <= 6; ++key) {
        put(key % 2 == 0 ? 1 : 2, key, key == 4 ? "date-invalid" : "bsn-invalid");
    }
    EXPECT_EQ(ids({}), (Ids { 1, 2, 3, 4, 5, 6 }));
    EXPECT_EQ(ids({ "uwv", "", std::nullopt, {} }), (Ids { 1, 2, 3, 4, 5, 6 }));
    EXPECT_EQ(ids({ "school", "", std::nullopt, {} }), Ids {});
    EXPECT_EQ(ids({ "", "date-invalid", std::nullopt, {} }), (Ids { 4 }));
    EXPECT_EQ(ids({ "uwv", "bsn-invalid", std::nullopt, "nieuws" }), (Ids { 1, 3, 5 }));
    EXPECT_EQ(ids({ "school", "bsn-invalid", std::nullopt, "nieuws" }), Ids {});
    EXPECT_EQ(ids({ "uwv", "bsn-invalid", std::nullopt, "nieuws", 2 }), (Ids { 1, 3 }));
    EXPECT_EQ(ids({ "uwv", "bsn-invalid", std::nullopt, "nieuws", 2, 3 }), (Ids { 5 }));
    EXPECT_EQ(ids({ "uwv", "", 3, {} }), (Ids { 3 }));
    EXPECT_EQ(ids({ "uwv", "bsn-invalid", 2, "nieuws" }), Ids {}) << "of another feed";
}

TEST_F(SetAside, IsDroppedNoFurtherThanWasSaid)
{
    for (std::uint64_t key = 1; key <= 5; ++key) {
        put(1, key, "bsn-invalid");
    }
    EXPECT_EQ(*m_quarantine->drop({ "uwv", "bsn-invalid", std::nullopt, "werkzoekenden", 2 }), 2);
    EXPECT_EQ(ids({}), (Ids { 3, 4, 5 })) << "the oldest";
    EXPECT_EQ(*m_quarantine->drop({ "uwv", "bsn-invalid", 4, "werkzoekenden" }), 1);
    EXPECT_EQ(ids({}), (Ids { 3, 5 }));
    EXPECT_EQ(*m_quarantine->drop({}), 2);
}

TEST_F(SetAside, IsThereAsItCame)
{
    put(1, 1, "bsn-invalid", std::string("\0{\xff", 3));
    EXPECT_EQ(*m_quarantine->raw(1), std::string("\0{\xff", 3));
    EXPECT_EQ(*m_quarantine->raw(2), std::nullopt);
}

TEST_F(SetAside, IsFoundByItsIndexHoweverManyThereAre)
{
    auto const plan_of = [this](std::string const & query) {
        auto statement = m_database->prepare("EXPLAIN QUERY PLAN " + query);
        EXPECT_TRUE(statement) << statement.error().what;
        std::string plan;
        while (*statement->step()) {
            plan += std::string(statement->text(3)) + '\n';
        }
        return plan;
    };
    auto const counting = plan_of("SELECT feed, reason, count(*), min(first_seen) FROM quarantine GROUP BY feed, reason");
    EXPECT_NE(counting.find("COVERING INDEX quarantine_group"), std::string::npos) << counting;
    auto const listing = plan_of("SELECT q.id, q.detail FROM quarantine q JOIN feed f ON f.id = q.feed WHERE q.id > 5 AND q.feed = (SELECT 1) "
                                 "AND q.reason = 'a' ORDER BY q.id LIMIT 50");
    EXPECT_NE(listing.find("INDEX quarantine_group (feed=? AND reason=? AND id>?)"), std::string::npos) << listing;
    EXPECT_EQ(listing.find("TEMP B-TREE"), std::string::npos) << listing;
}

}
