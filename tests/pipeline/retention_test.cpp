#include "tests/pipeline/world.hpp"

#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using std::chrono::days;

/// Somebody whose address changed once.
void moved(World & world)
{
    ASSERT_EQ(world.sync("uwv/personen", { json_page({ werkzoekende("1", "123456782", "Jansen") }, true) }).added, 1U);
    ASSERT_EQ(world.sync("uwv/personen", { json_page({ werkzoekende("1", "123456782", "Jansen", "1234AB") }, true) }).changed, 1U);
    ASSERT_EQ(world.number("SELECT count(*) FROM golden_history"), 1);
}

}

TEST(Retention, DestroysNothingBeforeItsTime)
{
    World world;
    moved(world);
    EXPECT_FALSE(world.retain(days(80)).any());
    EXPECT_EQ(world.number("SELECT count(*) FROM golden_history"), 1);
}

TEST(Retention, DestroysReplacedDocumentsAndKeepsTheNewest)
{
    World world;
    moved(world);
    auto const destroyed = world.retain(days(100));
    EXPECT_EQ(destroyed.documents, 1U);
    EXPECT_EQ(destroyed.history, 0U);
    auto const before = world.golden();
    // The newest is still known: delivered once more, it changes nothing.
    auto const run = world.sync("uwv/personen", { json_page({ werkzoekende("1", "123456782", "Jansen", "1234AB") }, true) });
    EXPECT_EQ(run.unchanged, 1U);
    EXPECT_EQ(world.golden(), before);
    EXPECT_FALSE(world.retain(days(1)).any()) << "it was destroyed already";
}

TEST(Retention, DestroysEarlierStatesWhenTheirClassIsOver)
{
    World world;
    moved(world);
    auto const golden = world.golden();
    EXPECT_EQ(world.retain(days(1824)).history, 0U);
    EXPECT_EQ(world.retain(days(2)).history, 1U);
    EXPECT_EQ(world.number("SELECT count(*) FROM golden_history"), 0);
    EXPECT_EQ(world.golden(), golden) << "what holds now is not touched";
    EXPECT_EQ(world.number("SELECT count(*) FROM audit WHERE action = 'retention'"), 2);
}

TEST(Retention, IsDoneOnceADay)
{
    World world;
    moved(world);
    EXPECT_TRUE(world.retain(days(2000)).any());
    world.sync("uwv/personen", { json_page({ werkzoekende("1", "123456782", "Pietersen") }, true) });
    EXPECT_FALSE(world.retain(days(0)).any());
}

TEST(Retention, DestroysWhatWasSetAsideAndNobodyLookedAt)
{
    World world;
    auto twice = werkzoekende("1", "123456782", "Jansen");
    twice.insert(1, R"("idWerkzoekende":"X",)");
    ASSERT_EQ(world.sync("uwv/personen", { json_page({ twice }, true) }).rejected, 1U);
    EXPECT_EQ(world.retain(days(80)).quarantine, 0U);
    EXPECT_GE(world.retain(days(11)).quarantine, 1U);
    EXPECT_EQ(world.number("SELECT count(*) FROM quarantine"), 0);
}

}
