#include "daemon/landing/shapes.hpp"
#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using health::RunState;
using settings::OnDrift;
using testing::HasSubstr;

/// Forty people; `change` has the text of each before it is sent.
std::vector<std::string> people(std::function<void(int, std::string &)> const & change = {}, int first = 0)
{
    std::vector<std::string> items;
    for (int i = first; i < first + 40; ++i) {
        auto item = werkzoekende("WZ" + std::to_string(i), "", "Bakker" + std::string(1, static_cast<char>('a' + i % 26)),
            fmt::format("{}{}{}", 1100 + i * 53 % 600, static_cast<char>('A' + i % 26), static_cast<char>('A' + i / 3 % 26)));
        if (change) {
            change(i, item);
        }
        items.push_back(std::move(item));
    }
    return items;
}

void swap_in(std::string & item, std::string_view from, std::string_view to)
{
    item.replace(item.find(from), from.size(), to);
}

void with_new_field(int, std::string & item) { swap_in(item, R"("adres":{)", R"("adres":{"ligging":"achter",)"); }
void with_text_for_number(int, std::string & item) { swap_in(item, R"("urenPerWeek":32)", R"("urenPerWeek":"32")"); }
void without_place(int, std::string & item) { swap_in(item, R"(,"woonplaats":"Hilversum")", ""); }

std::string stored(World & world)
{
    auto database = world.another_connection();
    auto select = database.prepare("SELECT fields FROM shape WHERE feed = (SELECT id FROM feed WHERE name = 'personen' AND "
                                   "source = (SELECT id FROM source WHERE name = 'uwv'))");
    return select->step().value() ? std::string(select->text(0)) : std::string();
}

void accept(World & world)
{
    auto database = world.another_connection();
    auto const feed = static_cast<record::FeedId>(world.number(
        "SELECT f.id FROM feed f JOIN source s ON s.id = f.source WHERE f.name = 'personen' AND s.name = 'uwv'"));
    auto transaction = store::Transaction::begin(database);
    auto shape = landing::Shapes(database).get(feed);
    shape->accept();
    ASSERT_TRUE(landing::Shapes(database).put(feed, *shape));
    ASSERT_TRUE(transaction->commit());
}

}

TEST(Drift, IsTold)
{
    World world;
    world.feed("uwv/personen").believable.emptied_percent = 100; // of that another watches
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(), true) }).message, "");
    EXPECT_EQ(world.number("SELECT unread FROM shape"), 0) << "the mapping reads all that the layout holds";
    auto const run = world.sync("uwv/personen", { json_page(people([](int i, std::string & item) {
        with_new_field(i, item);
        with_text_for_number(i, item);
        without_place(i, item);
    }),
        true) });
    EXPECT_EQ(run.state, RunState::succeeded);
    EXPECT_EQ(run.changed, 40U) << "by default it goes on";
    EXPECT_EQ(run.message,
        "fields new: adres.ligging; of another type: urenPerWeek; without values now: adres.woonplaats");
    EXPECT_EQ(world.number("SELECT noticed FROM shape"), 3);
    EXPECT_EQ(world.number("SELECT unread FROM shape"), 1) << "the new one";
    world.restart();
    accept(world);
    EXPECT_EQ(world.number("SELECT noticed FROM shape"), 0);
    auto const again = people([](int i, std::string & item) {
        with_new_field(i, item);
        with_text_for_number(i, item);
        without_place(i, item);
        swap_in(item, "Dorpsstraat", "Kerkstraat");
    });
    EXPECT_EQ(world.sync("uwv/personen", { json_page(again, true) }).message, "");
}

TEST(Drift, StopsAFeedThatIsToStop)
{
    using Change = void (*)(int, std::string &);
    auto const changes = std::to_array<std::pair<OnDrift settings::Drift::*, Change>>({ { &settings::Drift::added, with_new_field },
        { &settings::Drift::retyped, with_text_for_number }, { &settings::Drift::vanished, without_place } });
    for (auto const & [policy, change] : changes) {
        World world;
        world.feed("uwv/personen").believable.emptied_percent = 100; // of that another watches
        world.drift("uwv/personen").*policy = OnDrift::stop;
        world.sync("uwv/personen", { json_page(people(), true) });
        world.changes();
        auto const held = world.sync("uwv/personen", { json_page(people(change), true) });
        EXPECT_EQ(held.state, RunState::held);
        EXPECT_THAT(held.message, HasSubstr("--accept-shape=uwv/personen"));
        EXPECT_TRUE(world.changes().empty());
        EXPECT_EQ(world.number("SELECT noticed FROM shape"), 1) << "a person can see why";
        EXPECT_EQ(world.sync("uwv/personen", { json_page(people(), true) }).unchanged, 40U)
            << "the source took it back";
        EXPECT_EQ(world.sync("uwv/personen", { json_page(people(change), true) }).state, RunState::held);
        accept(world);
        EXPECT_EQ(world.sync("uwv/personen", { json_page(people(change), true) }).changed, 40U);
    }
}

