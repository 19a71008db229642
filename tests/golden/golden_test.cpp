#include "daemon/golden/golden.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <array>

namespace ketensync::golden {

namespace {

struct Kept {
    support::TemporaryFolder folder;
    store::Database database = std::move(*store::Database::open(folder / "a.sqlite"));
    Golden golden = made();

    Golden made()
    {
        EXPECT_TRUE(database.execute(Golden::tables()));
        return std::move(*Golden::open(database));
    }
    std::int64_t number(std::string_view sql) { return *database.number(sql); }
};

record::Values values(std::string const & text)
{
    std::array<std::string_view, 2> const texts { text, "same" };
    return record::Values(texts);
}

Instant at(int seconds) { return Instant(std::chrono::seconds(seconds)); }

Ledger::Entry entry(std::uint32_t told, GoldenId golden)
{
    return { .teller = 5, .order = 202401, .identity_rest = {}, .golden = golden, .told = told, .source = 3, .kind = 1 };
}

}

TEST(Golden, GivesARecordBackAsItWasAdded)
{
    Kept kept;
    ASSERT_TRUE(kept.golden.add(1, entry(1, 7), "a-key", values("first").bytes()));
    ASSERT_TRUE(kept.golden.add(2, entry(0, 0), "referred", {}));
    ASSERT_TRUE(kept.golden.change(1, entry(2, 8), values("second").bytes()));
    ASSERT_TRUE(kept.golden.flush());
    EXPECT_EQ(*kept.golden.values(1), values("second"));
    EXPECT_EQ(*kept.golden.values(2), record::Values());
    int seen = 0;
    ASSERT_TRUE(kept.golden.each([&seen](Golden::Stored const & stored) -> Result<void> {
        if (++seen == 1) {
            EXPECT_EQ(stored.key, "a-key");
            EXPECT_EQ(stored.golden, 8U);
            EXPECT_EQ(stored.told, 2U);
            EXPECT_EQ(stored.order, 202401);
            EXPECT_EQ(stored.teller, 5U);
            EXPECT_EQ(stored.source, 3U);
            EXPECT_EQ(stored.body, values("second").bytes());
        }
        return {};
    }));
    EXPECT_EQ(seen, 2);
}

TEST(Golden, CountsRecordsThatAreToldAndGoldenRecords)
{
    Kept kept;
    std::vector<RecordId> const members { 1, 2 };
    ASSERT_TRUE(kept.golden.add(1, entry(1, 7), "a", {}) && kept.golden.add(2, entry(0, 0), "b", {}));
    ASSERT_TRUE(kept.golden.set_marks(2, entry(1, 7)));
    ASSERT_TRUE(kept.golden.put(7, 1, members, values("x").bytes(), at(10)) && kept.golden.flush());
    EXPECT_EQ(kept.number("SELECT records FROM kind_count WHERE kind = 1"), 2);
    EXPECT_EQ(kept.number("SELECT golden FROM kind_count WHERE kind = 1"), 1);
    ASSERT_TRUE(kept.golden.change(2, entry(0, 0), {}) && kept.golden.end(7, at(20)) && kept.golden.flush());
    EXPECT_EQ(kept.number("SELECT records FROM kind_count WHERE kind = 1"), 1);
    EXPECT_EQ(kept.number("SELECT golden FROM kind_count WHERE kind = 1"), 0);
}

TEST(Golden, KeepsWhatWasTrueWhenValuesChangeAndNotWhenOnlyMembersDo)
{
    Kept kept;
    std::vector<RecordId> const one { 4 };
    std::vector<RecordId> const two { 4, 9 };
    ASSERT_TRUE(kept.golden.put(7, 1, one, values("x").bytes(), at(10)));
    auto was = *kept.golden.delivered(7);
    EXPECT_EQ(was.members, one);
    ASSERT_TRUE(kept.golden.replace(7, was, two, values("x").bytes(), at(20)));
    EXPECT_EQ(kept.number("SELECT count(*) FROM golden_history"), 0);
    was = *kept.golden.delivered(7);
    EXPECT_EQ(was.members, two);
    ASSERT_TRUE(kept.golden.replace(7, was, two, values("y").bytes(), at(30)));
    EXPECT_EQ(kept.number("SELECT since FROM golden_history"), at(10).time_since_epoch().count());
    EXPECT_EQ(kept.number("SELECT until FROM golden_history"), at(30).time_since_epoch().count());
    EXPECT_EQ(kept.golden.delivered(7)->values, values("y"));
}

TEST(Golden, NeverForgetsTheHighestIdEver)
{
    Kept kept;
    std::vector<RecordId> const one { 4 };
    ASSERT_TRUE(kept.golden.put(7, 1, one, {}, at(10)) && kept.golden.put(41, 1, one, {}, at(10)));
    ASSERT_TRUE(kept.golden.flush());
    EXPECT_EQ(*kept.golden.last_golden(), 41U);
    ASSERT_TRUE(kept.golden.end(41, at(20)) && kept.golden.flush());
    EXPECT_EQ(*kept.golden.last_golden(), 41U) << "an id that ended is never given out again";
}

TEST(Golden, KeepsNothingThatWasForgotten)
{
    Kept kept;
    ASSERT_TRUE(kept.golden.add(1, entry(1, 7), "a", {}));
    kept.golden.forget();
    ASSERT_TRUE(kept.golden.flush());
    EXPECT_EQ(kept.number("SELECT count(*) FROM record_page"), 0);
    EXPECT_EQ(kept.number("SELECT count(*) FROM kind_count"), 0);
}

}
