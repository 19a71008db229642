#include "connectors/read_ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace ketensync::connectors {

using std::chrono::milliseconds;

namespace {

/// Counts to `last`; its cursor is the number before the page.
class Counting final : public Connector {
public:
    struct Watch {
        std::atomic<int> reads = 0;
        std::atomic<int> fails_at = -1;
        std::atomic<bool> hangs = false;
    };
    Counting(int last, Watch & watch)
        : m_last(last)
        , m_watch(watch)
    {
    }
    Result<Page> read(std::string const & cursor, std::stop_token stop) override
    {
        ++m_watch.reads;
        if (m_watch.hangs) {
            SystemClock().wait_for(std::chrono::seconds(30), stop);
        }
        if (stop.stop_requested()) {
            return fail(Failure::interrupted, "asked to stop");
        }
        int const number = cursor.empty() ? 1 : std::stoi(cursor) + 1;
        if (number == m_watch.fails_at) {
            return fail(Failure::unavailable, "page " + std::to_string(number));
        }
        Page page;
        page.body = Body(std::to_string(number));
        page.last = number == m_last;
        page.cursor_after = page.last ? "" : std::to_string(number);
        return page;
    }

private:
    int m_last;
    Watch & m_watch;
};

} // namespace

TEST(ReadAhead, GivesThePagesInOrder)
{
    Counting::Watch watch;
    ReadAhead ahead(std::make_unique<Counting>(50, watch));
    for (int round = 0; round < 2; ++round) {
        std::string cursor;
        for (int number = 1; number <= 50; ++number) {
            auto const page = ahead.read(cursor, {});
            ASSERT_TRUE(page);
            EXPECT_EQ(page->body.bytes(), std::to_string(number));
            EXPECT_EQ(page->last, number == 50);
            cursor = page->cursor_after;
        }
    }
    EXPECT_EQ(watch.reads, 100);
}

TEST(ReadAhead, ReadsNoFurtherAheadThanItMay)
{
    Counting::Watch watch;
    ReadAhead ahead(std::make_unique<Counting>(50, watch));
    ASSERT_TRUE(ahead.read("", {}));
    std::this_thread::sleep_for(milliseconds(50));
    EXPECT_LE(watch.reads, 4);
    EXPECT_GE(watch.reads, 3);
}

TEST(ReadAhead, StartsAnewFromAnotherCursor)
{
    Counting::Watch watch;
    ReadAhead ahead(std::make_unique<Counting>(50, watch));
    EXPECT_EQ(ahead.read("", {})->body.bytes(), "1");
    EXPECT_EQ(ahead.read("", {})->body.bytes(), "1");
    EXPECT_EQ(ahead.read("30", {})->body.bytes(), "31");
    EXPECT_EQ(ahead.read("31", {})->body.bytes(), "32");
    EXPECT_EQ(ahead.read("1", {})->body.bytes(), "2");
}

TEST(ReadAhead, GivesAFailureInItsPlaceAndGoesOnAfterIt)
{
    Counting::Watch watch;
    watch.fails_at = 3;
    ReadAhead ahead(std::make_unique<Counting>(5, watch));
    ASSERT_TRUE(ahead.read("", {}));
    ASSERT_TRUE(ahead.read("1", {}));
    auto const failed = ahead.read("2", {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().what, "page 3");
    watch.fails_at = -1;
    EXPECT_EQ(ahead.read("2", {})->body.bytes(), "3");
    EXPECT_EQ(ahead.read("3", {})->body.bytes(), "4");
}

TEST(ReadAhead, StopsWhileItWaits)
{
    Counting::Watch watch;
    watch.hangs = true;
    ReadAhead ahead(std::make_unique<Counting>(5, watch));
    std::stop_source stop;
    std::jthread const stopper([&] {
        std::this_thread::sleep_for(milliseconds(50));
        stop.request_stop();
    });
    auto const start = std::chrono::steady_clock::now();
    auto const page = ahead.read("", stop.get_token());
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::interrupted);
    EXPECT_EQ(ahead.read("", stop.get_token()).error().failure, Failure::interrupted);
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1'000));
    watch.hangs = false;
    EXPECT_EQ(ahead.read("", {})->body.bytes(), "1");
}

TEST(ReadAhead, EndsWithItsPagesUnread)
{
    Counting::Watch watch;
    {
        ReadAhead ahead(std::make_unique<Counting>(50, watch));
        ASSERT_TRUE(ahead.read("", {}));
    }
    Counting::Watch hanging;
    ReadAhead ahead(std::make_unique<Counting>(50, hanging));
    ASSERT_TRUE(ahead.read("", {}));
    hanging.hangs = true;
}

} // namespace ketensync::connectors
