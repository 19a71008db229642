#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using health::RunState;
using testing::HasSubstr;

/// What the source's list of documents says of one: its key, and when it changed.
std::string listed(int number, std::string const & changed = "2024-05-01")
{
    return fmt::format(R"({{"idWerkzoekende":"WZ{}","gewijzigd":"{}"}})", number, changed);
}

std::vector<std::string> list(int first, int last)
{
    std::vector<std::string> lines;
    for (int i = first; i < last; ++i) {
        lines.push_back(listed(i));
    }
    return lines;
}

constexpr auto cursor = "SELECT count(*) FROM feed WHERE name = 'nieuws' AND cursor <> ''";

}

TEST(Sweep, FindsWhatIsGoneAndNobodySaid)
{
    World world;
    world.sync("uwv/nieuws", { json_page(strangers(0, 20), true, "c1") });
    ASSERT_EQ(world.golden("persoon"), 20);
    auto const run = world.sync("uwv/lijst", { json_page(list(2, 20), true) });
    EXPECT_EQ(run.state, RunState::succeeded) << run.message;
    EXPECT_EQ(run.fetched, 18U);
    EXPECT_EQ(run.filtered, 18U) << "a list tells no records";
    EXPECT_EQ(run.vanished, 2U);
    EXPECT_EQ(world.golden("persoon"), 18);
    EXPECT_EQ(world.number(cursor), 1) << "nothing was missed";
    EXPECT_THAT(run.message, HasSubstr("2 documents of 'nieuws' are gone"));
    EXPECT_EQ(world.sync("uwv/nieuws", { json_page(strangers(0, 1), true, "c2") }).mapped, 1U) << "it may come back";
    EXPECT_EQ(world.golden("persoon"), 19);
}

TEST(Sweep, HasWhatWasMissedReadAnew)
{
    World world;
    world.sync("uwv/nieuws", { json_page(strangers(0, 19), true, "c1") });
    auto const run = world.sync("uwv/lijst", { json_page(list(0, 20), true) });
    EXPECT_THAT(run.message, HasSubstr("1 were missed"));
    EXPECT_EQ(world.number(cursor), 0);
    auto const again = world.sync("uwv/nieuws", { json_page(strangers(0, 20), true, "c2") });
    EXPECT_EQ(again.unchanged, 19U);
    EXPECT_EQ(again.added, 1U);
    EXPECT_EQ(world.sync("uwv/lijst", { json_page(list(0, 20), true) }).message, "");
    EXPECT_EQ(world.number(cursor), 1);
}

TEST(Sweep, FindsAChangeThatWasNeverDelivered)
{
    World world;
    world.sync("uwv/nieuws", { json_page(strangers(0, 10), true, "c1") });
    auto lines = list(0, 10);
    world.sync("uwv/lijst", { json_page(lines, true) });
    lines[3] = listed(3, "2024-06-01");
    lines[4] = listed(4, "2024-06-01");
    world.sync("uwv/nieuws", { json_page({ werkzoekende("WZ4", "", "Dekker", "1999ZZ") }, true, "c2") });
    auto const run = world.sync("uwv/lijst", { json_page(lines, true) });
    EXPECT_THAT(run.message, HasSubstr("1 were missed")) << "the change of the other came in time";
    EXPECT_EQ(world.number(cursor), 0);
}

TEST(Sweep, IsHeldWhenItsListLacksMoreThanMayBe)
{
    World world;
    world.sync("uwv/nieuws", { json_page(strangers(0, 20), true, "c1") });
    auto const run = world.sync("uwv/lijst", { json_page(list(10, 20), true) });
    EXPECT_EQ(run.state, RunState::held);
    EXPECT_EQ(world.golden("persoon"), 20);
    EXPECT_EQ(world.number(cursor), 1);
    RunOptions accept;
    accept.accept_mass_change = true;
    EXPECT_EQ(world.sync("uwv/lijst", { json_page(list(10, 20), true) }, accept).vanished, 10U);
    EXPECT_EQ(world.golden("persoon"), 10);
}

TEST(Sweep, ClosesOrRemovesAsTheSweptFeedSays)
{
    World world;
    world.feed("uwv/nieuws").gone = settings::Gone::close;
    world.sync("uwv/nieuws", { json_page(strangers(0, 10), true, "c1") });
    world.changes();
    world.sync("uwv/lijst", { json_page(list(1, 10), true) });
    auto const changes = world.changes();
    ASSERT_FALSE(changes.empty());
    for (auto const & change : changes) {
        EXPECT_EQ(change.what, record::Change::What::ended);
        EXPECT_TRUE(change.moved_on);
    }
}

}
