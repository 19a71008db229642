#include "daemon/pipeline/run_story.hpp"

#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/timeline.hpp"
#include "tests/pipeline/world.hpp"
#include "tests/support/must.hpp"

#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using namespace std::chrono_literals;
using support::must;

RunStory story_of(World & world, std::uint64_t run)
{
    auto state = world.another_connection();
    auto story = must(run_story(state, static_cast<std::int64_t>(run), world.plan().schema.get()));
    EXPECT_TRUE(story);
    return story.value_or(RunStory {});
}

/// Somebody, and then the same at another address.
health::Run moved(World & world)
{
    world.sync("uwv/personen", { json_page({ werkzoekende("1", "123456782", "Jansen") }, true) });
    return world.sync("uwv/personen", { json_page({ werkzoekende("1", "123456782", "Jansen", "1234AB") }, true) }, { .reason = "they phoned" });
}

}

TEST(RunStory, TellsWhatARunTookAndWhyItBegan)
{
    World world;
    auto const item = werkzoekende("1", "123456782", "Jansen");
    auto const run = world.sync("uwv/personen", { json_page({ item }, false, "2"), json_page({ werkzoekende("2", "", "Bakker") }, true) },
        { .reason = "they phoned" });
    auto const story = story_of(world, run.id);
    EXPECT_EQ(story.note, "they phoned");
    EXPECT_EQ(story.pages, 2U);
    EXPECT_GT(story.bytes, item.size());
    ASSERT_TRUE(story.read_at);
    EXPECT_GE(*story.read_at, story.run.started);
    EXPECT_EQ(story.waiting, 1U) << "nobody took the batch yet";
}

TEST(RunStory, GivesEachRunOfEachInstallationATraceOfItsOwn)
{
    World world;
    World other;
    auto const page = json_page({ werkzoekende("1", "", "Jansen") }, true);
    auto const first = world.sync("uwv/personen", { page });
    auto const second = world.sync("uwv/personen", { page });
    auto const elsewhere = other.sync("uwv/personen", { page });
    EXPECT_TRUE(first.trace);
    EXPECT_TRUE(second.trace);
    EXPECT_FALSE(first.trace == second.trace);
    EXPECT_EQ(first.id, elsewhere.id);
    EXPECT_EQ(first.started, elsewhere.started);
    EXPECT_FALSE(first.trace == elsewhere.trace);
    EXPECT_TRUE(story_of(world, first.id).run.trace == first.trace);
}

TEST(RunStory, SaysOfNoEarlierRunThatItHadATrace)
{
    World world;
    auto const page = json_page({ werkzoekende("1", "", "Jansen") }, true);
    auto const before = world.sync("uwv/personen", { page });
    auto state = world.another_connection();
    must(state.execute("DROP TABLE installation"));
    EXPECT_FALSE(story_of(world, before.id).run.trace) << "a state of an earlier version";
    must(state.execute(std::string(Runs::traces)));
    EXPECT_TRUE(world.sync("uwv/personen", { page }).trace);
    EXPECT_FALSE(story_of(world, before.id).run.trace) << "its requests carried none";
}

TEST(RunStory, TellsTheSameOfAReadingThatFailed)
{
    World world;
    auto const run = world.sync("uwv/personen", { json_page({ werkzoekende("1", "", "Jansen") }, false, "2"), fail(Failure::unavailable, "no answer") });
    auto const story = story_of(world, run.id);
    EXPECT_EQ(story.pages, 1U);
    EXPECT_TRUE(story.read_at);
    EXPECT_TRUE(story.samples.empty());
}

TEST(RunStory, ShowsWhatChangedWithWhatIsPersonalMasked)
{
    World world;
    auto const story = story_of(world, moved(world).id);
    ASSERT_FALSE(story.samples.empty());
    bool masked = false;
    for (auto const & sample : story.samples) {
        EXPECT_TRUE(sample.kept);
        for (auto const & field : sample.fields) {
            EXPECT_EQ(field.was.find("1211"), std::string::npos);
            EXPECT_EQ(field.becomes.find("1234"), std::string::npos);
            masked = masked || field.becomes == "***";
        }
    }
    EXPECT_TRUE(masked);
    EXPECT_EQ(story.samples.front().what, record::Change::What::changed);
}

TEST(RunStory, ShowsNothingOfWhatIsNotKeptAnyMore)
{
    World world;
    auto const run = moved(world);
    auto state = world.another_connection();
    ASSERT_TRUE(state.execute("DELETE FROM golden_history"));
    auto const story = story_of(world, run.id);
    ASSERT_FALSE(story.samples.empty());
    for (auto const & sample : story.samples) {
        EXPECT_FALSE(sample.kept);
        EXPECT_TRUE(sample.fields.empty());
    }
}

TEST(RunStory, RemembersTenOfEachChangeHoweverManyThereAre)
{
    World world;
    auto const run = world.sync("uwv/personen", { json_page(strangers(1, 30), true) });
    EXPECT_EQ(world.number("SELECT count(*) FROM run_sample"), 10);
    EXPECT_EQ(story_of(world, run.id).samples.size(), 10U);
}

