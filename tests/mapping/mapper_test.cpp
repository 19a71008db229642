#include "tests/mapping/house_of_things.hpp"

#include <gmock/gmock.h>

namespace ketensync::mapping {

using Outcome = record::MappedDocument::Outcome;

TEST(Mapper, RejectsARecordWithItsReasonAndPlace)
{
    Things const things;
    auto const mapped = things.map(Things::mapping("naam = \"n\"\nnummer = \"b\"\naantal = \"a\""),
        R"({"id":1,"n":"x","b":"123456789","a":"veel"})");
    EXPECT_EQ(mapped.outcome, Outcome::rejected);
    EXPECT_TRUE(mapped.records.empty());
    ASSERT_EQ(mapped.rejects.size(), 2U);
    auto const & nummer = mapped.rejects[0];
    EXPECT_EQ(nummer.reason, "bsn-invalid");
    EXPECT_EQ(nummer.detail, "'nummer' does not satisfy the elfproef");
    EXPECT_EQ(nummer.where, "mappings/proef/mapping.toml:12:10");
    EXPECT_EQ(mapped.rejects[1].reason, "integer-invalid");
    EXPECT_THAT(nummer.detail, testing::Not(testing::HasSubstr("123456789")));
}

TEST(Mapper, TakesAnInvalidValueForNoneWhereTheMappingIsLenient)
{
    Things const things;
    auto const mapped
        = things.map(Things::mapping("naam = \"n\"\nnummer = \"b | lenient\""), R"({"id":1,"n":"x","b":"123456789"})");
    EXPECT_EQ(mapped.outcome, Outcome::mapped);
    EXPECT_EQ(mapped.records.at(0).values[2], "");
}

TEST(Mapper, NeedsWhatTheSchemaRequires)
{
    Things const things;
    for (auto const * const json : { R"({"id":1})", R"({"id":1,"n":null})", R"({"id":1,"n":"."})" }) {
        auto const mapped = things.map(Things::mapping("naam = \"n\""), json);
        ASSERT_EQ(mapped.rejects.size(), 1U);
        EXPECT_EQ(mapped.rejects[0].reason, "required-missing");
    }
}

TEST(Mapper, NeedsAKey)
{
    Things const things;
    EXPECT_EQ(things.map(Things::mapping("naam = \"n\""), R"({"n":"x"})").rejects.at(0).reason, "key-missing");
    auto const mapper = things.read(Things::mapping("naam = \"n\""));
    ASSERT_TRUE(mapper);
    formats::Tree tree;
    tree.add(formats::Tree::none, "", formats::Tree::Type::object);
    auto const none = (*mapper)->key(tree, { "bron", "" });
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().failure, Failure::bad_data);
    tree.add(formats::Tree::root, "id", formats::Tree::Type::text, "7");
    EXPECT_EQ((*mapper)->key(tree, { "bron", "" }), "7");
}

TEST(Mapper, FiltersADocumentWhoseRecordsAreNotWanted)
{
    Things const things;
    auto const outcome = [&](std::string const & when, std::string const & json) {
        return things.map(Things::mapping("naam = \"'x'\"", "when = \"" + when + "\""), json).outcome;
    };
    EXPECT_EQ(outcome("r = a", R"({"id":1,"r":"a"})"), Outcome::mapped);
    EXPECT_EQ(outcome("r = a", R"({"id":1,"r":"b"})"), Outcome::filtered);
    EXPECT_EQ(outcome("r = a", R"({"id":1})"), Outcome::filtered);
    EXPECT_EQ(outcome("r != a", R"({"id":1,"r":"b"})"), Outcome::mapped);
    EXPECT_EQ(outcome("r != a", R"({"id":1})"), Outcome::mapped);
    EXPECT_EQ(outcome("r in a, 'b c'", R"({"id":1,"r":"b c"})"), Outcome::mapped);
    EXPECT_EQ(outcome("r in a, b and s present", R"({"id":1,"r":"b"})"), Outcome::filtered);
    EXPECT_EQ(outcome("r in a, b and s present", R"({"id":1,"r":"b","s":"x"})"), Outcome::mapped);
    EXPECT_EQ(outcome("s absent", R"({"id":1,"s":" "})"), Outcome::mapped);
    EXPECT_EQ(outcome("s absent", R"({"id":1,"s":"x"})"), Outcome::filtered);
}

