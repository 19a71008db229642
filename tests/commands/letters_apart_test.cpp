#include "daemon/commands/letters_apart.hpp"

#include <gtest/gtest.h>

namespace ketensync::commands {

TEST(LettersApart, MarksWhatTheOtherLacks)
{
    auto const apart = letters_apart("Jansen", "Janssen");
    EXPECT_EQ(apart.a, "Jansen");
    EXPECT_EQ(apart.b, "Jans<mark>s</mark>en");
    EXPECT_NEAR(apart.alike, 6.0 / 7, 1e-9);
}

TEST(LettersApart, MarksNothingOfTheSameText)
{
    auto const apart = letters_apart("de Vries", "de Vries");
    EXPECT_EQ(apart.a, "de Vries");
    EXPECT_EQ(apart.b, "de Vries");
    EXPECT_EQ(apart.alike, 1);
    EXPECT_EQ(letters_apart("", "").alike, 1);
}

TEST(LettersApart, MarksAllOfWhatHasNothingInCommon)
{
    auto const apart = letters_apart("abc", "xy");
    EXPECT_EQ(apart.a, "<mark>abc</mark>");
    EXPECT_EQ(apart.b, "<mark>xy</mark>");
    EXPECT_EQ(apart.alike, 0);
}

TEST(LettersApart, TakesNoLetterApart)
{
    auto const apart = letters_apart("Zoë", "Zoé");
    EXPECT_EQ(apart.a, "Zo<mark>ë</mark>");
    EXPECT_EQ(apart.b, "Zo<mark>é</mark>");
}

TEST(LettersApart, LetsNoMarkupThrough)
{
    auto const apart = letters_apart("<b>", "<i>");
    EXPECT_EQ(apart.a, "&lt;<mark>b</mark>&gt;");
    EXPECT_EQ(apart.b, "&lt;<mark>i</mark>&gt;");
}

TEST(LettersApart, MarksLongTextsWholeWhereTheyDiffer)
{
    std::string const a(300, 'a'), b(301, 'a');
    EXPECT_EQ(letters_apart(a, b).a, "<mark>" + a + "</mark>");
    EXPECT_EQ(letters_apart(a, a).a, a);
}

}
