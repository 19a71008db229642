#include "tests/pipeline/world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <random>

namespace ketensync::pipeline {

namespace {

struct Item {
    std::string feed;
    std::string document;
};

/// People of few surnames and birth days, told by two sources: many a pair that is only just one, or only just not.
std::vector<Item> crowd()
{
    std::mt19937 random(3);
    constexpr auto surnames = std::to_array<std::string_view>(
        { "Jansen", "Janssen", "Visser", "Vissers", "Bakker", "Bekker", "Smit", "Smits", "Mulder", "Muller" });
    std::vector<Item> items;
    for (int i = 0; i < 240; ++i) {
        auto const born = fmt::format("19{}-0{}-{:02}", 70 + random() % 6, 1 + random() % 4, 10 + random() % 6);
        std::string const surname(surnames[random() % surnames.size()]);
        if (i % 2 == 0) {
            items.push_back({ "school/personen", student("S" + std::to_string(i), surname, born) });
        } else {
            auto document = werkzoekende("W" + std::to_string(i), "", surname, fmt::format("12{}AA", 11 + random() % 5));
            constexpr std::string_view usual = "1980-05-06";
            document.replace(document.find(usual), usual.size(), born);
            items.push_back({ "uwv/personen", std::move(document) });
        }
    }
    return items;
}

/// The feeds are complete each time, so what came stays in them.
void tell(World & world, std::vector<Item> const & items, std::size_t step)
{
    for (std::size_t end = step; end < items.size() + step; end += step) {
        for (std::string const feed : { "school/personen", "uwv/personen" }) {
            std::vector<std::string> documents;
            for (std::size_t i = 0; i < std::min(end, items.size()); ++i) {
                if (items[i].feed == feed) {
                    documents.push_back(items[i].document);
                }
            }
            if (!documents.empty()) {
                world.sync(feed, { json_page(documents, true) });
            }
        }
    }
}

} // namespace

TEST(Reconciling, ComesToTheSameWhateverTheOrderInWhichRecordsCame)
{
    auto items = crowd();
    World one;
    tell(one, items, 40);
    auto const before = one.together("persoon");
    ASSERT_TRUE(one.reconcile());
    auto const expected = one.together("persoon");
    EXPECT_NE(before, expected) << "nothing was left to decide: this test sees nothing";
    std::ranges::reverse(items);
    World other;
    tell(other, items, 60);
    ASSERT_TRUE(other.reconcile());
    EXPECT_EQ(other.together("persoon"), expected);
    one.changes();
    ASSERT_TRUE(one.reconcile());
    EXPECT_TRUE(one.changes().empty()) << "there is nothing to do twice";
}

TEST(Reconciling, IsHeldWhenItWouldMoveMoreThanIsBelievable)
{
    World world;
    tell(world, crowd(), 40);
    auto const before = world.golden();
    EXPECT_FALSE(world.reconcile_at_rest(0.0));
    EXPECT_EQ(world.golden(), before);
    EXPECT_TRUE(world.reconcile_at_rest(0.5));
    EXPECT_NE(world.golden(), before);
}

TEST(Reconciling, GoesByAModelOnlyOnceAPersonTookItUp)
{
    support::TemporaryFolder const folder;
    World world;
    tell(world, crowd(), 120);
    auto const learned = world.learn(folder / "persoon.model");
    EXPECT_EQ(learned.records, 240U);
    EXPECT_GT(learned.matches, 0.0);
    std::ifstream shipped(KETENSYNC_SOURCE_DIR "/mappings/reconcile.toml");
    std::string rules { std::istreambuf_iterator<char>(shipped), std::istreambuf_iterator<char>() };
    auto const at = rules.find("[persoon.columns]");
    rules.insert(at, "model = \"persoon.model\"\n");
    auto const before = world.golden();
    world.take_rules(folder.write("reconcile.toml", rules));
    EXPECT_FALSE(world.reconcile_at_rest(1.0));
    EXPECT_EQ(world.golden(), before) << "nobody was regrouped";
    ASSERT_TRUE(world.reconcile());
    EXPECT_NE(world.golden(), before) << "the model is another than the usual one";
    EXPECT_TRUE(world.reconcile_at_rest(0.0)) << "it is taken up";
    world.take_rules(KETENSYNC_SOURCE_DIR "/mappings/reconcile.toml");
    EXPECT_FALSE(world.reconcile_at_rest(1.0)) << "and left again only by hand";
}

TEST(Reconciling, LearnsNothingFromAHandful)
{
    support::TemporaryFolder const folder;
    World world;
    world.sync("school/personen", { json_page({ student("S1", "Jansen"), student("S2", "Visser") }, true) });
    EXPECT_THROW(world.learn(folder / "persoon.model"), std::runtime_error);
    EXPECT_FALSE(std::filesystem::exists(folder / "persoon.model"));
}

TEST(Reconciling, RefusesAModelOfOtherColumns)
{
    support::TemporaryFolder const folder;
    World world;
    tell(world, crowd(), 120);
    world.learn(folder / "persoon.model");
    std::ifstream shipped(KETENSYNC_SOURCE_DIR "/mappings/reconcile.toml");
    std::string rules { std::istreambuf_iterator<char>(shipped), std::istreambuf_iterator<char>() };
    rules.insert(rules.find("[persoon.columns]"), "model = \"persoon.model\"\n");
    constexpr std::string_view column = "telefoon = \"telephone\"\n";
    rules.erase(rules.find(column), column.size());
    EXPECT_THROW(world.take_rules(folder.write("reconcile.toml", rules)), std::runtime_error);
}

TEST(Explaining, ShowsWhatHoldsAGoldenRecordTogetherAndWhatKeepsTwoApart)
{
    World world;
    world.sync("uwv/personen",
        { json_page({ werkzoekende("A", "123456782", "Jansen"), werkzoekende("B", "111222333", "Visser", "1299ZZ") }, true) });
    world.sync("gemeente/srg", { period_page("2026-01", { srg_line("202601", "123456782", "1") }, true, "2026-01") });
    world.sync("school/personen", { json_page({ student("S1", "Jansen", "1980-05-06") }, true) });
    record::GoldenId person = 1;
    while (!world.explain({ person })) {
        ++person;
    }
    auto const held = world.explain({ person });
    ASSERT_TRUE(held);
    ASSERT_EQ(held->size(), 2U) << "three records";
    EXPECT_TRUE((*held)[0].why.same) << "by the number, the strongest first";
    EXPECT_GT((*held)[1].why.total, 2.5) << "the school has no number: by name, birth date and address, to the right one";
    EXPECT_NE((*held)[1].source_a, "");
    record::GoldenId other = 0;
    for (record::GoldenId id = person + 1; other == 0; ++id) {
        other = world.explain({ person, id }) ? id : 0;
    }
    auto const apart = world.explain({ person, other });
    ASSERT_EQ(apart->size(), 2U);
    EXPECT_FALSE(apart->front().why.barred) << "the school knows no number";
    EXPECT_TRUE(apart->back().why.barred) << "two valid numbers";
    EXPECT_EQ(world.explain({ 99'999 }).error().failure, Failure::usage);
}

TEST(Reconciling, KeepsWhatPeopleSaid)
{
    World world;
    auto const items = crowd();
    tell(world, items, 120);
    world.judge("S0", "S2", true);
    ASSERT_TRUE(world.reconcile());
    auto const together = world.together("persoon");
    auto const line = together.substr(together.rfind('\n', together.find("S0")) + 1);
    EXPECT_NE(line.substr(0, line.find('\n')).find("S2"), std::string::npos) << line.substr(0, line.find('\n'));
}

}
