#include "tests/formats/reading.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::formats {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

Layout at(std::string items)
{
    Layout layout;
    layout.items = std::move(items);
    return layout;
}

std::string outcome_of(std::string_view page, std::string items = {})
{
    return outcome(cut(page, at(std::move(items))).result);
}

} // namespace

TEST(JsonPage, CutsDocumentsExactlyAsReceived)
{
    auto const page = cut(R"( [ {"a" : "]}[{\"" } ,[1,  2],"x\\" , 1.50,null
, {} ] )",
        at(""));
    EXPECT_EQ(outcome(page.result), "ok");
    EXPECT_THAT(page.documents, ElementsAre(R"({"a" : "]}[{\"" })", "[1,  2]", R"("x\\")", "1.50", "null", "{}"));
    EXPECT_EQ(page.contexts, 0);
}

TEST(JsonPage, FindsTheListByItsPath)
{
    auto const * const page
        = R"({"_links":{"items":[{"no":1}]},"_embedded":{"z":"]","items":[{"a":1},{"a":2}],"n":[[]]},"items":3})";
    EXPECT_THAT(cut(page, at("_embedded.items")).documents, ElementsAre(R"({"a":1})", R"({"a":2})"));
    EXPECT_EQ(outcome_of(page, "_embedded.items"), "ok");
}

TEST(JsonPage, GivesSlicesOfThePageItself)
{
    std::string const page = "\xef\xbb\xbf[{\"a\":1}]";
    Sink const sink { {}, [&](std::string_view document) -> Result<void> {
                         EXPECT_EQ(document.data(), page.data() + 4);
                         return {};
                     } };
    EXPECT_TRUE(split(page, at(""), {}, sink));
}

TEST(JsonPage, TakesAnEmptyListForNoDocuments)
{
    EXPECT_EQ(outcome_of("[]"), "ok");
    EXPECT_EQ(outcome_of(" [ ] "), "ok");
    EXPECT_EQ(outcome_of(R"({"items":[]})", "items"), "ok");
}

TEST(JsonPage, RefusesAPageWithoutItsList)
{
    EXPECT_THAT(outcome_of("{}", "items"), StartsWith("bad_page: the page has no list 'items'"));
    EXPECT_THAT(outcome_of("[]", "items"), StartsWith("bad_page: the page has no list 'items'"));
    EXPECT_THAT(outcome_of(R"({"error":"quota"})", "a.b"), StartsWith("bad_page: the page has no list 'a.b'"));
    EXPECT_THAT(outcome_of(R"({"a":[1]})", "a.b"), StartsWith("bad_page: the page has no list 'a.b'"));
    EXPECT_EQ(outcome_of(R"({"items":null})", "items"), "bad_page: 'items' is null where a list is expected");
    EXPECT_EQ(outcome_of("null"), "bad_page: the page is null where a list is expected");
    EXPECT_EQ(outcome_of(R"({"items":{}})", "items"), "bad_page: 'items' is not a list");
    EXPECT_EQ(outcome_of(R"({"items":"[]"})", "items"), "bad_page: 'items' is not a list");
}

TEST(JsonPage, SaysWhatAPageIsInsteadOfJson)
{
    EXPECT_EQ(outcome_of("<!DOCTYPE html><html>"), "bad_page: the page is HTML where JSON is expected");
    EXPECT_EQ(outcome_of("\n <HTML>"), "bad_page: the page is HTML where JSON is expected");
    EXPECT_EQ(outcome_of("<?xml version=\"1.0\"?><a/>"), "bad_page: the page is HTML or XML where JSON is expected");
    EXPECT_EQ(outcome_of(std::string_view("\xff\xfe[\0]\0", 6)), "bad_page: the page is UTF-16 where JSON is expected");
    EXPECT_EQ(outcome_of(""), "bad_page: the page is empty where JSON is expected");
    EXPECT_EQ(outcome_of(" \n"), "bad_page: the page is empty where JSON is expected");
}

TEST(JsonPage, RefusesAMalformedPage)
{
    for (auto const * const page : { "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]x", "[1][2]", "[1],", "[{]}]",
             "[{\"a\":[}]]", "[\"a]", "[{\"a]", "[tru]", "[01]", "[a]", "hallo", "]", "[\"\n\"]" }) {
        EXPECT_THAT(outcome_of(page), StartsWith("bad_page: ")) << page;
    }
    for (auto const * const page : { R"({"items":[1],"items":[2]})", R"({"items":[1],})", R"({"items":[1])",
             R"({"items":[1] "a":1})", R"({"items":[1],"a"})", R"({"items":[1],"a":})", R"({"items":[1]}})",
             R"({"a":1,,"items":[1]})", R"({"x":[}],"items":[]})" }) {
        EXPECT_THAT(outcome_of(page, "items"), StartsWith("bad_page: ")) << page;
    }
}

