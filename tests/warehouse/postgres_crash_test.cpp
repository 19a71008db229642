// The server dies, or the connection to it, in the middle of a delivery: nothing is lost and nothing is there twice.

#include "tests/support/cutting_proxy.hpp"
#include "tests/warehouse/subjects.hpp"
#include "tests/warehouse/things.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <random>
#include <thread>

namespace ketensync::warehouse {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::size_t things_in_a_batch = 50;

/// With KETENSYNC_SWEEP set everything is tried; otherwise a sample that keeps the ordinary test run short.
bool whole_sweep() { return std::getenv("KETENSYNC_SWEEP") != nullptr; }

class PostgresCrash : public ::testing::Test {
protected:
    void SetUp() override
    {
        if (!support::PostgresServer::installed()) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
        }
        server.emplace();
        access = make_access(*server);
        access.patience = seconds(5);
    }
    Result<std::unique_ptr<Warehouse>> open(PostgresAccess const & how)
    {
        KETENSYNC_TRY_ASSIGN(auto opened, open_postgres(how, schema(), holder));
        KETENSYNC_TRY(opened->prepare({ { 1, "a-source", "A source" } }, {}));
        return opened;
    }
    Result<void> deliver(PostgresAccess const & how, std::int64_t number)
    {
        KETENSYNC_TRY_ASSIGN(auto const warehouse, open(how));
        return warehouse->deliver(full_batch(number, things_in_a_batch));
    }
    /// What is wrong with a warehouse in which the batches up to this one are; nothing when it is sound.
    std::string faults(std::int64_t last) const
    {
        auto const wanted = last * static_cast<std::int64_t>(things_in_a_batch);
        auto const found = server->rows(access.server.database,
            "SELECT (SELECT nummer FROM analytisch.levering), (SELECT count(*) FROM analytisch.thing), (SELECT count(DISTINCT "
            "id) FROM analytisch.thing), (SELECT count(*) FROM analytisch.thing_bron), (SELECT count(*) FROM "
            "analytisch.geleverd)");
        auto const right = fmt::format("{}|{}|{}|{}|{}", last, wanted, wanted, wanted, last);
        return found.front() == right ? std::string() : fmt::format("{}, should be {}", found.front(), right);
    }

    std::optional<support::PostgresServer> server;
    PostgresAccess access;
    Holder holder { "machine:/state", seconds(60), 0 };
};

}

TEST_F(PostgresCrash, ACutAtAnyReadLosesNothingAndDoublesNothing)
{
    support::CuttingProxy proxy(server->port());
    auto far = access;
    far.server.host = "127.0.0.1";
    far.server.port = proxy.port();
    far.password = "geheim";
    std::int64_t number = 0;
    long cuts = 0;
    long in_after_cut = 0;
    // True when the answers to one delivery were longer than where it was to be cut.
    auto const cut_at = [&](std::uint64_t bytes) {
        ++number;
        auto opened = open(far);
        EXPECT_TRUE(opened) << opened.error().what;
        proxy.cut_after(bytes);
        auto const delivered = (*opened)->deliver(full_batch(number, things_in_a_batch));
        opened->reset();
        proxy.cut_after(std::numeric_limits<std::int64_t>::max());
        if (!delivered) {
            ++cuts;
            EXPECT_EQ(delivered.error().failure, Failure::unavailable) << delivered.error().what;
            auto again = open(access);
            EXPECT_TRUE(again) << again.error().what;
            in_after_cut += (*again)->delivered() == number ? 1 : 0;
            auto const taken = (*again)->deliver(full_batch(number, things_in_a_batch));
            EXPECT_TRUE(taken) << taken.error().what;
        }
        auto const fault = faults(number);
        EXPECT_EQ(fault, "") << "cut after " << bytes << " bytes";
        return !delivered && fault.empty();
    };
    std::uint64_t const stride = whole_sweep() ? 1 : 23;
    std::uint64_t end = 1;
    while (cut_at(end)) {
        end += stride;
    }
    ASSERT_FALSE(HasFailure());
    // Around the answer to the commit, byte by byte.
    for (auto at = end - std::min<std::uint64_t>(end, stride + 40); at < end; ++at) {
        cut_at(std::max<std::uint64_t>(at, 1));
        ASSERT_FALSE(HasFailure());
    }
    EXPECT_GT(cuts, 10);
    EXPECT_GT(in_after_cut, 0) << "no cut met the answer to a commit";
    std::cout << "cuts: " << cuts << ", of which the batch was in already: " << in_after_cut << ", 0 lost, 0 doubled\n";
}

TEST_F(PostgresCrash, AKilledServerLosesNothingAndDoublesNothing)
{
    auto const kills = whole_sweep() ? 100 : 5;
    std::atomic<std::int64_t> delivered = 0;
    std::jthread delivering([&](std::stop_token const & stop) {
        // As the daemon does: a connection as long as all goes well, the same batch again when it did not.
        std::unique_ptr<Warehouse> warehouse;
        while (!stop.stop_requested()) {
            if (!warehouse) {
                if (auto opened = open(access)) {
                    warehouse = std::move(*opened);
                } else {
                    EXPECT_TRUE(may_retry(opened.error().failure)) << opened.error().what;
                    std::this_thread::sleep_for(milliseconds(50));
                    continue;
                }
            }
            if (auto const done = warehouse->deliver(full_batch(delivered + 1, things_in_a_batch))) {
                ++delivered;
            } else {
                EXPECT_TRUE(may_retry(done.error().failure)) << done.error().what;
                warehouse.reset();
            }
        }
    });
    std::minstd_rand random(7);
    milliseconds longest { 0 };
    for (int kill = 0; kill < kills; ++kill) {
        auto const before = delivered.load();
        while (delivered < before + 2) {
            std::this_thread::sleep_for(milliseconds(1));
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
        server->kill();
        server->start();
        auto const back = steady_clock::now();
        auto const then = delivered.load();
        while (delivered == then && steady_clock::now() - back < seconds(20)) {
            std::this_thread::sleep_for(milliseconds(1));
        }
        longest = std::max(longest, std::chrono::duration_cast<milliseconds>(steady_clock::now() - back));
    }
    delivering.request_stop();
    delivering.join();
    EXPECT_EQ(faults(delivered), "");
    EXPECT_LT(longest, seconds(5));
    std::cout << kills << " times killed, " << delivered << " batches, 0 lost, 0 doubled; in step after " << longest.count()
              << " ms at most\n";
}

}
