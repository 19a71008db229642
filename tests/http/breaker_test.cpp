#include "daemon/http/breaker.hpp"

#include "daemon/http/client.hpp"
#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>

#include <atomic>

namespace ketensync::http {

using std::chrono::seconds;
using support::ScriptedServer;
using testing::HasSubstr;

namespace {

struct Broken {
    ManualClock clock { Instant(seconds(1'000'000)) };
    Breaker breaker { 3, seconds(60), clock };

    void fail(int times)
    {
        for (int i = 0; i < times; ++i) {
            ASSERT_TRUE(breaker.enter());
            breaker.failed();
        }
    }
};

} // namespace

TEST(Breaker, OpensAfterSoManyFailuresOnEnd)
{
    Broken broken;
    broken.fail(2);
    ASSERT_TRUE(broken.breaker.enter());
    broken.breaker.succeeded();
    broken.fail(3);
    auto const entered = broken.breaker.enter();
    ASSERT_FALSE(entered);
    EXPECT_EQ(entered.error().failure, Failure::unavailable);
    EXPECT_THAT(entered.error().what, HasSubstr("3 failures on end, for 60 seconds more"));
}

TEST(Breaker, LetsOneFindOutHowItIs)
{
    Broken broken;
    broken.fail(3);
    broken.clock.advance(seconds(60));
    EXPECT_TRUE(broken.breaker.enter());
    EXPECT_FALSE(broken.breaker.enter());
    broken.breaker.failed();
    EXPECT_FALSE(broken.breaker.enter());
    broken.clock.advance(seconds(60));
    EXPECT_TRUE(broken.breaker.enter());
    broken.breaker.gave_up();
    EXPECT_TRUE(broken.breaker.enter());
    broken.breaker.succeeded();
    EXPECT_TRUE(broken.breaker.enter());
    EXPECT_TRUE(broken.breaker.enter());
}

TEST(Breaker, NeverOpensWithoutABound)
{
    ManualClock const clock { Instant(seconds(1)) };
    Breaker breaker(0, seconds(60), clock);
    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(breaker.enter());
        breaker.failed();
    }
}

TEST(Breaker, EndsTheHammeringOfASourceThatRefusesOrFails)
{
    for (int const status : { 401, 403, 500, 503 }) {
        Broken broken;
        std::atomic<int> asked = 0;
        ScriptedServer const server([&](ScriptedServer::Request const &) {
            ++asked;
            return ScriptedServer::Answer { .status = status };
        });
        std::shared_ptr<Breaker> const shared(&broken.breaker, [](Breaker *) { });
        for (int feed = 0; feed < 20; ++feed) {
            Client client({ .address = parse_address(server.address()).value() }, nullptr, nullptr, broken.clock, shared);
            EXPECT_FALSE(client.get("/x", {}));
        }
        EXPECT_EQ(asked, 3) << status;
    }
}

} // namespace ketensync::http
