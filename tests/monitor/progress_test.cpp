#include "daemon/monitor/edition.hpp"

#include <gtest/gtest.h>

namespace ketensync::monitor {

namespace {

Target half_way(std::int64_t reached)
{
    return progress_of({}, "x", 100, reached, "2025-01-01", "2026-12-31", "2025-12-31");
}

}

TEST(Progress, DrawsAStraightLineFromTheBeginToTheEnd)
{
    EXPECT_EQ(half_way(0).expected, 50);
    EXPECT_EQ(progress_of({}, "x", 100, 0, "2025-01-01", "2025-12-31", "2025-12-31").expected, 100);
    EXPECT_EQ(progress_of({}, "x", 100, 0, "2025-01-01", "2025-12-31", "2027-12-31").expected, 100) << "no more than the goal";
    EXPECT_EQ(progress_of({}, "x", 100, 0, "2025-01-01", "2025-12-31", "2024-12-31").expected, 0);
}

TEST(Progress, SaysInAWordHowFarAProjectIs)
{
    EXPECT_EQ(word(half_way(45).progress), "op schema");
    EXPECT_EQ(word(half_way(44).progress), "let op");
    EXPECT_EQ(word(half_way(38).progress), "let op");
    EXPECT_EQ(word(half_way(37).progress), "achter");
    EXPECT_EQ(word(half_way(0).progress), "achter");
}

TEST(Progress, SaysNothingWhereThereIsNothingToSay)
{
    auto const of = [](std::int64_t goal, char const * begin, char const * end, char const * today) {
        return word(progress_of({}, "x", goal, 0, begin, end, today).progress);
    };
    EXPECT_EQ(of(0, "2025-01-01", "2026-12-31", "2025-12-31"), "niet te beoordelen") << "no goal";
    EXPECT_EQ(of(100, "", "2026-12-31", "2025-12-31"), "niet te beoordelen") << "no begin";
    EXPECT_EQ(of(100, "2025-01-01", "", "2025-12-31"), "niet te beoordelen") << "no end";
    EXPECT_EQ(of(100, "2025-12-01", "2026-12-31", "2025-12-31"), "niet te beoordelen") << "just begun";
    EXPECT_EQ(of(8, "2025-01-01", "2026-12-31", "2025-12-31"), "niet te beoordelen") << "four is too few";
    EXPECT_EQ(of(10, "2025-01-01", "2026-12-31", "2025-12-31"), "achter");
}

}
