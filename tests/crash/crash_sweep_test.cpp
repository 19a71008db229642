#include "tests/crash/warehouse_text.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iostream>
#include <sstream>

namespace ketensync::crash {

namespace {

namespace fs = std::filesystem;
using support::Process;

/// A whole region of a few inhabitants, with all its protocols, and what a synchronisation that nothing disturbs makes
/// of it: the oracle.
class CrashSweep : public ::testing::Test {
protected:
    void SetUp() override
    {
        region.emplace(Process::Start { { KETENSYNC_REGION, "--seed=5", "--persons=300", "--months=2", "--die-with-parent",
            "--folder=" + (folder / "region").string(), "--mappings=" KETENSYNC_SOURCE_DIR "/mappings" }, {}, folder / "region.log" });
        auto const ready = region->line();
        ASSERT_TRUE(ready) << "the region did not start";
        config = folder / "region" / "conf" / "ketensync.toml";
        std::ifstream file(config);
        std::string const text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
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

    std::vector<std::string> now() const { return warehouse_text(place("state") / "state.sqlite", place("warehouse")); }

    void forget() const
    {
        fs::remove_all(place("state"));
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

    support::TemporaryFolder folder;
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
Points points_of(long number)
{
    auto const * const share = std::getenv("KETENSYNC_SWEEP");
    if (share == nullptr) {
        return { 1, std::max(1L, number / 120) };
    }
    std::istringstream text(share);
    Points points;
    char slash = 0;
    text >> points.first >> slash >> points.stride;
    return points;
}

}

TEST_F(CrashSweep, KilledBeforeAnyWriteItLosesNothingAndDoublesNothing)
{
    auto const number = points();
    ASSERT_GT(number, 100);
    long tried = 0;
    long killed = 0;
    for (auto [point, stride] = points_of(number); point <= number; point += stride) {
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

TEST_F(CrashSweep, AFullDiskAtAnyWriteLosesNothingOnceThereIsRoom)
{
    auto const number = points();
    long tried = 0;
    for (auto [point, stride] = points_of(number); point <= number; point += 3 * stride) {
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

}
