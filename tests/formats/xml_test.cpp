#include "tests/formats/reading.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::formats {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

Layout xml(std::string items = "Levering/Uitkering", std::string context = {})
{
    Layout layout;
    layout.format = Format::xml;
    layout.items = std::move(items);
    layout.context = std::move(context);
    return layout;
}

} // namespace

TEST(Xml, CutsElementsExactlyAsReceived)
{
    auto const page = cut(
        "<?xml version='1.0'?>\n<!-- x --><Levering>\n <Uitkering  a='1' ><B>&lt;x&gt;</B>\n</Uitkering >\n"
        "<Anders><Uitkering/></Anders><Uitkering/><Uitkering><Uitkering>diep</Uitkering></Uitkering></Levering>\n",
        xml());
    EXPECT_EQ(outcome(page.result), "ok");
    EXPECT_THAT(page.documents,
        ElementsAre("<Uitkering  a='1' ><B>&lt;x&gt;</B>\n</Uitkering >", "<Uitkering/>",
            "<Uitkering><Uitkering>diep</Uitkering></Uitkering>"));
    EXPECT_EQ(page.contexts, 0);
}

TEST(Xml, CutsElementsThatLieInMoreThanOnePlace)
{
    auto const layout = xml("A/B/C | A/D|Q");
    EXPECT_THAT(cut("<A><B><C>1</C></B><D><C>2</C></D><C/></A>", layout).documents,
        ElementsAre("<C>1</C>", "<D><C>2</C></D>"));
    EXPECT_THAT(cut("<Q k='1'><C/></Q>", layout).documents, ElementsAre("<Q k='1'><C/></Q>"));
    EXPECT_THAT(cut("<A/>", layout).documents, IsEmpty());
    EXPECT_THAT(outcome(cut("<X><B/></X>", xml("A/B/C | A/D/E")).result), HasSubstr("no place for 'A/B/C | A/D/E'"));
}

TEST(Xml, ReadsAnElementAsAnObject)
{
    EXPECT_EQ(read("<U soort='b&amp;s' xmlns:x='urn:x' x:nil='true'>\n <Nr> 12 "
                   "</Nr><P><B>1</B></P><P><B>2</B></P><Leeg/> los </U>",
                  xml()),
        "{@soort:\"b&s\",@nil:\"true\",Nr:{#text:\"12\"},P:{B:{#text:\"1\"}},P:{B:{#text:\"2\"}},Leeg:{},#text:"
        "\"los\"}");
    EXPECT_EQ(read("<U>a<!-- x --><![CDATA[<b>]]>&#x20AC;</U>", xml()), "{#text:\"a<b>€\"}");
}

TEST(Xml, ComparesNamesWithoutTheirPrefix)
{
    auto const page = cut("<s:Levering xmlns:s='urn:s'><s:Uitkering><s:B>1</s:B></s:Uitkering></s:Levering>", xml());
    ASSERT_THAT(page.documents, ElementsAre("<s:Uitkering><s:B>1</s:B></s:Uitkering>"));
    EXPECT_EQ(read(page.documents[0], xml()), "{B:{#text:\"1\"}}");
}

TEST(Xml, GivesTheContextToEveryDocument)
{
    auto const layout = xml("Bus/U", "Bus/Levering");
    auto const page = cut("<Bus><Levering><Jaar>2024</Jaar></Levering><U><N>1</N></U><U/></Bus>", layout);
    EXPECT_EQ(outcome(page.result), "ok");
    EXPECT_EQ(page.contexts, 1);
    EXPECT_EQ(page.context, "<Levering><Jaar>2024</Jaar></Levering>");
    EXPECT_EQ(read(page.documents[0], layout, page.context), "{context:{Jaar:{#text:\"2024\"}},N:{#text:\"1\"}}");
    EXPECT_EQ(read(page.documents[1], layout, page.context), "{context:{Jaar:{#text:\"2024\"}}}");
}