TEST(RunStory, CountsWhyDocumentsWereSetAsideAlsoAfterSomebodyDroppedThem)
{
    World world;
    auto twice = werkzoekende("1", "123456782", "Jansen");
    twice.insert(1, R"("idWerkzoekende":"X",)");
    auto const run = world.sync("uwv/personen", { json_page({ twice }, true) });
    auto state = world.another_connection();
    ASSERT_TRUE(state.execute("DELETE FROM quarantine"));
    auto const story = story_of(world, run.id);
    ASSERT_EQ(story.rejects.size(), 1U);
    EXPECT_EQ(story.rejects[0].reason, "document-unsound");
    EXPECT_EQ(story.rejects[0].count, 1U);
}

TEST(RunStory, GoesWithItsRun)
{
    World world;
    moved(world);
    auto state = world.another_connection();
    ASSERT_TRUE(state.execute("DELETE FROM run"));
    for (auto const * const table : { "run_course", "run_reject", "run_sample" }) {
        EXPECT_EQ(world.number(std::string("SELECT count(*) FROM ") + table), 0) << table;
    }
    EXPECT_FALSE(must(run_story(state, 1, nullptr)));
}

TEST(RunStory, KnowsUntilWhenTheDataOfAFeedTells)
{
    World world;
    world.sync("gemeente/srg", { period_page("202601", { srg_line("202601", "123456782", "1") }, true, "1") });
    auto state = world.another_connection();
    auto const brought = must(news(state));
    ASSERT_EQ(brought.size(), 1U);
    EXPECT_EQ(brought.begin()->second.told_until, Instant(std::chrono::sys_days(std::chrono::year(2026) / 2 / 1)));
    EXPECT_EQ(brought.begin()->second.came, world.now());
    world.wait(24h);
    world.sync("gemeente/srg", { period_page("202601", { srg_line("202601", "123456782", "1") }, true, "2") });
    EXPECT_EQ(must(news(state)).begin()->second.came, brought.begin()->second.came) << "there was no news in it";
}

TEST(RunStory, UnderstandsAnOrderAsAMonthAMomentOrNothing)
{
    Instant const now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + 12h;
    EXPECT_EQ(told_until(202610, now), Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 1)));
    EXPECT_EQ(told_until(202611, now), now) << "the month at hand tells until now";
    EXPECT_EQ(told_until(1'790'000'000, now), Instant(std::chrono::seconds(1'790'000'000)));
    for (auto const order : { std::int64_t { 0 }, std::int64_t { -5 }, std::int64_t { 202612 }, std::int64_t { 202613 }, std::int64_t { 202600 },
             std::int64_t { 17 }, std::int64_t { 9'000'000'000 }, INT64_MAX }) {
        EXPECT_FALSE(told_until(order, now) && order != 17) << order;
    }
}

TEST(RunStory, ChoosesRunsBySourceFeedAndOutcomeAndFromANumberDown)
{
    World world;
    for (int i = 0; i < 3; ++i) {
        world.sync("uwv/personen", { json_page({ werkzoekende("1", "", "Jansen") }, true) });
        world.sync("gemeente/srg", { period_page("202601", { srg_line("202601", "123456782", "1") }, true, "1") });
    }
    world.sync("uwv/personen", { fail(Failure::unavailable, "no answer") });
    auto state = world.another_connection();
    auto const ids = [&state](RunChoice const & choice) {
        std::vector<std::uint64_t> found;
        for (auto const & run : must(choose_runs(state, choice))) {
            found.push_back(run.id);
        }
        return found;
    };
    using Ids = std::vector<std::uint64_t>;
    EXPECT_EQ(ids({}), (Ids { 7, 6, 5, 4, 3, 2, 1 }));
    EXPECT_EQ(ids({ .source = "uwv" }), (Ids { 7, 5, 3, 1 }));
    EXPECT_EQ(ids({ .source = "uwv", .feed = "nieuws" }), Ids {});
    EXPECT_EQ(ids({ .source = "gemeente", .feed = "srg", .before = 6, .limit = 1 }), Ids { 4 });
    EXPECT_EQ(ids({ .source = "nobody" }), Ids {});
}

TEST(Timeline, TellsWhatPeopleDidBesideTheRunsThatAreWorthTelling)
{
    World world;
    auto const before = world.now();
    world.sync("uwv/personen", { json_page({ werkzoekende("1", "", "Jansen") }, true) }, { .trigger = health::Trigger::schedule });
    auto state = world.another_connection();
    {
        auto transaction = must(store::Transaction::begin(state));
        ASSERT_TRUE(Audit::append(state, world.now(), "pause", "uwv until tomorrow", "anna"));
        ASSERT_TRUE(transaction.commit());
    }
    world.wait(1h);
    world.sync("uwv/personen", { json_page({ werkzoekende("1", "", "Jansen") }, true) }, { .reason = "again" });
    auto const all = must(timeline(state, before, world.now() + 1h, 10));
    ASSERT_EQ(all.events.size(), 2U);
    EXPECT_EQ(std::get<health::Run>(all.events[0].what).trigger, health::Trigger::manual);
    EXPECT_EQ(std::get<Audit::Entry>(all.events[1].what).who, "anna");
    EXPECT_EQ(all.uneventful, 1U);
    EXPECT_FALSE(all.more);
    auto const some = must(timeline(state, before, world.now() + 1h, 1));
    EXPECT_EQ(some.events.size(), 1U);
    EXPECT_TRUE(some.more);
    EXPECT_EQ(some.uneventful, 1U);
    EXPECT_TRUE(must(timeline(state, before - 24h, before, 10)).events.empty());
}

}
