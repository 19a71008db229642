#include "tests/crash/warehouse_text.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>
#include <thread>

namespace ketensync::crash {

namespace {

namespace fs = std::filesystem;
using support::Process;

/// A whole region of a few inhabitants, with all its protocols, and what a synchronisation that nothing disturbs makes
/// of it: the oracle.
class CrashSweep : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        if (GetParam() == "postgresql") {
            if (!support::PostgresServer::installed()) {
                GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
            }
            server.emplace();
            server->make_database(database);
            server->execute(database, "CREATE ROLE ketensync LOGIN; GRANT CREATE ON DATABASE region TO ketensync");
        }
        region.emplace(Process::Start { { KETENSYNC_REGION, "--seed=5", "--persons=300", "--months=2", "--die-with-parent",
            "--folder=" + (folder / "region").string(), "--mappings=" KETENSYNC_SOURCE_DIR "/mappings" }, {}, folder / "region.log" });
        auto const ready = region->line();
        ASSERT_TRUE(ready) << "the region did not start";
        config = folder / "region" / "conf" / "ketensync.toml";
        std::ifstream file(config);
        std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        if (server) {
            auto const begin = text.find("[warehouse]");
            auto const end = text.find("\n[", begin);
            text.replace(begin, end - begin,
                "[warehouse]\ntype = \"postgresql\"\nhost = \"" + server->socket_folder() + "\"\nport = "
                    + std::to_string(server->port()) + "\ndatabase = \"region\"\nuser = \"ketensync\"\nsslmode = \"disable\"\n");
        }
        // One feed after the other: the same order of records every time, so that every difference is a fault.
        std::ofstream(config) << text << "\n[limits]\nparallel_feeds = 1\nbatch_documents = 50\n";
        ordinary = sync({});
        ASSERT_TRUE(ordinary == 0 || ordinary == 3) << ordinary;
        oracle = now();
        ASSERT_GT(oracle.size(), 100U);
        for (auto const & line : oracle) {
            ASSERT_FALSE(line.starts_with("fault:")) << line;
        }
    }

    int sync(std::vector<std::pair<std::string, std::string>> environment)
    {
        Process process({ { KETENSYNC_PROGRAM, "--config=" + config.string(), "--sync=all", "--quiet" }, std::move(environment),
            folder / "sync.log" });
        process.rest();
        return process.wait();
    }

    fs::path place(std::string const & key) const
    {
        std::ifstream file(config);
        std::string line;
        bool in = false;
        auto const section = key == "state" ? "[state]" : "[warehouse]";
        while (std::getline(file, line)) {
            if (line.starts_with('[')) {
                in = line.starts_with(section);
            }
            auto const name = std::string(key == "state" ? "folder" : "file");
            if (in && line.starts_with(name)) {
                auto const begin = line.find('"') + 1;
                fs::path found(line.substr(begin, line.rfind('"') - begin));
                return found.is_absolute() ? found : config.parent_path() / found;
            }
        }
        return {};
    }

    std::vector<std::string> now() const
    {
        auto const state = place("state") / "state.sqlite";
        auto const key = folder / "region" / "secrets" / "state-key";
        return server ? warehouse_text(state, look(), key) : warehouse_text(state, place("warehouse"), key);
    }

    WarehouseLook look() const
    {
        WarehouseLook look;
        look.rows = [this](std::string const & sql, int) { return server->values(database, "SET search_path = analytisch; " + sql); };
        look.columns = [this](std::string const & table) {
            return server->rows(database,
                "SELECT attname FROM pg_attribute WHERE attrelid = 'analytisch." + table
                    + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum");
        };
        return look;
    }

    void forget() const
    {
        fs::remove_all(place("state"));
        if (server) {
            server->execute(database, "DROP SCHEMA IF EXISTS analytisch CASCADE");
            return;
        }
        for (auto const * const suffix : { "", "-wal", "-shm" }) {
            fs::remove(place("warehouse").string() + suffix);
        }
    }

    /// How many points the sweep has: calls that change a file in one whole synchronisation.
    long points()
    {
        forget();
        auto const count = folder / "count";
        EXPECT_EQ(sync({ { "LD_PRELOAD", KETENSYNC_SHIM }, { "COUNT_FILE", count.string() } }), ordinary);
        long number = 0;
        std::ifstream(count) >> number;
        return number;
    }

    /// The lines that are in one and not in the other, a few.
    static std::string difference(std::vector<std::string> const & wanted, std::vector<std::string> const & found)
    {
        std::vector<std::string> lost;
        std::vector<std::string> extra;
        std::ranges::set_difference(wanted, found, std::back_inserter(lost));
        std::ranges::set_difference(found, wanted, std::back_inserter(extra));
        std::string text = std::to_string(lost.size()) + " lost, " + std::to_string(extra.size()) + " extra\n";
        for (std::size_t i = 0; i < 2 && i < lost.size(); ++i) {
            text += "lost:  " + lost[i] + '\n';
        }
        for (std::size_t i = 0; i < 2 && i < extra.size(); ++i) {
            text += "extra: " + extra[i] + '\n';
        }
        return text;
    }

    static constexpr auto database = "region";
    support::TemporaryFolder folder;
    std::optional<support::PostgresServer> server; ///< where that is the warehouse
    std::optional<Process> region;
    fs::path config;
    int ordinary = -1; ///< how an undisturbed synchronisation ends: 3 where the region's dirt was set aside
    std::vector<std::string> oracle;
};

/// Which points are tried. KETENSYNC_SWEEP="2/4" tries every point, of which this is the second of four shares that run
/// beside each other; without it a sample keeps the ordinary test run short.
struct Points {
    long first = 1;
    long stride = 1;
};
Points points_of(long number, long sample)
{
    auto const * const share = std::getenv("KETENSYNC_SWEEP");
    if (share == nullptr) {
        return { 1, std::max(1L, number / sample) };
    }
    std::istringstream text(share);
    Points points;
    char slash = 0;
    text >> points.first >> slash >> points.stride;
    return points;
}

}

