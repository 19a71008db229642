#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace ketensync::pipeline {

namespace {

using health::RunState;
using What = record::Change::What;

std::size_t count(std::vector<record::Change> const & changes, What what)
{
    return static_cast<std::size_t>(std::ranges::count(changes, what, &record::Change::what));
}

// Valid by the elfproef.
constexpr auto bsn_one = "123456782";
constexpr auto bsn_two = "111222333";

}

TEST(Pipeline, CountsEveryDocumentOnce)
{
    World world;
    auto const run = world.sync("uwv/personen", { json_page(strangers(0, 7), false), json_page(strangers(7, 10), true) });
    EXPECT_EQ(run.state, RunState::succeeded) << run.message;
    EXPECT_EQ(run.fetched, 10U);
    EXPECT_EQ(run.mapped, 10U);
    EXPECT_EQ(run.added, 10U);
    EXPECT_EQ(world.golden("persoon"), 10);
    EXPECT_EQ(count(world.changes(), What::added), 20U) << "a person and an inschrijving each";
}

TEST(Pipeline, DoesNothingWithWhatIsKnown)
{
    World world;
    world.sync("uwv/personen", { json_page(strangers(0, 10), true) });
    world.changes();
    auto const pages = world.number("SELECT count(*) FROM page");
    world.restart();
    auto const again = world.sync("uwv/personen", { json_page(strangers(0, 10), true) });
    EXPECT_EQ(again.unchanged, 10U);
    EXPECT_TRUE(world.changes().empty());
    EXPECT_EQ(world.number("SELECT count(*) FROM page"), pages);
}

TEST(Pipeline, MovesOnlyWhatChanged)
{
    World world;
    auto items = strangers(0, 10);
    world.sync("uwv/personen", { json_page(items, true) });
    world.changes();
    world.restart();
    items[3] = werkzoekende("WZ3", "", "Anders", "1299ZZ");
    auto const run = world.sync("uwv/personen", { json_page(items, true) });
    EXPECT_EQ(run.changed, 1U);
    EXPECT_EQ(run.unchanged, 9U);
    auto const changes = world.changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].what, What::changed);
    EXPECT_EQ(world.number("SELECT count(*) FROM golden_history"), 1);
}

TEST(Pipeline, KeepsNothingOfADeliveryThatIsCutInTheMiddle)
{
    World world;
    connectors::Page cut = json_page(strangers(5, 10), true);
    cut.body = connectors::Body(std::string(cut.body.bytes().substr(0, 300)));
    auto const run = world.sync("uwv/personen", { json_page(strangers(0, 5), false), cut });
    EXPECT_EQ(run.state, RunState::failed);
    EXPECT_TRUE(world.changes().empty());
    EXPECT_EQ(world.number("SELECT count(*) FROM page"), 0);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(strangers(0, 10), true) }).added, 10U);
}

TEST(Pipeline, HoldsAnEmptyOrHalfDelivery)
{
    World world;
    world.sync("uwv/personen", { json_page(strangers(0, 100), true) });
    world.changes();
    for (auto const & items : { strangers(0, 0), strangers(0, 50) }) {
        auto const run = world.sync("uwv/personen", { json_page(items, true) });
        EXPECT_EQ(run.state, RunState::held);
        EXPECT_TRUE(world.changes().empty());
    }
    auto html = json_page({}, true);
    html.body = connectors::Body("<html><body>Even geduld</body></html>");
    EXPECT_EQ(world.sync("uwv/personen", { html }).state, RunState::failed);
    EXPECT_TRUE(world.changes().empty());
    EXPECT_EQ(world.sync("uwv/personen", { json_page(strangers(0, 100), true) }).unchanged, 100U);
}

TEST(Pipeline, TakesAMassChangeThatAPersonAccepted)
{
    World world;
    world.sync("uwv/personen", { json_page(strangers(0, 100), true) });
    world.changes();
    RunOptions accept;
    accept.accept_mass_change = true;
    auto const run = world.sync("uwv/personen", { json_page(strangers(0, 50), true) }, accept);
    EXPECT_EQ(run.state, RunState::succeeded);
    EXPECT_EQ(run.vanished, 50U);
    EXPECT_EQ(count(world.changes(), What::ended), 100U);
}

TEST(Pipeline, EndsWhatASourceHasNoMore)
{
    World world;
    world.sync("uwv/personen", { json_page(strangers(0, 20), true) });
    world.changes();
    auto const run = world.sync("uwv/personen", { json_page(strangers(1, 20), true) });
    EXPECT_EQ(run.vanished, 1U);
    EXPECT_EQ(count(world.changes(), What::ended), 2U);
    auto const back = world.sync("uwv/personen", { json_page(strangers(0, 20), true) });
    EXPECT_EQ(back.changed + back.added, 1U);
    EXPECT_EQ(world.golden("persoon"), 20);
}

