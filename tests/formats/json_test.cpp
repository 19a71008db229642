#include "tests/formats/reading.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace ketensync::formats {

namespace {
Layout const json {};
}

TEST(Json, ReadsEveryKindOfValue)
{
    EXPECT_EQ(read(R"( { "a" : "x" , "b" : [ 1 , -2.50e+3 , true , false , null , { } , [ ] ] , "" : "" } )", json),
        R"({a:"x",b:[1,-2.50e+3,true,false,null,{},[]],:""})");
}

TEST(Json, KeepsNumbersAsWritten)
{
    for (auto const * const number :
        { "0", "-0", "-0.0", "12345678901234567890123456789.000", "1e400", "0.10", "1E-7" }) {
        EXPECT_EQ(read(number, json), number);
    }
}

TEST(Json, RefusesNumbersThatJsonDoesNotKnow)
{
    for (auto const * const number :
        { "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity", "-a", "1_0", "1 2" }) {
        EXPECT_EQ(read(number, json).substr(0, 2), "! ") << number;
    }
}

TEST(Json, UnescapesText)
{
    EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude42!")", json), "\"\"\\/\b\f\n\r\té€🙂!\"");
    EXPECT_EQ(read(R"({"n\u0061am":1})", json), "{naam:1}");
}

TEST(Json, RefusesUnknownEscapes)
{
    for (auto const * const text :
        { R"("\x")", R"("\u12")", R"("\u12g4")", R"("\u-123")", R"("\U0041")", R"("\)", R"("\")" }) {
        EXPECT_EQ(read(text, json).substr(0, 2), "! ") << text;
    }
}

TEST(Json, RefusesLoneSurrogates)
{
    for (auto const * const text :
        { R"("\ud800")", R"("\udc00")", R"("\ud800\ud800")", R"("\ud800x")", R"("\ud83d\u0041")", R"({"\udfff":1})" }) {
        EXPECT_NE(read(text, json).find("half of a surrogate pair"), std::string::npos) << text;
    }
}

TEST(Json, RefusesNulAndControlCharacters)
{
    EXPECT_NE(read(R"("a\u0000b")", json).find("NUL"), std::string::npos);
    EXPECT_EQ(read(std::string_view("\"a\0b\"", 5), json).substr(0, 2), "! ");
    EXPECT_EQ(read(std::string_view("\0", 1), json).substr(0, 2), "! ");
    EXPECT_EQ(read(std::string_view("1\0", 2), json).substr(0, 2), "! ");
    EXPECT_EQ(read("\"a\nb\"", json).substr(0, 2), "! ");
    EXPECT_EQ(read("\"a\tb\"", json).substr(0, 2), "! ");
}

TEST(Json, RefusesInvalidUtf8)
{
    EXPECT_EQ(read("{\"naam\":\"Jos\xe9\"}", json), "! the document is not UTF-8");
}

TEST(Json, RefusesDuplicateKeys)
{
    EXPECT_NE(read(R"({"bsn":"1","naam":"x","bsn":"2"})", json).find("a name occurs twice"), std::string::npos);
    EXPECT_NE(read(R"({"a":{"b":1,"c":2,"b":3}})", json).find("a name occurs twice"), std::string::npos);
    EXPECT_NE(read(R"({"a":1,"\u0061":2})", json).find("a name occurs twice"), std::string::npos);
    EXPECT_NE(read(R"({"":1,"":2})", json).find("a name occurs twice"), std::string::npos);
    EXPECT_EQ(read(R"({"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]})", json), "{a:1,b:{a:2},c:[{a:3},{a:4}]}");
}

