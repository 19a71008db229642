#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ketensync::pipeline {

namespace {

using health::RunState;
using testing::HasSubstr;
using What = record::Change::What;

/// So many people, of whom the first were changed.
std::vector<std::string> people(int count, int changed = 0, bool without_street = false)
{
    auto items = strangers(0, count);
    for (std::size_t i = 0; i < static_cast<std::size_t>(changed); ++i) {
        auto const put = [&item = items[i]](std::string_view was, std::string_view is) { item.replace(item.find(was), was.size(), is); };
        put(R"("urenPerWeek":32)", R"("urenPerWeek":16)");
        if (without_street) {
            put(R"("straatnaam":"Dorpsstraat")", R"("straatnaam":null)");
        }
    }
    return items;
}

/// So many of them, each so far from the one before, tell twice who they are.
std::vector<std::string> without_sense(std::vector<std::string> items, std::size_t count, std::size_t apart)
{
    for (std::size_t i = 0; i < count; ++i) {
        items[i * apart].insert(1, R"("idWerkzoekende":"X",)");
    }
    return items;
}

RunOptions accepted()
{
    RunOptions options;
    options.accept_mass_change = true;
    return options;
}

std::size_t count(std::vector<record::Change> const & changes, What what)
{
    return static_cast<std::size_t>(std::ranges::count(changes, what, &record::Change::what));
}

}

TEST(Belief, HoldsADeliveryThatChangesMoreThanMayBe)
{
    World world;
    world.feed("uwv/personen").believable.changed_percent = 20;
    world.sync("uwv/personen", { json_page(people(40), true) });
    world.changes();
    auto const held = world.sync("uwv/personen", { json_page(people(40, 9), true) });
    EXPECT_EQ(held.state, RunState::held);
    EXPECT_THAT(held.message, HasSubstr("9 of 40 documents"));
    EXPECT_TRUE(world.changes().empty());
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(40, 8), true) }).state, RunState::succeeded);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(40, 20), true) }, accepted()).state, RunState::succeeded);
}

TEST(Belief, HoldsADeliveryThatEmptiesAFieldOfMoreThanMayBe)
{
    World world;
    world.sync("uwv/personen", { json_page(people(60), true) });
    world.changes();
    auto const held = world.sync("uwv/personen", { json_page(people(60, 7, true), true) });
    EXPECT_EQ(held.state, RunState::held);
    EXPECT_THAT(held.message, HasSubstr("'straatnaam' of persoon became empty in 7 of 60 documents"));
    EXPECT_TRUE(world.changes().empty());
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(60, 6, true), true) }).state, RunState::succeeded);
    EXPECT_EQ(count(world.changes(), What::changed), 12U) << "a person and an inschrijving each";
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(60, 30, true), true) }, accepted()).state, RunState::succeeded);
}

TEST(Belief, KeepsWhatAFeedOfChangesToldBeforeItWentMad)
{
    World world;
    world.sync("uwv/nieuws", { json_page(people(60), true, "1") });
    world.changes();
    auto const items = people(60, 30, true);
    std::vector<std::string> const first(items.begin(), items.begin() + 6);
    std::vector<std::string> const second(items.begin() + 6, items.begin() + 30);
    auto const held = world.sync("uwv/nieuws", { json_page(first, false, "2"), json_page(second, true, "3") });
    EXPECT_EQ(held.state, RunState::held);
    EXPECT_EQ(held.mapped, 6U);
    EXPECT_EQ(count(world.changes(), What::changed), 12U) << "a person and an inschrijving each";
    auto const again = world.sync("uwv/nieuws", { json_page(second, true, "3") }, accepted());
    EXPECT_EQ(again.state, RunState::succeeded);
    EXPECT_EQ(again.mapped, 24U);
}

TEST(Belief, DoesNotCountWhatARunItselfBrought)
{
    World world;
    world.feed("uwv/nieuws").believable.changed_percent = 0;
    auto const twice = world.sync("uwv/nieuws", { json_page(people(20), false, "1"), json_page(people(20, 20), true, "2") });
    EXPECT_EQ(twice.state, RunState::succeeded) << twice.message;
}

