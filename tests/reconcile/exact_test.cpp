#include "tests/reconcile/world.hpp"

#include <gtest/gtest.h>

namespace ketensync::reconcile::test {

TEST(Organisations, AreOneByTheirKvk)
{
    World world;
    auto const a = world.tell("organisatie", { { "kvk", "12345678" }, { "naam", "Bakkerij Bos" } });
    auto const b = world.tell("organisatie", { { "kvk", "12345678" }, { "naam", "Bos Brood & Banket" } });
    EXPECT_TRUE(world.together(a, b));
}

TEST(Organisations, AreOneByNameAndPostcodeWhereAKvkLacks)
{
    World world;
    auto const a = world.tell("organisatie", { { "naam", "Bakkerij Bos B.V." }, { "postcode", "1211AB" } });
    auto const b = world.tell("organisatie", { { "naam", "BAKKERIJ BOS" }, { "postcode", "1211AB" } });
    auto const c = world.tell("organisatie", { { "naam", "Bakkerij Bos" }, { "postcode", "3511AB" } });
    auto const with_kvk
        = world.tell("organisatie", { { "kvk", "12345678" }, { "naam", "Bakkerij Bos" }, { "postcode", "1211AB" } });
    EXPECT_TRUE(world.together(a, b));
    EXPECT_FALSE(world.together(a, c));
    EXPECT_TRUE(world.together(a, with_kvk));
}

TEST(Organisations, OfTwoKvksAreNeverOne)
{
    World world;
    auto const a = world.tell("organisatie", { { "kvk", "12345678" }, { "naam", "Bos" } });
    auto const between = world.tell("organisatie", { { "naam", "Bos" } });
    auto const b = world.tell("organisatie", { { "kvk", "87654321" }, { "naam", "Bos" } });
    EXPECT_FALSE(world.together(a, b));
    EXPECT_TRUE(world.together(a, between));
}

TEST(Projects, AreOneByTheirCode)
{
    World world;
    auto const a = world.tell("project", { { "code", "P07" }, { "naam", "Leren en werken" } });
    auto const b = world.tell("project", { { "code", "p07" }, { "naam", "Leren & werken" } }, 2);
    auto const c = world.tell("project", { { "code", "P08" }, { "naam", "Leren en werken" } });
    EXPECT_TRUE(world.together(a, b));
    EXPECT_FALSE(world.together(a, c));
}

TEST(Deelnames, OfOnePersonInOneProjectAreOneWhenTheirPeriodsMeet)
{
    World world;
    Fields const first { { "persoon", "1" }, { "project", "2" }, { "begindatum", "2026-01-05" },
        { "einddatum", "2026-04-30" } };
    auto const sheet = world.tell("deelname", first);
    auto const school = world.tell("deelname",
        { { "persoon", "1" }, { "project", "2" }, { "begindatum", "2026-01-19" }, { "einddatum", "2026-04-25" } }, 2);
    auto const near = world.tell("deelname",
        { { "persoon", "1" }, { "project", "2" }, { "begindatum", "2025-12-15" }, { "einddatum", "2025-12-20" } }, 3);
    auto const later
        = world.tell("deelname", { { "persoon", "1" }, { "project", "2" }, { "begindatum", "2026-09-01" } });
    auto const other_project
        = world.tell("deelname", { { "persoon", "1" }, { "project", "3" }, { "begindatum", "2026-01-05" } });
    auto const other_person
        = world.tell("deelname", { { "persoon", "4" }, { "project", "2" }, { "begindatum", "2026-01-05" } });
    EXPECT_TRUE(world.together(sheet, school));
    EXPECT_TRUE(world.together(sheet, near));
    EXPECT_FALSE(world.together(sheet, later));
    EXPECT_FALSE(world.together(sheet, other_project));
    EXPECT_FALSE(world.together(sheet, other_person));
}

TEST(Deelnames, InOneCourseAreOneToo)
{
    World world;
    auto const a = world.tell("deelname", { { "persoon", "1" }, { "opleiding", "9" }, { "begindatum", "2026-01-05" } });
    auto const b = world.tell("deelname", { { "persoon", "1" }, { "opleiding", "9" }, { "begindatum", "2026-01-06" } });
    EXPECT_TRUE(world.together(a, b));
}

TEST(Deelnames, WithoutAPersonAreByThemselves)
{
    World world;
    auto const a = world.tell("deelname", { { "project", "2" }, { "begindatum", "2026-01-05" } });
    auto const b = world.tell("deelname", { { "project", "2" }, { "begindatum", "2026-01-05" } });
    EXPECT_FALSE(world.together(a, b));
}

TEST(Deelnames, FollowTheirPerson)
{
    World world;
    auto const a = world.tell("deelname", { { "persoon", "1" }, { "project", "2" }, { "begindatum", "2026-01-05" } });
    auto const b = world.tell("deelname", { { "persoon", "5" }, { "project", "2" }, { "begindatum", "2026-01-05" } });
    auto const first = world.golden(a);
    EXPECT_FALSE(world.together(a, b));
    world.change(b, { { "persoon", "1" }, { "project", "2" }, { "begindatum", "2026-01-05" } });
    EXPECT_TRUE(world.together(a, b));
    EXPECT_EQ(world.golden(b), first);
    world.change(b, { { "persoon", "6" }, { "project", "2" }, { "begindatum", "2026-01-05" } });
    EXPECT_FALSE(world.together(a, b));
    EXPECT_EQ(world.golden(a), first);
}

TEST(Plaatsingen, AreOneAtOneEmployerOrWhereOneIsNotTold)
{
    World world;
    auto const at
        = world.tell("plaatsing", { { "persoon", "1" }, { "organisatie", "7" }, { "begindatum", "2026-05-01" } });
    auto const untold = world.tell("plaatsing", { { "persoon", "1" }, { "begindatum", "2026-05-15" } });
    auto const elsewhere
        = world.tell("plaatsing", { { "persoon", "1" }, { "organisatie", "8" }, { "begindatum", "2026-05-02" } });
    auto const later
        = world.tell("plaatsing", { { "persoon", "1" }, { "organisatie", "7" }, { "begindatum", "2026-08-01" } });
    EXPECT_TRUE(world.together(at, untold));
    EXPECT_FALSE(world.together(at, elsewhere));
    EXPECT_FALSE(world.together(at, later));
}

TEST(OtherKinds, AreEachByThemselves)
{
    World world;
    Fields const same { { "persoon", "1" }, { "regeling", "algemene_bijstand" }, { "begindatum", "2026-05-01" } };
    auto const a = world.tell("uitkering", same);
    auto const b = world.tell("uitkering", same);
    EXPECT_FALSE(world.together(a, b));
    world.settle(a);
    EXPECT_TRUE(world.outcome().groups.empty());
    world.withdraw(a);
    ASSERT_EQ(world.outcome().groups.size(), 1U);
    EXPECT_TRUE(world.outcome().groups[0].records.empty());
}

} // namespace ketensync::reconcile::test