TEST(Json, FindsADuplicateAmongMany)
{
    for (int const members : { 2, 30, 63, 64, 65, 66, 5'000 }) {
        for (int const twin : { 0, members / 2, members - 1 }) {
            std::string text = "{";
            for (int member = 0; member < members; ++member) {
                text += fmt::format("\"k{}\":1,", member);
            }
            EXPECT_EQ(read(text + "\"k\":1}", json).substr(0, 1), "{");
            EXPECT_NE(
                read(text + fmt::format("\"k{}\":1}}", twin), json).find("a name occurs twice"), std::string::npos)
                << members;
        }
    }
}

TEST(Json, RefusesWhatIsNotJson)
{
    for (auto const * const text : { "", " ", "{", "}", "[", "]", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
             "{,}", "[,]", "[1,]", "[1 2]", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{1:1}", "tru", "truee", "nul",
             "undefined", "[1]]", "{} {}", "\"", "//x\n1", "\xef\xbb\xbf{}" }) {
        EXPECT_EQ(read(text, json).substr(0, 2), "! ") << text;
    }
}

TEST(Json, ReadsAsDeepAsTheLimitAndNoDeeper)
{
    Limits limits;
    limits.depth_max = 3;
    EXPECT_EQ(read("[[[1]]]", json, {}, limits), "[[[1]]]");
    EXPECT_NE(read("[[[[1]]]]", json, {}, limits).find("nested too deep"), std::string::npos);
    EXPECT_NE(read("{\"a\":[{\"b\":{}}]}", json, {}, limits).find("nested too deep"), std::string::npos);
}

TEST(Json, BoundsValuesAndBytes)
{
    Limits limits;
    limits.nodes_max = 4;
    EXPECT_EQ(read("[1,2,3]", json, {}, limits), "[1,2,3]");
    EXPECT_NE(read("[1,2,3,4]", json, {}, limits).find("too many values"), std::string::npos);
    limits.item_bytes_max = 6;
    EXPECT_EQ(read("[1,22]", json, {}, limits), "[1,22]");
    EXPECT_EQ(read("[11,22]", json, {}, limits), "! the document is larger than 6 bytes");
}

TEST(Json, NamesNoValueInAFault)
{
    EXPECT_EQ(read(R"({"bsn":"123456782"x})", json).find("123456782"), std::string::npos);
    EXPECT_EQ(read(R"({"bsn":123456782,"bsn":123456782})", json).find("123456782"), std::string::npos);
}

TEST(Json, UsesAParserAgainAfterAFault)
{
    Parser parser(json, {});
    Tree tree;
    EXPECT_FALSE(parser.parse({}, "[[[", tree));
    ASSERT_TRUE(parser.parse({}, "[1]", tree));
    EXPECT_EQ(written(tree), "[1]");
}

TEST(JsonScalar, FindsAValueBeforeAndBehindALongList)
{
    std::string const page
        = R"({"pagina":1,"meer":true,"lijst":[{"meer":"x"},[1,2]],"totaal":12,"meta":{"volgende":"a\u00e9b","leeg":null}})";
    EXPECT_EQ(json_scalar(page, "meer").value(), "true");
    EXPECT_EQ(json_scalar(page, "totaal").value(), "12");
    EXPECT_EQ(json_scalar(page, "meta.volgende").value(), "aéb");
    EXPECT_EQ(json_scalar(page, "meta.leeg").value(), std::nullopt);
    EXPECT_EQ(json_scalar(page, "meta.er-niet").value(), std::nullopt);
    EXPECT_EQ(json_scalar(page, "pagina.dieper").value(), std::nullopt);
    EXPECT_EQ(json_scalar("[]", "meer").value(), std::nullopt);
    EXPECT_EQ(json_scalar("\xef\xbb\xbf{\"a\":1}", "a").value(), "1");
}

TEST(JsonScalar, CallsWhatIsNotJsonABadPage)
{
    for (auto const * const text :
        { "", "  ", "<html><body>Inloggen</body></html>", "<!DOCTYPE html>", "{\"a\":[1,2", "{\"a\" 1}", "{\"b\":tru}",
            "{\"a\":[}]", "hallo", "{\"a\":{}}", "{\"a\":[]}", "{\"a\":\"\\ud800\"}", "{\"a\":" }) {
        auto const value = json_scalar(text, "a");
        ASSERT_FALSE(value) << text;
        EXPECT_EQ(value.error().failure, Failure::bad_page) << text;
    }
}

TEST(Json, FindsAMemberWhoseNameHoldsADot)
{
    auto const * const page = R"({"@odata.nextLink":"/a?b","a":{"b.c":{"d":[1,2]}}})";
    EXPECT_EQ(json_scalar(page, "`@odata.nextLink`").value(), "/a?b");
    EXPECT_EQ(json_scalar(page, "@odata.nextLink").value(), std::nullopt);
    EXPECT_EQ(json_scalar(page, "a.`b.d`").value(), std::nullopt);
    Layout layout;
    layout.items = "a.`b.c`.d";
    EXPECT_EQ(cut(page, layout).documents.size(), 2U);
    for (auto const * const open : { "`", "`a", "a.`", "``" }) {
        EXPECT_EQ(json_scalar(page, open).value_or(std::nullopt), std::nullopt) << open;
    }
}

} // namespace ketensync::formats