TEST(JsonPage, RefusesAPageCutAtAnyByte)
{
    std::string const page
        = R"({"n":1,"a":{"items":[{"naam":"Jos\u00e9 \"van\" [d{r","l":[1,[2]]},"x",12,true]},"meer":false})";
    ASSERT_EQ(outcome_of(page, "a.items"), "ok");
    for (std::size_t size = 0; size < page.size(); ++size) {
        Fenced const fenced(std::string_view(page).substr(0, size));
        EXPECT_THAT(outcome_of(fenced.bytes(), "a.items"), StartsWith("bad_page: ")) << size;
    }
}

TEST(JsonPage, LeavesAFaultInsideOneDocumentToTheParser)
{
    auto const page = cut("[{\"a\":1},{\"a\" 2},{\"a\":\"\xe9\"},{\"a\":3}]", at(""));
    EXPECT_EQ(outcome(page.result), "ok");
    ASSERT_EQ(page.documents.size(), 4U);
    EXPECT_EQ(read(page.documents[0], at("")), "{a:1}");
    EXPECT_THAT(read(page.documents[1], at("")), StartsWith("! "));
    EXPECT_THAT(read(page.documents[2], at("")), StartsWith("! "));
    EXPECT_EQ(read(page.documents[3], at("")), "{a:3}");
}

TEST(JsonPage, SeesQuotesAndBackslashesAcrossEveryBlockBoundary)
{
    for (std::size_t pad = 0; pad < 130; ++pad) {
        for (auto const * const tail : { R"(\\)", R"(\")", R"(\\\")", R"(\\\\)", R"(]}\"[{)" }) {
            auto const document = fmt::format("{{\"a\":\"{}{}\",\"b\":[1,{{}}]}}", std::string(pad, 'x'), tail);
            Fenced const page(fmt::format("[{0},{0}]", document));
            auto const pieces = cut(page.bytes(), at(""));
            EXPECT_EQ(outcome(pieces.result), "ok") << pad << tail;
            EXPECT_THAT(pieces.documents, ElementsAre(document, document));
        }
    }
}

TEST(JsonPage, BoundsTheNumberOfDocuments)
{
    Limits limits;
    limits.items_max = 2;
    EXPECT_EQ(outcome(cut("[1,2]", at(""), limits).result), "ok");
    EXPECT_THAT(outcome(cut("[1,2,3]", at(""), limits).result), HasSubstr("more than 2 documents"));
}

TEST(JsonPage, PassesAFailureOfTheSinkOn)
{
    int calls = 0;
    Sink const sink { {}, [&](std::string_view) -> Result<void> {
                         ++calls;
                         return fail(Failure::cannot_write, "full");
                     } };
    auto const result = split("[1,2]", at(""), {}, sink);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().failure, Failure::cannot_write);
    EXPECT_EQ(calls, 1);
}

TEST(JsonPage, SurvivesDeepNesting)
{
    std::string const open(100'000, '[');
    std::string const closed = open + std::string(100'000, ']');
    EXPECT_THAT(outcome_of(std::string(1'000'000, '[')), StartsWith("bad_page: "));
    EXPECT_THAT(outcome_of(std::string(1'000'000, '{')), StartsWith("bad_page: "));
    EXPECT_THAT(outcome_of("{\"items\":" + open, "items"), StartsWith("bad_page: "));
    // Balanced, it is one document, which is set aside by the parser.
    auto const page = cut(closed, at(""));
    EXPECT_EQ(outcome(page.result), "ok");
    ASSERT_EQ(page.documents.size(), 1U);
    EXPECT_THAT(read(page.documents[0], at("")), HasSubstr("nested too deep"));
    auto wrong = closed;
    wrong[150'000] = '}';
    EXPECT_THAT(outcome_of(wrong), HasSubstr("wrong bracket"));
    EXPECT_THAT(outcome_of("{\"x\":" + closed + ",\"items\":[]}", "items"), "ok");
}

} // namespace ketensync::formats
