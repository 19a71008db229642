#include "daemon/http/retry.hpp"

#include <gtest/gtest.h>

namespace ketensync::http {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr double almost_one = 0.999'999;

Attempt attempt(unsigned number, int status, double random = almost_one)
{
    return { number, status, std::nullopt, random };
}

} // namespace

TEST(Retry, TriesTransientTroubleAgain)
{
    for (int const status : { 0, 429, 502, 503, 504 }) {
        EXPECT_TRUE(wait_before_next({}, attempt(1, status))) << status;
    }
    for (int const status : { 200, 301, 304, 400, 401, 403, 404, 410, 500, 501 }) {
        EXPECT_FALSE(wait_before_next({}, attempt(1, status))) << status;
    }
}

TEST(Retry, GivesUpAfterTheLastAttempt)
{
    RetryPolicy const policy { .attempts_max = 3 };
    EXPECT_TRUE(wait_before_next(policy, attempt(2, 503)));
    EXPECT_FALSE(wait_before_next(policy, attempt(3, 503)));
    EXPECT_FALSE(wait_before_next(policy, attempt(1'000'000, 503)));
}

TEST(Retry, DoublesTheWaitUpToItsBoundWithFullJitter)
{
    RetryPolicy const policy {
        .attempts_max = 100, .backoff_first = milliseconds(500), .backoff_max = milliseconds(3'000)
    };
    EXPECT_EQ(wait_before_next(policy, attempt(1, 503, 0.5)), milliseconds(250));
    EXPECT_EQ(wait_before_next(policy, attempt(2, 503, 0.5)), milliseconds(500));
    EXPECT_EQ(wait_before_next(policy, attempt(3, 503, 0.5)), milliseconds(1'000));
    EXPECT_EQ(wait_before_next(policy, attempt(4, 503, 0.5)), milliseconds(1'500));
    EXPECT_EQ(wait_before_next(policy, attempt(99, 503, 0.5)), milliseconds(1'500));
    EXPECT_EQ(wait_before_next(policy, attempt(99, 503, 0.0)), milliseconds(0));
    EXPECT_LT(wait_before_next(policy, attempt(99, 503)), milliseconds(3'000));
}

TEST(Retry, WaitsAsLongAsTheSourceAsks)
{
    RetryPolicy const policy { .backoff_first = milliseconds(500), .retry_after_max = seconds(300) };
    auto asked = attempt(1, 429, 0.5);
    asked.retry_after = seconds(120);
    EXPECT_EQ(wait_before_next(policy, asked), milliseconds(120'250));
    asked.retry_after = seconds(300);
    EXPECT_TRUE(wait_before_next(policy, asked));
    asked.retry_after = seconds(301);
    EXPECT_FALSE(wait_before_next(policy, asked));
}

TEST(Retry, ReadsRetryAfterInBothForms)
{
    Instant const now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(10);
    EXPECT_EQ(parse_retry_after("120", now), seconds(120));
    EXPECT_EQ(parse_retry_after("0", now), seconds(0));
    EXPECT_EQ(parse_retry_after("Sat, 21 Nov 2026 10:02:00 GMT", now), seconds(120));
    EXPECT_EQ(parse_retry_after("Saturday, 21-Nov-26 10:02:00 GMT", now), seconds(120));
    EXPECT_EQ(parse_retry_after("Sat Nov 21 10:02:00 2026", now), seconds(120));
    EXPECT_EQ(parse_retry_after("Sat, 21 Nov 2020 10:00:00 GMT", now), seconds(0));
}

TEST(Retry, TakesAnAbsurdRetryAfterForAVeryLongOne)
{
    Instant const now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
    for (auto const * const value : { "1000000000000", "99999999999999999999999999999", "4000000000" }) {
        auto const wait = parse_retry_after(value, now);
        ASSERT_TRUE(wait) << value;
        EXPECT_EQ(*wait, std::chrono::years(100)) << value;
        Attempt asked { 1, 429, wait, 0 };
        EXPECT_FALSE(wait_before_next({}, asked));
    }
}

TEST(Retry, IgnoresARetryAfterOfNoForm)
{
    for (auto const * const value : { "", "-5", "1.5", "soon", "12 s", "tomorrow maybe", "0x10" }) {
        EXPECT_FALSE(parse_retry_after(value, Instant {})) << value;
    }
}

} // namespace ketensync::http
