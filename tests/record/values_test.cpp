#include "daemon/record/values.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace ketensync::record {

TEST(Values, KeepTheTextsInOrder)
{
    auto const texts = std::to_array<std::string_view>({ "een", "", "drie", "" });
    Values const values { std::span<std::string_view const>(texts) };
    ASSERT_EQ(values.size(), 4U);
    EXPECT_EQ(values[0], "een");
    EXPECT_EQ(values[1], "");
    EXPECT_EQ(values[2], "drie");
    EXPECT_EQ(values[3], "");
    EXPECT_EQ(values[9], "");
    auto const back = Values::from_bytes(values.bytes());
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, values);
}

TEST(Values, OfNothingAreNothing)
{
    Values const values;
    EXPECT_EQ(values.size(), 0U);
    EXPECT_EQ(values[0], "");
    EXPECT_EQ(Values(std::span<std::string_view const>()).size(), 0U);
}

TEST(Values, HoldSixtyFourKibibytesAndNoMore)
{
    std::string const large(Values::bytes_max, 'x');
    std::vector<std::string_view> texts { large };
    ASSERT_TRUE(Values::fits(texts));
    Values const values { std::span<std::string_view const>(texts) };
    EXPECT_EQ(values[0], large);
    texts.push_back("y");
    EXPECT_FALSE(Values::fits(texts));
    EXPECT_FALSE(Values::fits(std::vector<std::string_view>(256)));
    std::vector<std::string_view> const many(255, "a");
    EXPECT_TRUE(Values::fits(many));
    EXPECT_EQ(Values { std::span<std::string_view const>(many) }[254], "a");
}

TEST(Values, RefuseBytesThatWereNeverGivenOut)
{
    auto const texts = std::to_array<std::string_view>({ "een", "twee" });
    auto const bytes = Values { std::span<std::string_view const>(texts) }.bytes();
    EXPECT_FALSE(Values::from_bytes(""));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(Values::from_bytes(std::string_view(bytes).substr(0, size))) << size;
    }
    EXPECT_FALSE(Values::from_bytes(bytes + "x"));
    auto swapped = bytes;
    std::swap(swapped[1], swapped[3]); // the first ends behind the second
    EXPECT_FALSE(Values::from_bytes(swapped));
}

} // namespace ketensync::record
