#include "daemon/monitor/calendar.hpp"

#include <gtest/gtest.h>

namespace ketensync::monitor {

TEST(Calendar, KnowsHalfYears)
{
    auto const first = period_of("2026-H1").value();
    EXPECT_EQ(first.begin, "2026-01-01");
    EXPECT_EQ(first.end, "2026-06-30");
    EXPECT_EQ(first.title, "eerste halfjaar 2026");
    EXPECT_EQ(before(first).name, "2025-H2");
    EXPECT_EQ(before(before(first)).end, "2025-06-30");
    EXPECT_EQ(last_over("2026-06-30").name, "2025-H2");
    EXPECT_EQ(last_over("2026-07-01").name, "2026-H1");
    EXPECT_EQ(last_over("2027-01-01").name, "2026-H2");
    for (auto const * const wrong : { "2026", "2026-H3", "2026-h1", "2026-H1 ", "x026-H1", "" }) {
        EXPECT_EQ(period_of(wrong).error().failure, Failure::usage) << wrong;
    }
}

TEST(Calendar, PutsADayInItsQuarter)
{
    EXPECT_EQ(code_of(quarter_of("2026-03-31").value()), "2026-K1");
    EXPECT_EQ(code_of(quarter_of("2026-04").value()), "2026-K2");
    EXPECT_EQ(quarter_of("2026"), std::nullopt) << "the month is not known";
    EXPECT_EQ(quarter_of("2026-13-01"), std::nullopt);
    auto const last = quarter_named("2025-K4").value();
    EXPECT_EQ(code_of(last + 1), "2026-K1");
    EXPECT_EQ(first_day(last), "2025-10-01");
    EXPECT_EQ(last_day(last), "2025-12-31");
    EXPECT_EQ(title_of(last), "4e kwartaal 2025");
}

TEST(Calendar, CountsDays)
{
    EXPECT_EQ(day_number("2026-03-01").value() - day_number("2026-02-01").value(), 28);
    EXPECT_EQ(day_number("2024"), day_number("2024-01-01"));
    EXPECT_EQ(day_number("2026-02-30"), std::nullopt);
    EXPECT_EQ(day_number("morgen"), std::nullopt);
    EXPECT_EQ(in_words("2026-06-30"), "30 juni 2026");
}

}
