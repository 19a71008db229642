#include "tests/formats/reading.hpp"

#include <gmock/gmock.h>

namespace ketensync::formats {

using namespace std::literals;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

std::string utf16(std::u16string_view text, bool big)
{
    std::string bytes(big ? "\xfe\xff" : "\xff\xfe");
    for (char16_t const unit : text) {
        auto const high = static_cast<char>(unit >> 8U);
        auto const low = static_cast<char>(unit & 0xffU);
        bytes += big ? high : low;
        bytes += big ? low : high;
    }
    return bytes;
}

Layout csv(Encoding encoding, bool header = true)
{
    Layout layout;
    layout.format = Format::csv;
    layout.encoding = encoding;
    layout.header = header;
    if (!header) {
        layout.columns = { "naam", "plaats" };
    }
    return layout;
}

Layout fixed(Encoding encoding)
{
    Layout layout;
    layout.format = Format::fixed_width;
    layout.encoding = encoding;
    layout.positions = { { "naam", 1, 4 }, { "plaats", 5, 3 } };
    return layout;
}

/// The first document of a page, cut and parsed with nothing else than what cutting gave.
std::string first(std::string const & page, Layout const & layout)
{
    auto const found = cut(page, layout);
    if (!found.result) {
        return outcome(found.result);
    }
    return found.documents.empty() ? "none" : read(found.documents.front(), layout, found.context);
}

} // namespace

TEST(PageText, ReadsUtf16ByItsMarkWhateverWasDeclared)
{
    for (bool const big : { false, true }) {
        for (auto const declared : { Encoding::utf8, Encoding::cp1252, Encoding::utf16, Encoding::detect }) {
            EXPECT_EQ(first(utf16(u"naam;plaats\r\nZoë 🙂;\"a\nb\"\r\n", big), csv(declared)), "{naam:\"Zoë 🙂\",plaats:\"a\nb\"}");
            EXPECT_EQ(first(utf16(u"Zoë;Ede\r\n", big), csv(declared, false)), "{naam:\"Zoë\",plaats:\"Ede\"}");
            EXPECT_EQ(first(utf16(u"Zoë Ede\r\n", big), fixed(declared)), "{naam:\"Zoë\",plaats:\"Ede\"}");
        }
        Layout xml;
        xml.format = Format::xml;
        xml.items = "L/U";
        xml.context = "L/C";
        EXPECT_EQ(first(utf16(u"<?xml version=\"1.0\" encoding=\"UTF-16\"?><L><C>é</C><U>Zoë</U></L>", big), xml),
            "{context:{#text:\"é\"},#text:\"Zoë\"}");
    }
}

TEST(PageText, RefusesUtf16ThatIsNotSoundOrTooLarge)
{
    auto const half = utf16(u"naam;plaats\r\nZoë;Ede", false);
    EXPECT_THAT(first(half.substr(0, half.size() - 1), csv(Encoding::detect)), HasSubstr("not sound UTF-16"));
    EXPECT_THAT(first(utf16(u"naam;plaats\r\n\xd83d;Ede", true), csv(Encoding::detect)), HasSubstr("not sound UTF-16"));
    EXPECT_THAT(first(utf16(u"naam;plaats\r\n\xde42;Ede", true), csv(Encoding::detect)), HasSubstr("not sound UTF-16"));
    EXPECT_THAT(first("naam;plaats\r\nZoe;Ede", csv(Encoding::utf16)), HasSubstr("no byte order mark"));
    EXPECT_THAT(first(half.substr(2), csv(Encoding::detect)), HasSubstr("is in doubt"));
    Limits limits;
    limits.shared_bytes_max = 10;
    EXPECT_THAT(outcome(cut(half, csv(Encoding::detect), limits).result), HasSubstr("read up to 10 bytes"));
}

TEST(PageText, BelievesTheMarkOfUtf8OverWhatWasDeclared)
{
    for (auto const declared : { Encoding::utf8, Encoding::cp1252, Encoding::iso_8859_1, Encoding::detect }) {
        EXPECT_EQ(first("\xef\xbb\xbfnaam;plaats\nZoë;Ede\n", csv(declared)), "{naam:\"Zoë\",plaats:\"Ede\"}");
        EXPECT_EQ(first("\xef\xbb\xbfZoë Ede\n", fixed(declared)), "{naam:\"Zoë\",plaats:\"Ede\"}");
    }
}

TEST(PageText, FindsOutUtf8AndWindows1252)
{
    auto const found = csv(Encoding::detect);
    EXPECT_EQ(first("naam;plaats\nZoe;Ede\n", found), "{naam:\"Zoe\",plaats:\"Ede\"}");
    EXPECT_EQ(first("naam;plaats\nZoë;'t Hof\n", found), "{naam:\"Zoë\",plaats:\"'t Hof\"}");
    EXPECT_EQ(first("naam;plaats\nZo\xeb;\x91t Hof\n", found), "{naam:\"Zoë\",plaats:\"‘t Hof\"}");
    EXPECT_EQ(first("naam;plaats\n\x8aim;Caf\xe9 D\x92Oude\n", found), "{naam:\"Šim\",plaats:\"Café D’Oude\"}");
    EXPECT_EQ(first("naam;plaats\nR\xe9n\xe9" "e;\x80 5\n", found), "{naam:\"Rénée\",plaats:\"€ 5\"}");
    EXPECT_EQ(first("Zo\xeb Ede\n", fixed(Encoding::detect)), "{naam:\"Zoë\",plaats:\"Ede\"}");
}

TEST(PageText, RefusesWhatIsInDoubt)
{
    for (auto const & page : {
             "naam;plaats\nRen\x82;Ede\nZo\x89;Ede\nMari\x89lle;Ede\n"s, // é and ë of DOS
             "naam;plaats\nJ\x81rgen;Ede\n"s, // ü of DOS, which Windows-1252 has not
             "naam;plaats\nM\x8arg;Ede\nAndr\x8e""a;Ede\n"s, // ä and é of a Mac, or è of DOS
             "naam;plaats\nZoë;Ede\nJosé;Ede\nRen\xe9;Ede\n"s, // UTF-8 with one row that is not
             "naam;plaats\nZo\xeb\0;Ede\n"s,
         }) {
        EXPECT_THAT(first(page, csv(Encoding::detect)), HasSubstr("is in doubt")) << page;
    }
}

} // namespace ketensync::formats