TEST(Mapper, MakesARecordForEachElement)
{
    Things const things;
    auto const mapping = Things::mapping("naam = \"n\"\ntekst = \"^t\"", "each = \"lijst\"\norder = \"o\"");
    auto const mapped = things.map(
        mapping, R"({"id":"d","t":"samen","lijst":[{"id":"1","n":"een","o":7},{"id":"2"},{"id":"3","n":"drie"}]})");
    ASSERT_EQ(mapped.records.size(), 2U);
    EXPECT_EQ(mapped.outcome, Outcome::mapped);
    EXPECT_EQ(mapped.records[0].key, "1");
    EXPECT_EQ(mapped.records[0].order, 7);
    EXPECT_EQ(mapped.records[0].values[8], "samen");
    EXPECT_EQ(mapped.records[1].key, "3");
    EXPECT_EQ(mapped.records[1].order, 0);
    EXPECT_EQ(mapped.rejects.size(), 1U);
    EXPECT_EQ(things.map(mapping, R"({"id":"d","lijst":[]})").outcome, Outcome::filtered);
    EXPECT_EQ(things.map(mapping, R"({"id":"d"})").outcome, Outcome::filtered);
}

TEST(Mapper, GoesThroughElementsOfXmlThatHaveOneName)
{
    Things const things;
    auto const mapper = things.read(R"(layout = "x"
verified = "x"
[document]
format = "xml"
items = "alles/ding"
key = "{nr}"
[[record]]
kind = "ding"
each = "deel"
key = "{^nr}-{@nr}"
[record.fields]
naam = "naam"
)");
    ASSERT_TRUE(mapper) << mapper.error().front();
    formats::Parser parser((*mapper)->layout(), {});
    formats::Tree tree;
    ASSERT_TRUE(parser.parse("",
        R"(<ding><nr>1</nr><deel nr="a"><naam>Een</naam></deel><iets/><deel nr="b"><naam><x/></naam></deel></ding>)",
        tree));
    record::MappedDocument mapped;
    (*mapper)->map(tree, { "bron", "" }, mapped);
    ASSERT_EQ(mapped.records.size(), 1U);
    EXPECT_EQ(mapped.records[0].key, "1-a");
    EXPECT_EQ(mapped.rejects.at(0).reason, "shape-unexpected");
}

TEST(Mapper, GoesThroughEveryElementOnTheWayToAnother)
{
    Things const things;
    auto const mapping = Things::mapping("naam = \"n\"", "each = \"groep.lid\"");
    auto const names = [&](std::string const & json) {
        std::vector<std::string> found;
        for (auto const & record : things.map(mapping, json).records) {
            found.push_back(record.key);
        }
        return found;
    };
    EXPECT_THAT(names(R"({"id":"d","groep":[{"lid":[{"id":"1","n":"een"},{"id":"2","n":"twee"}]},{"x":1},null,
                         {"lid":{"id":"3","n":"drie"}}]})"),
        testing::ElementsAre("1", "2", "3"));
    EXPECT_THAT(names(R"({"id":"d","groep":{"lid":[{"id":"1","n":"een"}]}})"), testing::ElementsAre("1"));
    EXPECT_THAT(names(R"({"id":"d","groep":"geen"})"), testing::IsEmpty());
    auto const some = things.map(Things::mapping("naam = \"n\"", "each = \"groep[s=a].lid\""),
        R"({"id":"d","groep":[{"s":"b","lid":{"id":"1","n":"een"}},{"s":"a","lid":{"id":"2","n":"twee"}}]})");
    ASSERT_EQ(some.records.size(), 1U);
    EXPECT_EQ(some.records[0].key, "2");
}

