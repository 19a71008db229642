#include "daemon/pipeline/week.hpp"

#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/state.hpp"
#include "tests/support/must.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using namespace std::chrono_literals;
using health::RunState;
using support::must;

/// A state with two feeds, and the runs that a test gives them.
class Weeks : public testing::Test {
protected:
    Weeks()
    {
        settings::Source source;
        source.name = "uwv";
        source.feeds.resize(2);
        source.feeds[0].name = "een";
        source.feeds[1].name = "twee";
        m_plan.config.sources.push_back(source);
        for (auto const & feed : m_plan.config.sources.front().feeds) {
            m_plan.feeds.push_back({ &m_plan.config.sources.front(), &feed, nullptr, "uwv/" + feed.name });
        }
        m_numbers = must(register_sources(m_state, m_plan));
    }

    void ran(std::string const & feed, Instant ended, RunState state, std::uint64_t fetched, std::uint64_t rejected = 0)
    {
        auto runs = must(Runs::open(m_state));
        auto const run = must(runs.begin(m_numbers.feeds.at("uwv/" + feed), health::Trigger::schedule, ended - 1min, {}));
        must(runs.read(run, fetched, 0));
        must(runs.add(run, { fetched - rejected, 0, rejected, 1, 2, 0, {} }));
        must(runs.end(run, state, ended, {}, {}));
    }

    Instant const m_begin { std::chrono::sys_days(std::chrono::year(2026) / 11 / 16).time_since_epoch() };
    store::Database m_state = must(open_state_in_memory(1U << 20));
    Plan m_plan;
    Numbers m_numbers;
};

} // namespace

TEST_F(Weeks, AddUpWhatRunsOfEachFeedCameTo)
{
    ran("een", m_begin - 1h, RunState::succeeded, 1'000); // of the week before
    ran("een", m_begin + 5h, RunState::succeeded, 10);
    ran("een", m_begin + 6h, RunState::rejects, 20, 4);
    ran("een", m_begin + 7h, RunState::failed, 0);
    ran("een", m_begin + 8h, RunState::held, 30);
    ran("een", m_begin + 24h * 7 + 1ms, RunState::succeeded, 1'000); // of the week after
    auto const weeks = must(week(m_state, m_plan, m_begin, m_begin + 24h * 7));
    ASSERT_EQ(weeks.size(), 2U);
    EXPECT_EQ(weeks[0].runs, 4U);
    EXPECT_EQ(weeks[0].failed, 2U);
    EXPECT_EQ(weeks[0].fetched, 60U);
    EXPECT_EQ(weeks[0].rejected, 4U);
    EXPECT_EQ(weeks[0].added, 4U);
    EXPECT_EQ(weeks[0].changed, 8U);
    EXPECT_EQ(weeks[1].runs, 0U);
    EXPECT_FALSE(weeks[1].behind);
}

TEST_F(Weeks, SayHowFarAFeedRanBehindAtItsWorst)
{
    ran("een", m_begin - 3h, RunState::succeeded, 1);
    ran("een", m_begin + 1h, RunState::succeeded, 1);
    ran("een", m_begin + 24h, RunState::failed, 0);
    ran("een", m_begin + 31h, RunState::succeeded, 1);
    ran("twee", m_begin + 1h, RunState::succeeded, 1);
    auto const weeks = must(week(m_state, m_plan, m_begin, m_begin + 32h));
    EXPECT_EQ(weeks[0].behind, 30h);
    EXPECT_EQ(weeks[1].behind, 31h) << "up to the end, in which it did not succeed again";
}

} // namespace ketensync::pipeline
