#include "tests/mapping/house_of_things.hpp"

#include <gmock/gmock.h>

namespace ketensync::mapping {

namespace {

constexpr auto sheet = "layout = \"werkmap\"\nverified = \"niets\"\nlike = \"ander\"\n[document]\nformat = \"csv\"\nkey = \"{id}\"\n";

} // namespace

TEST(Like, TakesTheRecordsOfTheOtherMapping)
{
    Things const things;
    things.write("ander/mapping.toml", Things::mapping("naam = \"n\"\nsoort = \"s | code soort_bron\""));
    auto const mapper = things.read(sheet);
    ASSERT_TRUE(mapper) << mapper.error().front();
    EXPECT_EQ((*mapper)->layout().format, formats::Format::csv);
    formats::Parser parser((*mapper)->layout(), {});
    formats::Tree tree;
    ASSERT_TRUE(parser.parse("id;n;s", "1;een;x", tree));
    record::MappedDocument mapped;
    (*mapper)->map(tree, { "bron", "" }, mapped);
    ASSERT_EQ(mapped.rejects.size(), 1U);
    EXPECT_EQ(mapped.rejects[0].where, "mappings/ander/mapping.toml:12:9");
}

TEST(Like, IsAnotherMappingWhenTheOtherIs)
{
    Things const things;
    things.write("ander/mapping.toml", Things::mapping("naam = \"n\""));
    auto const before = things.read(sheet);
    things.write("ander/mapping.toml", Things::mapping("naam = \"m\""));
    auto const after = things.read(sheet);
    ASSERT_TRUE(before && after);
    EXPECT_FALSE((*before)->version() == (*after)->version());
}

TEST(Like, TellsTheFaultsOfTheOtherWhereTheyAre)
{
    Things const things;
    things.write("ander/mapping.toml", Things::mapping("nam = \"n\""));
    auto const mapper = things.read(sheet);
    ASSERT_FALSE(mapper);
    EXPECT_THAT(mapper.error().front(), testing::HasSubstr("ander/mapping.toml:7:8: 'ding' needs 'naam'"));
    for (auto const * const itself : { "proef", "nergens" }) {
        std::string text = sheet;
        text.replace(text.find("ander"), 5, itself);
        auto const refused = things.read(text);
        ASSERT_FALSE(refused);
        EXPECT_THAT(refused.error().front(), testing::HasSubstr("there is no other mapping")) << itself;
    }
}

} // namespace ketensync::mapping
