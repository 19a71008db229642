#include "daemon/pipeline/daemon.hpp"

#include "daemon/health/health.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/store/instance_lock.hpp"
#include "tests/pipeline/world.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace ketensync::pipeline {

namespace {

using namespace std::chrono_literals;

/// A service with one feed, whose file somebody edits.
class Service : public testing::Test {
protected:
    void SetUp() override
    {
        std::filesystem::create_directories(m_folder / "drop");
        std::filesystem::create_directories(m_folder / "sources.d");
        std::ofstream(m_folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
               "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[warehouse]\nfile = \"warehouse.sqlite\"\n"
               "[secrets]\nfolder = \".\"\n[limits]\nmemory_kept = \"300ms\"\n";
        m_folder.write("state-key", std::string(64, '7'));
        write_source("1d");
        auto opened = Daemon::open(m_folder / "ketensync.toml", m_clock, m_log);
        ASSERT_TRUE(opened) << opened.error().reasons.front();
        m_daemon = std::move(*opened);
        m_thread = std::jthread([this](std::stop_token stop) { m_ended = m_daemon->run(std::move(stop)); });
    }

    void write_source(std::string const & every)
    {
        std::ofstream(m_folder / "sources.d" / "gemeente.toml")
            << "title = \"Gemeente\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"" << (m_folder / "drop").string()
            << "\"\n[[feed]]\nname = \"srg\"\nmapping = \"srg\"\nreads = \"periods\"\nfiles = \"*.txt\"\n"
               "period = \"srg_{period}.txt\"\n"
               "[feed.schedule]\nevery = \""
            << every << "\"\n";
    }

    /// How it is after a reload that ended that way.
    std::shared_ptr<health::Snapshot const> reloaded(bool taken)
    {
        m_daemon->reload();
        for (int i = 0; i < 1000 && m_daemon->snapshot()->reload_succeeded != taken; ++i) {
            m_clock.wait_for(10ms, {});
        }
        return m_daemon->snapshot();
    }

    /// Waits until it is so; false when it did not come to that.
    bool comes(std::function<bool()> const & so) const
    {
        for (int i = 0; i < 1500 && !so(); ++i) {
            m_clock.wait_for(10ms, {});
        }
        return so();
    }

    std::int64_t in_warehouse(std::string const & sql) const
    {
        auto const warehouse = store::Database::open(m_folder / "warehouse.sqlite", { .read_only = true });
        return warehouse ? warehouse->number(sql).value_or(-1) : -1;
    }

    void end()
    {
        m_thread.request_stop();
        m_thread.join();
    }

    support::TemporaryFolder m_folder;
    SystemClock m_clock;
    Log m_log { Log::Level::off };
    std::unique_ptr<Daemon> m_daemon;
    Result<void> m_ended;
    std::jthread m_thread;
};

health::Check check_of(health::Snapshot const & snapshot, std::string const & name)
{
    for (auto const & check : health::evaluate(snapshot).checks) {
        if (check.name == name) {
            return check;
        }
    }
    throw std::runtime_error("no such check");
}

}

TEST_F(Service, KeepsTheOldConfigurationWhenTheNewOneIsRefusedAndSaysSo)
{
    auto const read = m_daemon->snapshot()->configuration_read;
    auto const version = m_daemon->snapshot()->configuration;
    EXPECT_EQ(version.size(), 12U);
    write_source("nonsense");
    auto const refused = reloaded(false);
    EXPECT_EQ(refused->configuration, version);
    EXPECT_FALSE(refused->reload_succeeded);
    EXPECT_EQ(refused->configuration_read, read);
    EXPECT_EQ(check_of(*refused, "configuration").status, health::Status::warn);
    ASSERT_EQ(refused->feeds.size(), 1U);
    EXPECT_EQ(refused->feeds[0].interval, 24h);
    end();
    EXPECT_TRUE(m_ended);
}

TEST_F(Service, TellsWhichConfigurationIsInForceAndNotesWhatChanged)
{
    auto const version = m_daemon->snapshot()->configuration;
    write_source("2d");
    m_daemon->reload();
    ASSERT_TRUE(comes([&] { return m_daemon->snapshot()->configuration != version; }));
    std::string detail;
    ASSERT_TRUE(m_daemon->at_bench([&detail](Bench & bench) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const entries, Audit::read(bench.state));
        detail = entries.back().detail;
        return {};
    }));
    EXPECT_EQ(detail, "version " + m_daemon->snapshot()->configuration + " in force: sources.d/gemeente.toml changed");
    end();
}

TEST_F(Service, PutsAwayAtRestWhatItHoldsInMemoryAndTakesItUpAgain)
{
    auto const deliver = [this](std::vector<std::string> const & lines) {
        std::string text;
        for (auto const & line : lines) {
            text += line + "\r\n";
        }
        std::ofstream(m_folder / "drop" / "part") << text;
        std::filesystem::rename(m_folder / "drop" / "part", m_folder / "drop" / "srg_202601.txt");
    };
    auto const one = srg_line("202601", "123456782", "1");
    auto const two = srg_line("202601", "111222333", "2");
    deliver({ one });
    write_source("1s");
    ASSERT_TRUE(reloaded(true)->reload_succeeded);
    auto const snapshot = m_folder / "state" / "memory.snapshot";
    ASSERT_TRUE(comes([&] { return std::filesystem::exists(snapshot); }));
    EXPECT_TRUE(comes([&] { return in_warehouse("SELECT count(*) FROM persoon_nu") == 1; }));
    auto const before = std::filesystem::last_write_time(snapshot);
    deliver({ one, two });
    EXPECT_TRUE(comes([&] { return in_warehouse("SELECT count(*) FROM persoon_nu") == 2; }));
    EXPECT_TRUE(comes([&] { return std::filesystem::last_write_time(snapshot) != before; }));
    end();
    EXPECT_TRUE(m_ended);
}

TEST_F(Service, LetsGoOfTheStateForWorkThatNeedsItToItselfAndTakesItUpAgain)
{
    auto const lock = m_folder / "state" / "lock";
    EXPECT_FALSE(store::InstanceLock::take(lock)) << "the service has it";
    auto const done = m_daemon->aside([&]() -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const taken, store::InstanceLock::take(lock));
        return fail(Failure::cannot_write, "it went wrong");
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().what, "it went wrong") << "what it came to is told, and the service goes on";
    EXPECT_TRUE(m_daemon->going());
    EXPECT_FALSE(store::InstanceLock::take(lock)) << "the service has it again";
    EXPECT_TRUE(m_daemon->heartbeats().all_alive());
}

TEST_F(Service, TakesASoundConfigurationAfterARefusedOne)
{
    write_source("nonsense");
    EXPECT_FALSE(reloaded(false)->reload_succeeded);
    write_source("2d");
    auto const taken = reloaded(true);
    EXPECT_TRUE(taken->reload_succeeded);
    EXPECT_EQ(check_of(*taken, "configuration").status, health::Status::pass);
    EXPECT_EQ(taken->feeds[0].interval, 48h);
}

}
