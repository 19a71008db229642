#include "tests/formats/reading.hpp"

#include <gmock/gmock.h>

namespace ketensync::formats {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

Layout csv(Encoding encoding = Encoding::utf8)
{
    Layout layout;
    layout.format = Format::csv;
    layout.encoding = encoding;
    return layout;
}

} // namespace

TEST(Csv, CutsRowsExactlyAsReceived)
{
    auto const page = cut(
        "nr;naam;plaats\r\n1;\"Jansen; van \"\"der\"\"\";Hilversum\r\n2;Bakker;\"regel 1\r\nregel 2\"\n3;;\n", csv());
    EXPECT_EQ(outcome(page.result), "ok");
    EXPECT_EQ(page.context, "nr;naam;plaats");
    EXPECT_EQ(page.contexts, 1);
    EXPECT_THAT(page.documents,
        ElementsAre("1;\"Jansen; van \"\"der\"\"\";Hilversum", "2;Bakker;\"regel 1\r\nregel 2\"", "3;;"));
}

TEST(Csv, ReadsARowByItsHeader)
{
    EXPECT_EQ(read("1;\"Jansen; van \"\"der\"\"\";", csv(), "nr; naam ;\"plaats\""),
        R"({nr:"1",naam:"Jansen; van "der"",plaats:""})");
    EXPECT_EQ(read("\"\";\"\"\"\";\"a\nb\"", csv(), "x;y;z"), "{x:\"\",y:\"\"\",z:\"a\nb\"}");
    EXPECT_EQ(read("buis 5\" rond;x", csv(), "a;b"), R"({a:"buis 5" rond",b:"x"})");
    EXPECT_EQ(read(
                  "a,b",
                  [] {
                      auto layout = csv();
                      layout.separator = ',';
                      return layout;
                  }(),
                  "p,q"),
        R"({p:"a",q:"b"})");
}

TEST(Csv, FollowsTheHeaderOfEachPage)
{
    Parser parser(csv(), {});
    Tree tree;
    ASSERT_TRUE(parser.parse("a;b", "1;2", tree));
    EXPECT_EQ(written(tree), R"({a:"1",b:"2"})");
    ASSERT_TRUE(parser.parse("b;a", "1;2", tree));
    EXPECT_EQ(written(tree), R"({b:"1",a:"2"})");
}

TEST(Csv, NamesColumnsWithoutAHeader)
{
    auto layout = csv();
    layout.header = false;
    layout.columns = { "nr", "naam" };
    auto const page = cut("1;x\n2;y", layout);
    EXPECT_EQ(outcome(page.result), "ok");
    EXPECT_EQ(page.context, "\"nr\";\"naam\"");
    EXPECT_THAT(page.documents, ElementsAre("1;x", "2;y"));
    EXPECT_EQ(read("1;x", layout, page.context), R"({nr:"1",naam:"x"})");
    EXPECT_EQ(outcome(cut("", layout).result), "ok");
}

TEST(Csv, SkipsEmptyRowsAndAByteOrderMark)
{
    auto const page = cut("\xef\xbb\xbf\r\nnr;naam\r\n\r\n1;x\n\n\r\n2;y\n\n", csv());
    EXPECT_EQ(page.context, "nr;naam");
    EXPECT_THAT(page.documents, ElementsAre("1;x", "2;y"));
}

TEST(Csv, SetsARowOfAnotherWidthAside)
{
    EXPECT_EQ(read("1;2", csv(), "a;b;c"), "! the row has 2 columns where 3 are named");
    EXPECT_EQ(read("1;2;3;4", csv(), "a;b;c"), "! the row has 4 columns where 3 are named");
}

TEST(Csv, RefusesAPageWhoseRowsAreInDoubt)
{
    EXPECT_THAT(outcome(cut("a;b\n1;\"x", csv()).result), HasSubstr("row 2 opens a quote that does not close"));
    EXPECT_THAT(
        outcome(cut("a;b\n1;\"x\n2;y\n3;z\n", csv()).result), HasSubstr("row 2 opens a quote that does not close"));
    EXPECT_THAT(
        outcome(cut("a;b\n1;\"x\n2;\"y\n3;z\n", csv()).result), HasSubstr("row 2 goes on behind a closing quote"));
    EXPECT_THAT(outcome(cut("a;b\n1;\"x\"\"", csv()).result), HasSubstr("does not close"));
    Limits limits;
    limits.item_bytes_max = 100;
    EXPECT_THAT(
        outcome(cut("a;b\n1;\"" + std::string(200, '\n') + "\"\n", csv(), limits).result), StartsWith("bad_page: "));
}

TEST(Csv, RefusesAPageWithoutAHeader)
{
    EXPECT_THAT(outcome(cut("", csv()).result), StartsWith("bad_page: "));
    EXPECT_THAT(outcome(cut("\n\n", csv()).result), StartsWith("bad_page: "));
    EXPECT_THAT(outcome(cut("a;b;a\n1;2;3\n", csv()).result), HasSubstr("names a column twice"));
    EXPECT_EQ(outcome(cut("<html><body>Sessie verlopen</body></html>", csv()).result),
        "bad_page: the page is HTML where CSV is expected");
    EXPECT_EQ(outcome(cut("\xff\xfe"
                          "a",
                  csv())
                          .result),
        "bad_page: the page begins as UTF-16 and is not sound UTF-16");
}

TEST(Csv, ReadsTheEncodingOfTheLayout)
{
    EXPECT_EQ(read("Jos\xe9;\x80", csv(Encoding::cp1252), "na\xe4m;b"), R"({naäm:"José",b:"€"})");
    EXPECT_EQ(read("\"Jos\xe9 \"\"x\"\"\";y", csv(Encoding::iso_8859_1), "a;b"), R"({a:"José "x"",b:"y"})");
    EXPECT_EQ(read("Jos\xe9;x", csv(), "a;b"), "! the row is not text in the layout's encoding");
    EXPECT_EQ(read("\x81;x", csv(Encoding::cp1252), "a;b"), "! the row is not text in the layout's encoding");
    EXPECT_EQ(read(std::string_view("a\0b;x", 5), csv(), "a;b"), "! the row is not text in the layout's encoding");
}

TEST(Csv, BoundsTheNumberOfDocuments)
{
    Limits limits;
    limits.items_max = 2;
    EXPECT_EQ(outcome(cut("a\n1\n2\n", csv(), limits).result), "ok");
    EXPECT_THAT(outcome(cut("a\n1\n2\n3\n", csv(), limits).result), HasSubstr("more than 2 documents"));
}

TEST(Csv, ReadsNoByteBeyondThePage)
{
    std::string const page = "a;b\r\n1;\"x\"\"y\"\r\n2;\"z\"\r";
    for (std::size_t size = 0; size <= page.size(); ++size) {
        Fenced const fenced(std::string_view(page).substr(0, size));
        cut(fenced.bytes(), csv());
    }
    EXPECT_THAT(cut(page, csv()).documents, ElementsAre("1;\"x\"\"y\"", "2;\"z\""));
}

} // namespace ketensync::formats
