#include "connectors/rest_cursor.hpp"

#include <gtest/gtest.h>

namespace ketensync::connectors {

TEST(RestCursor, ComesBackAsItWas)
{
    RestCursor cursor;
    cursor.under_way = true;
    cursor.place = { 12, "a&b=%c\n\"é", 2'750, false };
    cursor.parent = "p/1 2";
    cursor.job = "j";
    cursor.since = "2026-01-01T00:00:00Z";
    cursor.newest = "1767225600000000000";
    auto const text = to_text(cursor);
    ASSERT_TRUE(text);
    auto const back = rest_cursor(*text);
    ASSERT_TRUE(back);
    EXPECT_TRUE(back->under_way);
    EXPECT_EQ(back->place.number, 12U);
    EXPECT_EQ(back->place.next, cursor.place.next);
    EXPECT_EQ(back->place.seen, 2'750U);
    EXPECT_FALSE(back->place.first);
    EXPECT_EQ(back->parent, cursor.parent);
    EXPECT_EQ(back->job, "j");
    EXPECT_EQ(back->since, cursor.since);
    EXPECT_EQ(back->newest, cursor.newest);
}

TEST(RestCursor, IsEmptyAtTheBeginning)
{
    EXPECT_EQ(to_text(RestCursor()).value(), "");
    auto const beginning = rest_cursor("");
    ASSERT_TRUE(beginning);
    EXPECT_FALSE(beginning->under_way);
}

TEST(RestCursor, KeepsOnlyWhatTheNextReadingNeedsBehindTheLastPage)
{
    RestCursor cursor;
    cursor.place.number = 9;
    cursor.since = "oud";
    cursor.newest = "5";
    cursor.etag = "\"v1\"";
    EXPECT_EQ(to_text(cursor).value(), "newest=5&etag=%22v1%22");
}

TEST(RestCursor, RefusesWhatIsNone)
{
    for (auto const * const text :
        { "onzin", "{\"a\":1}", "page=x", "page=", "page=1&onbekend=2", "page=1&next=%Z1", "page=1&next=%2", "\n\n" }) {
        EXPECT_FALSE(rest_cursor(text)) << text;
    }
}

TEST(RestCursor, HasABound)
{
    RestCursor cursor;
    cursor.under_way = true;
    cursor.place.next = std::string(5'000, 'x');
    auto const text = to_text(cursor);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().failure, Failure::bad_page);
}

} // namespace ketensync::connectors
