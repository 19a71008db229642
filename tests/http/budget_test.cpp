#include "daemon/http/budget.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace ketensync::http {

using std::chrono::milliseconds;

TEST(Budget, SpreadsRequestsEvenly)
{
    ManualClock clock(Instant(milliseconds(1'000'000)));
    Budget budget(10, clock);
    auto const start = clock.monotonic();
    for (int request = 0; request < 21; ++request) {
        ASSERT_TRUE(budget.take({}));
        EXPECT_GE(clock.monotonic() - start, milliseconds(100 * request));
    }
    EXPECT_EQ(clock.monotonic() - start, milliseconds(2'000));
}

TEST(Budget, SavesNothingUp)
{
    ManualClock clock(Instant(milliseconds(1'000'000)));
    Budget budget(10, clock);
    ASSERT_TRUE(budget.take({}));
    clock.advance(std::chrono::hours(1));
    auto const start = clock.monotonic();
    for (int request = 0; request < 11; ++request) {
        ASSERT_TRUE(budget.take({}));
    }
    EXPECT_EQ(clock.monotonic() - start, milliseconds(1'000));
}

TEST(Budget, IsUnlimitedAtZero)
{
    ManualClock clock(Instant(milliseconds(5)));
    Budget budget(0, clock);
    for (int request = 0; request < 1'000; ++request) {
        ASSERT_TRUE(budget.take({}));
    }
    EXPECT_EQ(clock.monotonic(), milliseconds(5));
}

TEST(Budget, IsSharedByThreads)
{
    SystemClock const clock;
    Budget budget(200, clock);
    auto const start = clock.monotonic();
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int request = 0; request < 10; ++request) {
                    EXPECT_TRUE(budget.take({}));
                }
            });
        }
    }
    EXPECT_GE(clock.monotonic() - start, milliseconds(194));
}

TEST(Budget, StopsWhenAsked)
{
    SystemClock const clock;
    Budget budget(1, clock);
    std::stop_source stop;
    ASSERT_TRUE(budget.take(stop.get_token()));
    std::jthread const stopper([&] {
        std::this_thread::sleep_for(milliseconds(30));
        stop.request_stop();
    });
    auto const start = clock.monotonic();
    auto const taken = budget.take(stop.get_token());
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().failure, Failure::interrupted);
    EXPECT_LT(clock.monotonic() - start, milliseconds(500));
    EXPECT_FALSE(budget.take(stop.get_token()));
}

} // namespace ketensync::http
