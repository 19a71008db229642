#include "tests/pipeline/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ketensync::pipeline {

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto bsn = "123456782";

Provenance::Value const & value(Provenance const & told, std::string const & field)
{
    return *std::ranges::find(told.values, field, &Provenance::Value::field);
}

/// A person whom two sources tell of; golden record 1.
void two_sources(World & world)
{
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", bsn, "Bakker") }, true) });
    world.sync("gemeente/srg", { period_page("202405", { srg_line("202405", bsn, "A1") }, true, "1") });
}

}

TEST(Provenance, TellsOfEveryValueWhichDocumentAndWhichLineItComesFrom)
{
    World world;
    two_sources(world);
    auto const told = world.provenance(1);
    ASSERT_TRUE(told) << told.error().what;
    EXPECT_EQ(told->kind, "persoon");
    ASSERT_EQ(told->records.size(), 2U);
    EXPECT_EQ(told->records[0].source, "uwv");
    EXPECT_EQ(told->records[0].feed, "personen");
    EXPECT_EQ(told->records[0].run, 1);
    EXPECT_EQ(told->records[1].source, "gemeente");
    EXPECT_EQ(told->records[1].period, "202405");
    EXPECT_EQ(told->records[1].run, 2);
    EXPECT_GT(told->records[1].received, told->records[0].received);
    auto const & surname = value(*told, "geslachtsnaam");
    EXPECT_EQ(told->records[surname.from].source, "uwv") << "no other tells a name";
    ASSERT_EQ(surname.lines.size(), 1U);
    EXPECT_THAT(surname.lines[0], StartsWith("mappings/uwv-werkzoekenden/mapping.toml:"));
}

TEST(Provenance, ShowsValuesOnlyToWhoAsksForThem)
{
    World world;
    two_sources(world);
    auto const masked = world.provenance(1);
    ASSERT_TRUE(masked);
    for (auto const & each : masked->values) {
        EXPECT_EQ(each.value, "***") << each.field;
    }
    for (auto const & record : masked->records) {
        EXPECT_THAT(record.document, Not(HasSubstr("WZ1")));
        EXPECT_THAT(record.document, Not(HasSubstr(bsn)));
    }
    auto const open = world.provenance(1, true);
    ASSERT_TRUE(open);
    EXPECT_EQ(value(*open, "geslachtsnaam").value, "Bakker");
    EXPECT_EQ(open->records[0].document, "page 1, document 1, key WZ1");
}

TEST(Provenance, TellsSinceWhenEachValueIsKnown)
{
    World world;
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", bsn, "Bakker", "1211AA") }, true) });
    world.sync("uwv/personen", { json_page({ werkzoekende("WZ1", bsn, "Bakker", "1234AB") }, true) });
    auto const told = world.provenance(1);
    ASSERT_TRUE(told);
    EXPECT_EQ(value(*told, "geslachtsnaam").since, told->first);
    EXPECT_EQ(value(*told, "postcode").since, told->since);
    EXPECT_EQ(told->since - told->first, std::chrono::hours(1));
    EXPECT_EQ(told->records[0].run, 2) << "the document that is believed is the last";
}

TEST(Provenance, TellsOfAJoinWhatAgreesAndWhoDecided)
{
    World world;
    two_sources(world);
    auto const by_number = world.provenance(1);
    ASSERT_TRUE(by_number);
    ASSERT_EQ(by_number->joins.size(), 1U);
    EXPECT_FALSE(by_number->joins[0].judged);
    ASSERT_TRUE(by_number->joins[0].agrees);
    EXPECT_TRUE(by_number->joins[0].agrees->same);
    EXPECT_THAT(by_number->joins[0].agrees->sentence, HasSubstr("hetzelfde nummer"));

    world.sync("school/personen", { json_page({ student("S1", "Zomer", "1999-09-09") }, true) });
    world.judge("WZ1", "S1", true);
    auto const by_hand = world.provenance(1);
    ASSERT_TRUE(by_hand);
    ASSERT_EQ(by_hand->joins.size(), 2U);
    ASSERT_TRUE(by_hand->joins[1].judged);
    EXPECT_EQ(by_hand->joins[1].judged->who, "tester");
}

TEST(Provenance, SaysSoWhenThereIsNoSuchGoldenRecord)
{
    World world;
    two_sources(world);
    auto const told = world.provenance(77);
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().failure, Failure::usage);
    EXPECT_THAT(told.error().what, HasSubstr("opvolging"));
}

}