TEST(Xml, FollowsTheContextOfEachPage)
{
    Parser parser(xml(), {});
    Tree tree;
    ASSERT_TRUE(parser.parse("<L><J>1</J></L>", "<U/>", tree));
    EXPECT_EQ(written(tree), "{context:{J:{#text:\"1\"}}}");
    ASSERT_TRUE(parser.parse("<L><J>2</J></L>", "<U/>", tree));
    EXPECT_EQ(written(tree), "{context:{J:{#text:\"2\"}}}");
    ASSERT_TRUE(parser.parse("", "<U/>", tree));
    EXPECT_EQ(written(tree), "{}");
    EXPECT_FALSE(parser.parse("<L><J>", "<U/>", tree));
    EXPECT_FALSE(parser.parse("<L><J>", "<U/>", tree));
    ASSERT_TRUE(parser.parse("<L/>", "<U/>", tree));
}

TEST(Xml, RefusesAPageWithoutItsContext)
{
    auto const layout = xml("Bus/U", "Bus/Levering");
    EXPECT_THAT(
        outcome(cut("<Bus><U/></Bus>", layout).result), HasSubstr("'Bus/Levering' is missing before the documents"));
    EXPECT_THAT(outcome(cut("<Bus><U/><Levering/></Bus>", layout).result), StartsWith("bad_page: "));
    EXPECT_THAT(outcome(cut("<Bus><Levering/><U/><Levering/></Bus>", layout).result), HasSubstr("occurs twice"));
    EXPECT_EQ(outcome(cut("<Bus><Levering/></Bus>", layout).result), "ok");
}

TEST(Xml, ReadsTheEncodingThatThePageDeclares)
{
    for (auto const & [name, naam, expected] : {
             std::tuple("windows-1252", "Zo\xeb \x80", "Zoë €"),
             std::tuple("Windows-1252", "\x8aim", "Šim"),
             std::tuple("ISO-8859-1", "Zo\xeb", "Zoë"),
             std::tuple("UTF-8", "Zoë €", "Zoë €"),
         }) {
        auto const layout = xml("Bus/U", "Bus/L");
        auto const page = cut(
            fmt::format("<?xml version=\"1.0\" encoding=\"{0}\"?><Bus><L>{1}</L><U><N>{1}</N></U></Bus>", name, naam),
            layout);
        ASSERT_EQ(outcome(page.result), "ok") << name;
        EXPECT_EQ(page.documents[0], fmt::format("<U><N>{}</N></U>", naam));
        EXPECT_EQ(read(page.documents[0], layout, page.context),
            fmt::format("{{context:{{#text:\"{0}\"}},N:{{#text:\"{0}\"}}}}", expected));
    }
}

TEST(Xml, TellsTheEncodingEvenWithoutAContext)
{
    auto const page = cut("<?xml version='1.0' encoding='windows-1252'?><L><U>\x80</U></L>", xml("L/U"));
    ASSERT_EQ(page.contexts, 1);
    EXPECT_EQ(read(page.documents[0], xml("L/U"), page.context), "{#text:\"€\"}");
}

TEST(Xml, RefusesOtherEncodings)
{
    EXPECT_THAT(outcome(cut("<?xml version='1.0' encoding='UTF-16'?><L/>", xml("L/U")).result), HasSubstr("encoding"));
    EXPECT_THAT(outcome(cut("<?xml version='1.0' encoding='EBCDIC'?><L/>", xml("L/U")).result), HasSubstr("encoding"));
    EXPECT_THAT(outcome(cut(std::string_view("<\0L\0/\0>\0", 8), xml("L/U")).result), HasSubstr("UTF-16"));
    EXPECT_THAT(outcome(cut(std::string_view("\xfe\xff\0<\0", 5), xml("L/U")).result), HasSubstr("UTF-16"));
    EXPECT_THAT(outcome(cut("<L><U>\xe9</U></L>", xml("L/U")).result), StartsWith("bad_page: "));
    EXPECT_THAT(outcome(cut("<?xml version='1.0' encoding='windows-1252'?><L><U>\x81</U></L>", xml("L/U")).result),
        StartsWith("bad_page: "));
}

