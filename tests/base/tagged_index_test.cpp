#include "daemon/base/tagged_index.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace ketensync {

TEST(TaggedIndex, FindsEveryThingAmongThoseOfItsTagAndNothingElse)
{
    // Few tags, at both ends of their range: many things share one, and searches run over the end of the table.
    std::mt19937 random(1);
    std::vector<std::uint32_t> tags;
    TaggedIndex index;
    for (std::uint32_t number = 1; number <= 5'000; ++number) {
        tags.push_back(static_cast<std::uint32_t>(random() % 4 == 0 ? random() : random() % 3 - 2U));
        index.add(tags.back(), number);
    }
    for (std::uint32_t number = 1; number <= 5'000; ++number) {
        auto const tag = tags[number - 1];
        ASSERT_EQ(index.find(tag, [number](std::uint32_t other) { return other == number; }), number);
        ASSERT_EQ(index.find(tag, [](std::uint32_t) { return false; }), 0U);
        ASSERT_EQ(tags[index.find(tag, [](std::uint32_t) { return true; }) - 1], tag) << "only what has the tag is shown";
    }
    EXPECT_EQ(TaggedIndex().find(7, [](std::uint32_t) { return true; }), 0U);
    EXPECT_LE(index.bytes(), 5'000U * 8 * 5 / 3);
}

}
