#include "tests/pipeline/world.hpp"

#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

// Two students whom nothing but a surname has in common, each with a traject.
void two_students(World & world, std::string const & second = "Pietersen")
{
    world.sync("school/personen", { json_page({ student("p1", "Jansen"), student("p2", second, "1990-01-02") }, true) });
    world.sync("school/deelnames", { json_page({ association("a1", "p1"), association("a2", "p2", "2023-01-01") }, true) });
}

}

TEST(Judging, JoinsWhatAPersonSaysIsOneAndCarriesItToWhatRefersToIt)
{
    World world;
    two_students(world);
    ASSERT_EQ(world.golden("persoon"), 2);
    world.changes();
    world.judge("p1", "p2", true);
    EXPECT_EQ(world.golden("persoon"), 1);
    bool moved = false;
    for (auto const & change : world.changes()) {
        moved = moved || (change.what == record::Change::What::changed && change.kind != 0);
    }
    EXPECT_TRUE(moved) << "the traject of the other is a traject of this one";
}

TEST(Judging, HoldsAfterARestartAndWhateverTheRecordsTellLater)
{
    World world;
    two_students(world);
    world.judge("p1", "p2", true);
    world.restart();
    two_students(world, "Willemsen");
    EXPECT_EQ(world.golden("persoon"), 1);
    EXPECT_EQ(world.number("SELECT count(*) FROM doubt WHERE reason = 'judged-before'"), 1)
        << "the person is asked once more";
}

TEST(Judging, ForbidsWhatAPersonSaysIsTwo)
{
    World world;
    two_students(world);
    world.judge("p1", "p2", false);
    world.restart();
    world.sync("school/personen", { json_page({ student("p1", "Jansen"), student("p2", "Jansen") }, true) });
    EXPECT_EQ(world.golden("persoon"), 2) << "told alike to the letter, and yet two";
}

TEST(Judging, IsTakenBackAndStaysOnRecord)
{
    World world;
    two_students(world);
    world.judge("p1", "p2", true);
    world.judge("p1", "p2", std::nullopt);
    EXPECT_EQ(world.golden("persoon"), 2);
    EXPECT_EQ(world.number("SELECT count(*) FROM judgement WHERE taken_back IS NULL"), 0);
    EXPECT_EQ(world.number("SELECT count(*) FROM judgement"), 1) << "what was said stays on record";
    EXPECT_EQ(world.number("SELECT count(*) FROM doubt WHERE reason = 'score'"), 1) << "it is a question again";
}

TEST(Judging, ThatIsTakenBackLeavesEverythingAsItWasButForNumbers)
{
    World world;
    two_students(world);
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", "", "Jansen", "1211AA") }, true) });
    world.reconcile();
    auto const before = world.golden_without_numbers();
    for (bool const other_way : { false, true }) {
        world.judge(other_way ? "p2" : "p1", other_way ? "p1" : "p2", true);
        EXPECT_NE(world.golden_without_numbers(), before);
        world.restart();
        world.judge("p1", "p2", std::nullopt);
        world.reconcile();
        EXPECT_EQ(world.golden_without_numbers(), before);
    }
}

}