INSTANTIATE_TEST_SUITE_P(Each, CrashSweep, ::testing::Values("sqlite", "postgresql"), [](auto const & one) { return one.param; });

TEST_P(CrashSweep, KilledBeforeAnyWriteItLosesNothingAndDoublesNothing)
{
    auto const number = points();
    ASSERT_GT(number, 100);
    long tried = 0;
    long killed = 0;
    for (auto [point, stride] = points_of(number, GetParam() == "sqlite" ? 45 : 6); point <= number; point += stride) {
        forget();
        auto const ended = sync({ { "LD_PRELOAD", KETENSYNC_SHIM }, { "CRASH_AT", std::to_string(point) } });
        killed += ended == 128 + SIGKILL ? 1 : 0;
        ASSERT_EQ(sync({}), ordinary) << "after point " << point;
        auto const found = now();
        ASSERT_EQ(found == oracle, true) << "killed before call " << point << ": " << difference(oracle, found);
        ++tried;
    }
    EXPECT_GT(killed, tried / 2);
    std::cout << "crash sweep: " << tried << " of " << number << " points, " << killed << " killed, 0 lost, 0 doubled\n";
}

TEST_P(CrashSweep, AFullDiskAtAnyWriteLosesNothingOnceThereIsRoom)
{
    auto const number = points();
    long tried = 0;
    for (auto [point, stride] = points_of(number, GetParam() == "sqlite" ? 45 : 6); point <= number; point += 3 * stride) {
        forget();
        auto const ended = sync({ { "LD_PRELOAD", KETENSYNC_SHIM }, { "CRASH_AT", std::to_string(point) },
            { "FAIL_ERRNO", "28" }, { "FAIL_STICKY", "1" } });
        if (ended == ordinary) {
            // Only the tidying after the last commit failed: then everything must be there already.
            ASSERT_EQ(now() == oracle, true) << "a false success at point " << point;
        }
        ASSERT_EQ(sync({}), ordinary) << "after point " << point;
        auto const found = now();
        ASSERT_EQ(found == oracle, true) << "disk full from call " << point << ": " << difference(oracle, found);
        ++tried;
    }
    std::cout << "full disk sweep: " << tried << " points, 0 lost, 0 doubled\n";
}

TEST_P(CrashSweep, AServerKilledInMidDeliveryLosesNothingAndIsInStepSoonAfterItIsBack)
{
    if (!server) {
        GTEST_SKIP() << "an embedded warehouse has no server";
    }
    auto const kills = std::getenv("KETENSYNC_SWEEP") == nullptr ? 2 : 25;
    std::chrono::milliseconds longest { 0 };
    long broken = 0;
    for (int kill = 0; kill < kills; ++kill) {
        forget();
        Process process({ { KETENSYNC_PROGRAM, "--config=" + config.string(), "--sync=all", "--quiet" }, {}, folder / "sync.log" });
        // Somewhere between its first batch and its last.
        while (!process.ended() && server->number(database, "SELECT count(*) FROM pg_tables WHERE tablename = 'geleverd'") == 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(kill * 37 % 400));
        server->kill();
        process.rest();
        auto const ended = process.wait();
        broken += ended == ordinary ? 0 : 1;
        EXPECT_TRUE(ended == ordinary || ended == 69) << ended;
        server->start();
        auto const back = std::chrono::steady_clock::now();
        Process publish({ { KETENSYNC_PROGRAM, "--config=" + config.string(), "--publish" }, {}, folder / "sync.log" });
        publish.rest();
        EXPECT_EQ(publish.wait(), 0);
        longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - back));
        ASSERT_EQ(sync({}), ordinary);
        auto const found = now();
        ASSERT_EQ(found == oracle, true) << "kill " << kill << ": " << difference(oracle, found);
    }
    EXPECT_GT(broken, 0);
    EXPECT_LT(longest, std::chrono::seconds(5));
    std::cout << "server killed " << kills << " times, " << broken << " runs broken off, 0 lost, 0 doubled\n";
}

}
