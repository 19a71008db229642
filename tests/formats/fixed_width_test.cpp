#include "tests/formats/reading.hpp"

#include <gmock/gmock.h>

namespace ketensync::formats {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

Layout fixed(Encoding encoding = Encoding::utf8)
{
    Layout layout;
    layout.format = Format::fixed_width;
    layout.encoding = encoding;
    layout.positions = { { "nr", 1, 3 }, { "naam", 4, 6 }, { "jaar", 10, 4 } };
    return layout;
}

} // namespace

TEST(FixedWidth, CutsLines)
{
    EXPECT_THAT(cut("een\r\ntwee\ndrie", fixed()).documents, ElementsAre("een", "twee", "drie"));
    EXPECT_THAT(cut("een\r\n\r\n\ntwee\r\n\x1a", fixed()).documents, ElementsAre("een", "twee"));
    auto const empty = cut("", fixed());
    EXPECT_EQ(outcome(empty.result), "ok");
    EXPECT_THAT(empty.documents, IsEmpty());
    EXPECT_EQ(empty.contexts, 0);
}

TEST(FixedWidth, ReadsTrimmedValuesAtTheirPositions)
{
    EXPECT_EQ(read("001Bakker2024", fixed()), R"({nr:"001",naam:"Bakker",jaar:"2024"})");
    EXPECT_EQ(read(" 1  de B     ", fixed()), R"({nr:"1",naam:"de B",jaar:""})");
    EXPECT_EQ(read("001Bakker2024 and more", fixed()), R"({nr:"001",naam:"Bakker",jaar:"2024"})");
}

TEST(FixedWidth, CountsCharactersOfTheEncoding)
{
    EXPECT_EQ(read("001Zo\xeb   2024", fixed(Encoding::cp1252)), R"({nr:"001",naam:"Zoë",jaar:"2024"})");
    EXPECT_EQ(read("001Zo\xeb   2024", fixed(Encoding::iso_8859_1)), R"({nr:"001",naam:"Zoë",jaar:"2024"})");
    EXPECT_EQ(read("001Zoë   2024", fixed()), R"({nr:"001",naam:"Zoë",jaar:"2024"})");
    EXPECT_EQ(read("00🙂Zoë   202€", fixed()), R"({nr:"00🙂",naam:"Zoë",jaar:"202€"})");
}

TEST(FixedWidth, SetsAShortLineAside)
{
    EXPECT_EQ(read("001Bakker202", fixed()), "! the line has 12 positions where 13 are laid out");
    EXPECT_EQ(read("001Zoë   202", fixed()), "! the line has 12 positions where 13 are laid out");
    EXPECT_EQ(read("", fixed()), "! the line has 0 positions where 13 are laid out");
}

TEST(FixedWidth, SetsALineInAnotherEncodingAside)
{
    EXPECT_THAT(read("001Zo\xeb   2024", fixed()), HasSubstr("not text in the layout's encoding"));
    EXPECT_THAT(read("001Zo\x81   2024", fixed(Encoding::cp1252)), HasSubstr("not text in the layout's encoding"));
    EXPECT_THAT(read(std::string_view("001Zo\0   2024", 13), fixed()), HasSubstr("not text in the layout's encoding"));
}

TEST(FixedWidth, RefusesHtmlAndTooManyLines)
{
    EXPECT_THAT(outcome(cut("<!doctype html>\n<html>", fixed()).result), HasSubstr("the page is HTML"));
    Limits limits;
    limits.items_max = 2;
    EXPECT_EQ(outcome(cut("a\nb\n", fixed(), limits).result), "ok");
    EXPECT_THAT(outcome(cut("a\nb\nc", fixed(), limits).result), HasSubstr("more than 2 documents"));
}

} // namespace ketensync::formats
