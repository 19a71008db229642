#include "connectors/files_cursor.hpp"

#include <gtest/gtest.h>

namespace ketensync::connectors {

TEST(FilesCursor, SurvivesBeingWritten)
{
    FilesCursor cursor;
    cursor.set({ "a b.txt", 12, -5 }, { 0xffff'ffff'ffff'ffff, 0 });
    cursor.set({ "c.txt", 0, 1'700'000'000'123'456'789 }, { 1, 2 });
    auto const again = FilesCursor::parse(cursor.text());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->text(), cursor.text());
    ASSERT_NE(again->find("a b.txt"), nullptr);
    EXPECT_EQ(again->find("a b.txt")->changed_ns, -5);
    EXPECT_EQ(again->find("a b.txt")->content.high, 0xffff'ffff'ffff'ffff);
    EXPECT_EQ(again->find("x"), nullptr);
}

TEST(FilesCursor, RefusesWhatItDidNotWrite)
{
    EXPECT_TRUE(FilesCursor::parse(""));
    for (auto const * const text :
        { "3", "3 key\n", "1 2 3 4 \n", "1 2 3 4\n", "1 2 3 4 a", "x 2 3 4 a\n", "1 2 g 4 a\n", "\n" }) {
        EXPECT_FALSE(FilesCursor::parse(text)) << text;
    }
}

TEST(FilesCursor, ForgetsFilesThatAreGone)
{
    FilesCursor cursor;
    cursor.set({ "a", 1, 1 }, {});
    cursor.set({ "b", 1, 1 }, {});
    cursor.keep({ { "b", 9, 9 }, { "c", 1, 1 } });
    EXPECT_EQ(cursor.find("a"), nullptr);
    ASSERT_NE(cursor.find("b"), nullptr);
    EXPECT_EQ(cursor.find("b")->size, 1U);
    EXPECT_EQ(cursor.find("c"), nullptr);
}

} // namespace ketensync::connectors