TEST(Belief, HoldsADeliveryOfWhichMoreWouldBeSetAsideThanMayBe)
{
    World world;
    world.feed("uwv/personen").believable.set_aside_percent = 25;
    auto const bad = [](std::size_t count) { return without_sense(strangers(0, 40), count, 1); };
    auto const held = world.sync("uwv/personen", { json_page(bad(11), true) });
    EXPECT_EQ(held.state, RunState::held);
    EXPECT_THAT(held.message, HasSubstr("11 of 40 documents of the feed would be set aside, mostly for "));
    EXPECT_TRUE(world.changes().empty()) << "also what was sound waits";
    auto const some = world.sync("uwv/personen", { json_page(bad(10), true) });
    EXPECT_EQ(some.rejected, 10U) << some.message;
    EXPECT_EQ(world.sync("uwv/personen", { json_page(bad(10), true) }).unchanged, 40U) << "what is set aside already is no news";
    world.feed("uwv/personen").believable.set_aside_max = 6;
    EXPECT_EQ(world.sync("uwv/personen", { json_page(bad(17), true) }).state, RunState::held) << "seven more";
    EXPECT_EQ(world.sync("uwv/personen", { json_page(bad(17), true) }, accepted()).rejected, 7U);
}

TEST(Belief, JudgesWhatWouldBeSetAsideOfManyByAPart)
{
    World world;
    world.feed("uwv/personen").believable.set_aside_percent = 25;
    auto const held = world.sync("uwv/personen", { json_page(without_sense(strangers(0, 20'000), 10'000, 2), true) });
    EXPECT_EQ(held.state, RunState::held) << held.message;
    EXPECT_THAT(held.message, HasSubstr("about "));
}

TEST(Gone, IsNothingWhereAFeedKeeps)
{
    World world;
    world.feed("uwv/personen").gone = settings::Gone::keep;
    world.sync("uwv/personen", { json_page(people(40), true) });
    world.changes();
    auto const run = world.sync("uwv/personen", { json_page(people(10), true) });
    EXPECT_EQ(run.state, RunState::succeeded) << run.message;
    EXPECT_EQ(run.vanished, 0U);
    EXPECT_TRUE(world.changes().empty());
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(40), true) }).unchanged, 40U) << "nothing was forgotten";
    auto page = json_page({}, true, "2");
    page.gone = { "WZ1" };
    world.feed("uwv/nieuws").gone = settings::Gone::keep;
    world.sync("uwv/nieuws", { json_page(people(3), true, "1") });
    EXPECT_EQ(world.sync("uwv/nieuws", { page }).vanished, 0U);
}

TEST(Gone, HeldUntilNowWhereAFeedClosesAndWasNeverTrueWhereItRemoves)
{
    for (auto const how : { settings::Gone::close, settings::Gone::remove }) {
        World world;
        world.feed("uwv/personen").gone = how;
        world.sync("uwv/personen", { json_page(people(20), true) });
        world.changes();
        world.sync("uwv/personen", { json_page(people(19), true) });
        auto const changes = world.changes();
        ASSERT_EQ(count(changes, What::ended), 2U);
        for (auto const & change : changes) {
            EXPECT_EQ(change.moved_on, how == settings::Gone::close);
        }
    }
}

TEST(Gone, IsTheGoldenRecordThatItWasWhenItComesBack)
{
    for (auto const how : { settings::Gone::close, settings::Gone::remove }) {
        World world;
        world.feed("uwv/personen").gone = how;
        world.sync("uwv/personen", { json_page(people(20), true) });
        auto const were = world.changes();
        world.sync("uwv/personen", { json_page(people(18), true) });
        world.changes();
        world.sync("uwv/personen", { json_page(people(20), true) });
        auto const changes = world.changes();
        ASSERT_EQ(count(changes, What::added), 4U);
        for (auto const & change : changes) {
            auto const was = std::ranges::find(were, change.golden, &record::Change::golden);
            ASSERT_NE(was, were.end());
            EXPECT_EQ(was->kind, change.kind);
            EXPECT_EQ(was->values, change.values);
        }
    }
}

TEST(Gone, DoesNotComeBackAsWhatHasOthersNow)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", "123456782", "Bakker") }, true) });
    auto const first = world.changes();
    world.sync("gemeente/srg", { period_page("202405", { srg_line("202405", "123456782", "A1") }, true, "1") });
    auto emptied = json_page({}, true, "2");
    emptied.gone = { "WZ1" };
    world.sync("uwv/personen", { emptied }, accepted());
    world.changes();
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", "", "Visser") }, true) });
    auto const person = first.front().kind;
    for (auto const & change : world.changes()) {
        EXPECT_TRUE(change.kind != person || change.golden != first.front().golden) << "that is whom the municipality tells";
    }
}

TEST(Gone, DoesNotCloseWhatWentToAnother)
{
    World world;
    world.feed("uwv/personen").gone = settings::Gone::close;
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", "", "Bakker") }, true) });
    world.sync("gemeente/srg", { period_page("202405", { srg_line("202405", "123456782", "A1") }, true, "1") });
    world.changes();
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", "123456782", "Bakker") }, true) });
    auto const changes = world.changes();
    auto const ended = std::ranges::find(changes, What::ended, &record::Change::what);
    ASSERT_NE(ended, changes.end());
    EXPECT_FALSE(ended->moved_on);
}

}