TEST(Pipeline, TakesAbsenceForNothingInAFeedOfChanges)
{
    World world;
    world.sync("uwv/nieuws", { json_page(strangers(0, 20), true, "c1") });
    world.changes();
    auto const run = world.sync("uwv/nieuws", { json_page(strangers(20, 21), true, "c2") });
    EXPECT_EQ(run.vanished, 0U);
    EXPECT_EQ(count(world.changes(), What::ended), 0U);
}

TEST(Pipeline, EndsWhatASourceSaysIsNoMoreInAFeedOfChanges)
{
    World world;
    world.sync("uwv/nieuws", { json_page(strangers(0, 20), true, "c1") });
    world.changes();
    connectors::Page bare;
    bare.bare = true;
    bare.gone = { "WZ3", "nobody" };
    bare.cursor_after = "c2";
    bare.origin = "page";
    auto last = json_page(strangers(20, 21), true, "c3");
    last.gone = { "WZ4" };
    auto const run = world.sync("uwv/nieuws", { bare, last });
    EXPECT_EQ(run.vanished, 2U);
    EXPECT_EQ(run.fetched, 1U);
    EXPECT_EQ(count(world.changes(), What::ended), 4U);
    EXPECT_EQ(world.golden("persoon"), 19);
    auto const back = world.sync("uwv/nieuws", { json_page(strangers(3, 4), true, "c4") });
    EXPECT_EQ(back.changed + back.added, 1U);
    EXPECT_EQ(world.golden("persoon"), 20);
}

TEST(Pipeline, KeepsTheCursorWhereReadingFailed)
{
    World world;
    auto const run = world.sync("uwv/nieuws",
        { json_page(strangers(0, 5), false, "after-one"), fail(Failure::unavailable, "the source does not answer") });
    EXPECT_EQ(run.state, RunState::failed);
    EXPECT_EQ(run.mapped, 5U) << "what lies before the cursor is in";
    EXPECT_EQ(world.number("SELECT cursor = 'after-one' FROM feed WHERE name = 'nieuws'"), 1);
}

TEST(Pipeline, ReadsOnWhileSomebodyElseWritesAndLosesNothingOfIt)
{
    for (bool const fails : { false, true }) {
        World world;
        auto other = world.another_connection();
        std::optional<store::Transaction> writing;
        world.on_read = [&](std::size_t page) {
            if (page == 1) {
                writing.emplace(store::Transaction::begin(other).value());
            } else if (page == 4) {
                writing.reset();
            }
        };
        std::vector<Result<connectors::Page>> pages;
        for (int page = 0; page < 4; ++page) {
            pages.emplace_back(json_page(strangers(page * 5, page * 5 + 5), false, "after-" + std::to_string(page)));
        }
        if (fails) {
            pages.emplace_back(fail(Failure::unavailable, "the source does not answer"));
        } else {
            pages.emplace_back(json_page(strangers(20, 25), true, "after-4"));
        }
        auto const run = world.sync("uwv/nieuws", std::move(pages));
        EXPECT_EQ(run.fetched, fails ? 20U : 25U);
        EXPECT_EQ(run.mapped, run.fetched);
        EXPECT_EQ(world.number(std::string("SELECT cursor = 'after-") + (fails ? '3' : '4') + "' FROM feed WHERE name = 'nieuws'"), 1);
    }
}

TEST(Pipeline, SetsOneBadRecordAsideAndGoesOn)
{
    World world;
    auto items = strangers(0, 5);
    items[2] = R"({"idWerkzoekende":"WZ2","naam":7})";
    auto twice = items[3];
    twice.insert(1, R"("idWerkzoekende":"X",)");
    items[3] = twice;
    auto const run = world.sync("uwv/personen", { json_page(items, true) });
    EXPECT_EQ(run.state, RunState::rejects);
    EXPECT_EQ(run.mapped + run.rejected, 5U);
    EXPECT_GE(run.rejected, 1U);
    EXPECT_GE(world.number("SELECT count(*) FROM quarantine"), 1);
    EXPECT_EQ(world.number("SELECT count(*) FROM quarantine WHERE length(raw) = 0"), 0);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(strangers(0, 5), true) }).rejected, 0U);
    EXPECT_EQ(world.number("SELECT count(*) FROM quarantine"), 0) << "what is sound now leaves by itself";
}

TEST(Pipeline, ReplacesAPeriodThatIsDeliveredAgain)
{
    World world;
    auto const january = [](std::vector<std::string> lines, std::string cursor) {
        return period_page("0402_202401", std::move(lines), true, std::move(cursor));
    };
    auto first = world.sync("gemeente/srg", { january({ srg_line("202401", bsn_one, "A"), srg_line("202401", bsn_two, "B") }, "1") });
    EXPECT_EQ(first.mapped, 2U) << first.message;
    EXPECT_EQ(world.golden("voorziening"), 2);
    auto const second = world.sync("gemeente/srg", { january({ srg_line("202401", bsn_one, "A") }, "2") });
    EXPECT_EQ(second.vanished, 1U);
    EXPECT_EQ(world.golden("voorziening"), 1);
    EXPECT_EQ(world.sync("gemeente/srg", { period_page("0402_202402", {}, true, "3") }).state, RunState::succeeded)
        << "an empty delivery is legal";
    EXPECT_EQ(world.sync("gemeente/srg", { january({}, "4") }).state, RunState::held)
        << "but not one that empties a period";
}