TEST(Mapper, TakesAnElementWithOnlyAttributesForEmpty)
{
    Things const things;
    auto const mapper = things.read(R"(layout = "x"
verified = "x"
[document]
format = "xml"
items = "ding"
key = "{nr}"
[[record]]
kind = "ding"
key = "{nr}"
[record.fields]
naam = "naam"
tekst = "tekst | or 'niets'"
)");
    ASSERT_TRUE(mapper) << mapper.error().front();
    formats::Parser parser((*mapper)->layout(), {});
    formats::Tree tree;
    ASSERT_TRUE(parser.parse("", R"(<ding><nr>1</nr><naam soort="x">Een</naam><tekst nil="true"/></ding>)", tree));
    record::MappedDocument mapped;
    (*mapper)->map(tree, { "bron", "" }, mapped);
    ASSERT_EQ(mapped.records.size(), 1U);
    EXPECT_EQ(mapped.records[0].values[8], "niets");
}

TEST(Mapper, WritesReferencesWithTheirSource)
{
    Things const things;
    auto const reference = [&](std::string const & expression, std::string const & json) {
        return std::string(
            things.map(Things::mapping("naam = \"'x'\"\ndeel = \"" + expression + "\""), json).records.at(0).values[7]);
    };
    EXPECT_EQ(reference("-> {source}/{a}", R"({"id":1,"a":"k 1"})"), "bron/k 1");
    EXPECT_EQ(reference("-> elders/{a}-{b | or 'z'}", R"({"id":1,"a":"1"})"), "elders/1-z");
    EXPECT_EQ(reference("-> elders/{a}", R"({"id":1})"), "");
}

TEST(Mapper, BelievesNoOrderItCannotRead)
{
    Things const things;
    auto const mapping = Things::mapping("naam = \"'x'\"", "order = \"o | moment\"");
    EXPECT_EQ(things.map(mapping, R"({"id":1,"o":"2026-01-01T00:00:00Z"})").records.at(0).order, 1'767'225'600);
    EXPECT_EQ(things.map(mapping, R"({"id":1})").records.at(0).order, 0);
    EXPECT_EQ(things.map(mapping, R"({"id":1,"o":"gisteren"})").rejects.at(0).reason, "order-invalid");
}

TEST(Mapper, SetsAsideWhatIsTooLargeOrEmpty)
{
    Things const things;
    std::string const large(70'000, 'x');
    EXPECT_EQ(things.map(Things::mapping("naam = \"n\""), "{\"id\":1,\"n\":\"" + large + "\"}").rejects.at(0).reason,
        "record-too-large");
    EXPECT_EQ(things.map(Things::mapping("naam = \"'x'\""), "{\"id\":\"" + large + "\"}").rejects.at(0).reason,
        "key-too-long");
    auto mapping = Things::mapping("naam = \"n\"");
    mapping.replace(mapping.find("\"ding\""), 6, "\"ander\"");
    EXPECT_EQ(things.map(mapping, R"({"id":1})").rejects.at(0).reason, "nothing-told");
}

TEST(Mapper, OverwritesWhatWasMappedBefore)
{
    Things const things;
    auto const mapper = things.read(Things::mapping("naam = \"n\""));
    ASSERT_TRUE(mapper);
    formats::Parser parser((*mapper)->layout(), {});
    formats::Tree tree;
    record::MappedDocument mapped;
    for (auto const * const json : { R"({"id":1,"n":"een"})", R"({"id":2})", R"({"id":3,"n":"drie"})" }) {
        ASSERT_TRUE(parser.parse("", json, tree));
        (*mapper)->map(tree, { "bron", "" }, mapped);
    }
    ASSERT_EQ(mapped.records.size(), 1U);
    EXPECT_EQ(mapped.records[0].key, "3");
    EXPECT_EQ(mapped.records[0].values[0], "drie");
    EXPECT_TRUE(mapped.rejects.empty());
}

TEST(Mapper, HasAnotherVersionWhenDocumentsMayMapOtherwise)
{
    Things const things;
    auto const version
        = [&](std::string const & fields) { return things.read(Things::mapping(fields)).value()->version(); };
    EXPECT_EQ(version("naam = \"n\""), version("naam = \"n\""));
    EXPECT_NE(version("naam = \"n\""), version("naam = \"m\""));
}

} // namespace ketensync::mapping