TEST(Xml, RefusesADoctype)
{
    std::string laughs = "<?xml version='1.0'?><!DOCTYPE L [<!ENTITY a0 'ha'>";
    for (int level = 1; level < 10; ++level) {
        laughs += fmt::format("<!ENTITY a{0} '&a{1};&a{1};&a{1};&a{1};&a{1};&a{1};&a{1};&a{1};'>", level, level - 1);
    }
    laughs += "]><L><U>&a9;</U></L>";
    EXPECT_EQ(outcome(cut(laughs, xml("L/U")).result), "bad_page: the XML holds a DOCTYPE, which is refused");
    EXPECT_THAT(outcome(cut("<!DOCTYPE L SYSTEM 'file:///etc/passwd'><L/>", xml("L/U")).result), HasSubstr("DOCTYPE"));
    EXPECT_THAT(read("<!DOCTYPE U [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><U>&x;</U>", xml()), HasSubstr("DOCTYPE"));
    EXPECT_THAT(read("<U>&x;</U>", xml()), StartsWith("! "));
}

TEST(Xml, RefusesAPageThatIsNotTheOneExpected)
{
    EXPECT_THAT(outcome(cut("<Fout>geen toegang</Fout>", xml("L/A/U")).result), HasSubstr("no place for 'L/A/U'"));
    EXPECT_THAT(outcome(cut("<L><B/></L>", xml("L/A/U")).result), HasSubstr("no place for 'L/A/U'"));
    EXPECT_EQ(outcome(cut("<L><A/></L>", xml("L/A/U")).result), "ok");
    EXPECT_THAT(outcome(cut("<html><body/></html>", xml("L/U")).result), HasSubstr("HTML"));
    EXPECT_THAT(outcome(cut("", xml("L/U")).result), StartsWith("bad_page: "));
    EXPECT_THAT(outcome(cut("{}", xml("L/U")).result), StartsWith("bad_page: "));
}

TEST(Xml, RefusesAPageCutAtAnyByte)
{
    std::string const page
        = "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?><L><C>x</C><U a='1'>Zoë<b/></U><U/></L>";
    ASSERT_EQ(outcome(cut(page, xml("L/U", "L/C")).result), "ok");
    for (std::size_t size = 0; size < page.size(); ++size) {
        Fenced const fenced(std::string_view(page).substr(0, size));
        EXPECT_THAT(outcome(cut(fenced.bytes(), xml("L/U", "L/C")).result), StartsWith("bad_page: ")) << size;
    }
}

TEST(Xml, BoundsDepthValuesAndDocuments)
{
    std::string deep;
    for (int level = 0; level < 100'000; ++level) {
        deep += "<a>";
    }
    EXPECT_THAT(outcome(cut("<L><U>" + deep, xml("L/U")).result), HasSubstr("nested too deep"));
    EXPECT_THAT(read("<U>" + deep, xml()), HasSubstr("nested too deep"));
    Limits limits;
    limits.nodes_max = 4;
    EXPECT_EQ(read("<U a='1'><b>x</b></U>", xml(), {}, limits), "{@a:\"1\",b:{#text:\"x\"}}");
    EXPECT_THAT(read("<U a='1'><b>x</b>y</U>", xml(), {}, limits), HasSubstr("too many values"));
    EXPECT_THAT(read("<U a='1' b='2' c='3' d='4'/>", xml(), {}, limits), HasSubstr("too many values"));
    limits.items_max = 1;
    EXPECT_THAT(outcome(cut("<L><U/><U/></L>", xml("L/U"), limits).result), HasSubstr("more than 1 documents"));
}

TEST(Xml, PassesAFailureOfTheSinkOn)
{
    int calls = 0;
    Sink const sink { {}, [&](std::string_view) -> Result<void> {
                         ++calls;
                         return fail(Failure::cannot_write, "full");
                     } };
    auto const result = split("<L><U/><U/></L>", xml("L/U"), {}, sink);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().failure, Failure::cannot_write);
    EXPECT_EQ(calls, 1);
}

} // namespace ketensync::formats