TEST(Drift, StopsAtThePageThatShowsItAndKeepsThoseBefore)
{
    World world;
    world.feed("uwv/personen").believable.emptied_percent = 100; // of that another watches
    world.drift("uwv/nieuws").added = OnDrift::stop;
    world.sync("uwv/nieuws", { json_page(people(), true, "1") });
    auto const held = world.sync("uwv/nieuws", { json_page(people({}, 40), false, "2"), json_page(people(with_new_field, 80), true, "3") });
    EXPECT_EQ(held.state, RunState::held);
    EXPECT_EQ(held.added, 40U) << "the page before stands, with its cursor";
    EXPECT_EQ(world.number("SELECT count(*) FROM feed WHERE cursor = '2'"), 1);
    EXPECT_EQ(world.number("SELECT noticed FROM shape"), 1);
}

TEST(Drift, SetsAsideTheDocumentsThatShowIt)
{
    World world;
    world.feed("uwv/personen").believable.emptied_percent = 100; // of that another watches
    world.drift("uwv/personen").added = OnDrift::set_aside;
    world.drift("uwv/personen").vanished = OnDrift::set_aside;
    world.sync("uwv/personen", { json_page(people(), true) });
    auto const some = people([](int i, std::string & item) {
        swap_in(item, "Dorpsstraat", "Kerkstraat");
        if (i == 7) {
            with_new_field(i, item);
        }
    });
    auto const run = world.sync("uwv/personen", { json_page(some, true) });
    EXPECT_EQ(run.state, RunState::rejects);
    EXPECT_EQ(run.rejected, 1U);
    EXPECT_EQ(run.mapped, 39U) << "the neighbours go on";
    EXPECT_EQ(world.number("SELECT count(*) FROM quarantine WHERE reason = 'shape-changed'"), 1);
    auto const gone = world.sync("uwv/personen", { json_page(people(without_place), true) });
    EXPECT_EQ(gone.rejected, 40U);
}

// What is known of the shape moves in the transaction that lands what it was seen in: a run that comes to nothing leaves
// it as it was, but for what it noticed.
TEST(Drift, LeavesTheShapeOfARunThatCameToNothing)
{
    World world;
    world.feed("uwv/personen").believable.emptied_percent = 100; // of that another watches
    connectors::Page cut = json_page(people(), true);
    cut.body = connectors::Body(std::string(cut.body.bytes().substr(0, 300)));
    world.sync("uwv/personen", { json_page(people(with_new_field), false), cut });
    EXPECT_EQ(stored(world), "") << "the first run is not taken for what is usual unless it is whole";
    world.sync("uwv/personen", { json_page(people(), true) });
    auto const before = stored(world);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people({}, 100), false), cut }).state, RunState::failed);
    EXPECT_EQ(stored(world), before);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(with_new_field), false), cut }).state, RunState::failed);
    EXPECT_EQ(world.number("SELECT noticed FROM shape"), 1);
    EXPECT_EQ(world.sync("uwv/personen", { json_page(people(), true) }).message, "") << "what is not shown is not told again";
}

TEST(Drift, KeepsWhatAPageShowedWithItsCursor)
{
    World world;
    world.feed("uwv/personen").believable.emptied_percent = 100; // of that another watches
    world.sync("uwv/nieuws", { json_page(people(), true, "1") });
    std::int64_t noticed = -1;
    world.on_read = [&](std::size_t page) {
        if (page == 1) { // the process could end here: what the first page showed must not be lost with it
            auto database = world.another_connection();
            noticed = database.number("SELECT noticed FROM shape").value();
        }
    };
    world.sync("uwv/nieuws", { json_page(people(with_new_field, 40), false, "2"), json_page(people({}, 80), true, "3") });
    EXPECT_EQ(noticed, 1);
}

}
