#include "daemon/pipeline/edition_state.hpp"

#include "daemon/monitor/shelf.hpp"
#include "daemon/pipeline/observe.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/state.hpp"
#include "tests/support/must.hpp"

#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

using namespace std::chrono_literals;
using support::must;

Instant day(int year, unsigned month, unsigned day)
{
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day));
}

/// A state with one feed.
class Owed : public testing::Test {
protected:
    Owed()
    {
        settings::Source source;
        source.name = "uwv";
        source.feeds.resize(1);
        source.feeds[0].name = "een";
        m_plan.config.sources.push_back(source);
        auto const & kept = m_plan.config.sources.front();
        m_plan.feeds.push_back({ &kept, &kept.feeds.front(), nullptr, "uwv/een" });
        m_numbers = must(register_sources(m_state, m_plan));
    }

    void ran(Instant started)
    {
        auto runs = must(Runs::open(m_state));
        auto const run = must(runs.begin(m_numbers.feeds.at("uwv/een"), health::Trigger::schedule, started, {}));
        must(runs.end(run, health::RunState::succeeded, started + 1min, {}, {}));
    }
    std::string name_at(Instant now)
    {
        auto const owed = must(owed_edition(m_state, now));
        return owed ? owed->name : "";
    }

    store::Database m_state = must(open_state_in_memory(1U << 20));
    Plan m_plan;
    Numbers m_numbers;
};

} // namespace

TEST_F(Owed, IsTheEditionOfTheLastHalfYearThatWasOverUntilItIsPublished)
{
    ran(day(2026, 6, 30));
    EXPECT_EQ(name_at(day(2026, 7, 1)), "2026-H1");
    EXPECT_EQ(must(owed_edition(m_state, day(2026, 11, 1)))->since, day(2026, 7, 1));
    monitor::Shelf shelf(m_state);
    monitor::Edition edition;
    edition.name = "2026-H1";
    must(shelf.keep(edition));
    EXPECT_EQ(name_at(day(2026, 11, 1)), "2026-H1") << "a draft is no publication";
    must(shelf.approve("2026-H1", { "A", "" }));
    auto const approved = must(shelf.approve("2026-H1", { "B", "" }));
    must(shelf.publish(approved, approved));
    EXPECT_EQ(name_at(day(2026, 12, 31)), "");
    EXPECT_EQ(name_at(day(2027, 1, 1)), "2026-H2");
}

TEST_F(Owed, IsNothingOfATimeBeforeAnythingWasReadUnlessSomebodyMakesEditions)
{
    EXPECT_EQ(name_at(day(2026, 11, 1)), "") << "nothing was ever read";
    ran(day(2026, 7, 1));
    EXPECT_EQ(name_at(day(2026, 11, 1)), "") << "the half-year was over by then";
    EXPECT_EQ(name_at(day(2027, 3, 2)), "2026-H2");
    monitor::Edition edition;
    edition.name = "2025-H2";
    must(monitor::Shelf(m_state).keep(edition));
    EXPECT_EQ(name_at(day(2026, 11, 1)), "2026-H1");
}

TEST_F(Owed, StandsInTheSnapshotWhereSomebodyWaitsForIt)
{
    ran(day(2026, 6, 1));
    auto const seen = must(observe(m_state, m_plan, day(2026, 9, 1)));
    ASSERT_TRUE(seen.edition);
    EXPECT_EQ(seen.edition_patience, 60 * 24h);
    m_plan.config.limits.edition_patience = 0ms;
    EXPECT_FALSE(must(observe(m_state, m_plan, day(2026, 9, 1))).edition);
}

} // namespace ketensync::pipeline