TEST(Pipeline, BelievesTheLaterMonthWhateverTheOrderOfDelivery)
{
    World world;
    auto const month = [](std::string const & name, std::string const & end) {
        return period_page("0402_" + name, { srg_line(name, bsn_one, "A", end) }, true, name);
    };
    world.sync("gemeente/srg", { month("202403", "20240315") });
    world.sync("gemeente/srg", { month("202402", "00000000") });
    auto const ends = [&world] { return world.golden().find("2024-03-15") != std::string::npos; };
    EXPECT_TRUE(ends());
    // March is withdrawn: February is all that is left, and is believed again.
    world.sync("gemeente/srg", { period_page("0402_202403", { srg_line("202403", bsn_two, "Z") }, true, "again") });
    EXPECT_FALSE(ends());
    EXPECT_EQ(world.golden("voorziening"), 2);
}

TEST(Pipeline, TiesAReferenceWhenItsTargetArrivesLater)
{
    World world;
    world.sync("school/deelnames", { json_page({ association("a1", "p1") }, true) });
    auto changes = world.changes();
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].values[0], "") << "the person is not known yet";
    world.restart();
    world.sync("school/personen", { json_page({ student("p1", "Jansen") }, true) });
    changes = world.changes();
    auto const deelname = std::ranges::find(changes, What::changed, &record::Change::what);
    ASSERT_NE(deelname, changes.end());
    EXPECT_NE(deelname->values[0], "");
}

TEST(Pipeline, CarriesAMergeOfPersonsToWhatRefersToThem)
{
    World world;
    world.sync("school/personen", { json_page({ student("p1", "Jansen"), student("p2", "Pietersen", "1990-01-02") }, true) });
    world.sync("school/deelnames", { json_page({ association("a1", "p1"), association("a2", "p2", "2023-01-01") }, true) });
    world.changes();
    world.restart();
    world.sync("school/personen", { json_page({ student("p1", "Jansen"), student("p2", "Jansen") }, true) });
    EXPECT_EQ(world.golden("persoon"), 1) << "one person after all";
    std::string person;
    for (auto const & change : world.changes()) {
        if (change.what == What::changed && change.kind != 0) {
            person = change.values[0];
        }
    }
    EXPECT_NE(world.golden().find(person + ": "), std::string::npos);
    EXPECT_NE(person, "");
}

TEST(Pipeline, GivesTheSameGoldenRecordsWithAndWithoutRestarts)
{
    auto const last = [](bool restarts) {
        World world;
        for (int step = 0; step < 4; ++step) {
            auto items = strangers(0, 12);
            items[static_cast<std::size_t>(step)] = werkzoekende("WZ" + std::to_string(step), bsn_one, "Jansen");
            world.sync("uwv/personen", { json_page(items, true) });
            world.sync("gemeente/srg", { period_page("0402_20240" + std::to_string(step + 1), { srg_line("20240" + std::to_string(step + 1), bsn_one, "A") }, true, std::to_string(step)) });
            if (restarts) {
                world.restart();
            }
        }
        return world.golden();
    };
    EXPECT_EQ(last(true), last(false));
}

TEST(Pipeline, LetsTheSourceBeTidiedUpOnceAllIsKeptAndNeverBefore)
{
    World world;
    std::vector<std::string> concluded;
    world.on_conclude = [&](std::string const & cursor) -> Result<void> {
        auto const other = world.another_connection();
        auto statement = other.prepare("SELECT cursor FROM feed WHERE cursor <> ''");
        EXPECT_TRUE(statement && statement->step().value_or(false)) << "the cursor is not kept yet";
        EXPECT_EQ(statement->text(0), cursor);
        concluded.push_back(cursor);
        return {};
    };
    world.sync("uwv/personen", { json_page(strangers(0, 5), false, "een"), fail(Failure::unavailable, "weg") });
    world.sync("uwv/personen", { json_page({}, true, "leeg") });
    RunOptions trying;
    trying.concludes = false;
    world.sync("uwv/personen", { json_page(strangers(0, 10), true, "proef") }, trying);
    EXPECT_TRUE(concluded.empty()) << "after a failure, a held run and a trial";
    world.sync("uwv/personen", { json_page(strangers(0, 10), true, "twee") });
    EXPECT_EQ(concluded, std::vector<std::string> { "twee" });
    world.on_conclude = [](std::string const &) -> Result<void> { return fail(Failure::refused, "mag niet"); };
    auto const run = world.sync("uwv/personen", { json_page(strangers(0, 12), true, "drie") });
    EXPECT_EQ(run.state, RunState::failed);
    EXPECT_EQ(run.message, "mag niet");
    EXPECT_EQ(world.golden("persoon"), 12) << "what was read stands";
}

}
