#include "daemon/formats/xml_plain.hpp"

#include "tests/formats/reading.hpp"

#include <gtest/gtest.h>

#include <random>

namespace ketensync::formats {

namespace {

constexpr auto plain = "<b:Uitkering>\r\n  <Nr>U 1</Nr>\r\n  <Persoon>\n<Naam> Zoë </Naam><Leeg/><Ook></Ook><x:Geslacht>1</x:Geslacht>"
                       "</Persoon>\n  <Persoon><Naam>Jan\tPiet</Naam></Persoon>\n</b:Uitkering>";

/// The element as a tree by expat, which a comment in it always takes; empty when it is not sound.
std::string by_expat(std::string element, Layout const & layout)
{
    element.insert(std::min(element.find('>'), element.size() - 1) + 1, "<!---->");
    auto const text = read(element, layout);
    return text.starts_with("! ") ? std::string() : text;
}

std::string by_plain(std::string_view element)
{
    Tree tree;
    return xml::read_plain(Fenced(element).bytes(), {}, nullptr, tree) ? written(tree) : std::string();
}

Layout layout()
{
    Layout layout;
    layout.format = Format::xml;
    layout.items = "x/y";
    return layout;
}

} // namespace

TEST(XmlPlain, ReadsWhatIsWrittenPlainly)
{
    EXPECT_EQ(by_plain("<a><b>1</b></a>"), "{b:{#text:\"1\"}}");
    EXPECT_EQ(by_plain(plain), by_expat(plain, layout()));
    EXPECT_FALSE(by_plain(plain).empty());
}

TEST(XmlPlain, LeavesEverythingElseToTheReader)
{
    for (auto const * const element : { "<a b='1'/>", "<a><b>&amp;</b></a>", "<a>los<b/></a>", "<a><b/>los</a>",
             "<a><![CDATA[x]]></a>", "<a><?p?></a>", "<a><b>]]></b></a>", "<a ></a>", "<a></a >", "<a></b>", "<a><b></a></b>",
             "<a>", "<a", "<", "", "a", "<a></a>\n", "<a/><a/>", "<1/>", "<:a/>", "<a:/>", "<a:b:c/>", "<a><b>1\n2</b></a>",
             "<a>\x01</a>", "<a>\xff</a>", "<a>\xef\xbf\xbf</a>", "<\xc3\xa9/>" }) {
        EXPECT_EQ(by_plain(element), "") << element;
    }
    std::string deep;
    for (int i = 0; i < 100'000; ++i) {
        deep += "<a>";
    }
    EXPECT_EQ(by_plain(deep), "");
    Tree tree;
    EXPECT_FALSE(xml::read_plain("<a><b>1</b></a>", { .depth_max = 1 }, nullptr, tree));
    tree.clear();
    EXPECT_FALSE(xml::read_plain("<a><b>1</b></a>", { .nodes_max = 2 }, nullptr, tree));
}

TEST(XmlPlain, CutsAPageAsTheReaderDoesOrLeavesItToIt)
{
    constexpr std::string_view bytes = "<>/&;]['\"= \t\r\nab:-.!?0\x01\xc3\xa9";
    std::string const page = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<l:Lev>\n <Kop><Jaar>2026</Jaar></Kop>\r\n<U><N>Zoë</N>"
                             "</U> <U/>los\n<Groep><U>anders</U></Groep><U><U>in</U></U>\n</l:Lev>\n";
    auto of = layout();
    of.items = "Lev/U";
    of.context = "Lev/Kop";
    EXPECT_TRUE(xml::is_plain_page(page));
    std::mt19937 random(20261123);
    auto const pick = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
    int plain_pages = 0;
    for (int i = 0; i < 20'000; ++i) {
        auto changed = page;
        auto const at = pick(changed.size());
        if (i > 0) {
            i % 2 == 0 ? changed[at] = bytes[pick(bytes.size())], void() : void(changed.erase(at, 1 + pick(2)));
        }
        if (!xml::is_plain_page(Fenced(changed).bytes())) {
            continue;
        }
        ++plain_pages;
        // A comment behind the root's end is not plain, and changes nothing.
        auto const plain_cut = cut(changed, of);
        auto const expat_cut = cut(changed + "<!---->", of);
        EXPECT_EQ(outcome(plain_cut.result), outcome(expat_cut.result)) << changed;
        EXPECT_EQ(plain_cut.documents, expat_cut.documents) << changed;
        EXPECT_EQ(plain_cut.context, expat_cut.context) << changed;
    }
    EXPECT_GT(plain_pages, 1'000);
}

TEST(XmlPlain, TakesNothingThatTheReaderDoesNotTakeAlike)
{
    constexpr std::string_view bytes = "<>/&;]['\"= \t\r\nab:-.!?0\x01\x7f\xc3\xa9\xef\xbf\xbe";
    std::mt19937 random(20261122);
    auto const pick = [&](std::size_t count) { return std::uniform_int_distribution<std::size_t>(0, count - 1)(random); };
    auto const of = layout();
    int taken = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string element = plain;
        for (auto changes = 1 + pick(2); changes > 0; --changes) {
            auto const at = pick(element.size());
            switch (pick(3)) {
            case 0:
                element[at] = bytes[pick(bytes.size())];
                break;
            case 1:
                element.erase(at, 1 + pick(3));
                break;
            default:
                element.insert(at, 1, bytes[pick(bytes.size())]);
                break;
            }
        }
        if (auto const found = by_plain(element); !found.empty()) {
            ++taken;
            EXPECT_EQ(found, by_expat(element, of)) << element;
        }
    }
    EXPECT_GT(taken, 1'000);
}

} // namespace ketensync::formats
