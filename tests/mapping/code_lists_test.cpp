#include "daemon/mapping/code_lists.hpp"

#include "tests/mapping/house_of_things.hpp"

#include <gmock/gmock.h>

namespace ketensync::mapping {

TEST(CodeLists, AreReadFromEveryFile)
{
    auto const lists = read_code_lists(Things::data() / "codes");
    ASSERT_TRUE(lists);
    EXPECT_THAT((*lists)->names(), testing::ElementsAre("plaatsen", "soort", "soort_bron", "soort_per_bron", "vreemd"));
    auto const * const soort = (*lists)->list("soort");
    ASSERT_NE(soort, nullptr);
    EXPECT_TRUE(soort->holds("B"));
    EXPECT_FALSE(soort->holds("b"));
    EXPECT_EQ(soort->find("b", ""), "B");
    EXPECT_THAT(soort->codes(), testing::ElementsAre("A", "B"));
    EXPECT_TRUE((*lists)->list("soort_bron")->is_translation());
    EXPECT_EQ((*lists)->list("nergens"), nullptr);
}

TEST(CodeLists, OfTheHouseAreSound)
{
    auto const lists = read_code_lists(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings/codes");
    ASSERT_TRUE(lists) << fmt::format("{}", fmt::join(lists.error(), "\n"));
    auto const * const gemeenten = (*lists)->list("gemeenten");
    ASSERT_NE(gemeenten, nullptr);
    EXPECT_EQ(gemeenten->find("Weesp", "2021-12-31"), "0457");
    EXPECT_EQ(gemeenten->find("weesp", "2022-03-24"), "0363");
    EXPECT_EQ(gemeenten->find("Bussum", ""), "1942");
    EXPECT_EQ(gemeenten->find("Laren", "2026-01-01"), "0417");
}

TEST(CodeLists, TellEveryFaultWithItsLine)
{
    Things const things;
    things.write("codes/a.csv", "code,omschrijving\nA,Appel\nA,Aap\n,Niets\n");
    things.write("codes/b.csv", "kode,omschrijving\nA,Appel\n");
    things.write("codes/c.csv", "van,naar,geldig_van,geldig_tot\n1,A,2020-01-01,2019-01-01\n2,A,01-01-2020,\n");
    things.write("codes/d.csv", "code,omschrijving\n");
    things.write("codes/e.csv", "code,omschrijving\nA,Laren\nB,laren\nC\n");
    auto const lists = read_code_lists(things.root() / "codes");
    ASSERT_FALSE(lists);
    auto const at = [&](char const * place) { return testing::StartsWith((things.root() / "codes" / place).string()); };
    EXPECT_THAT(lists.error(),
        testing::ElementsAre(at("a.csv:3:1: 'A' is here twice"), at("a.csv:4:1: this row says no code"),
            at("b.csv:1:1: the first line"), at("c.csv:2:1: this row ends before it begins"),
            at("c.csv:3:1: 'geldig_van' must be a date"), at("d.csv:1:1: this list holds no codes"),
            at("e.csv:3:1: 'laren' is here twice"), at("e.csv:4:1: ")));
}

} // namespace ketensync::mapping
