#include "daemon/health/run_log.hpp"
#include "daemon/health/snapshot.hpp"
#include "tests/health/snapshots.hpp"

#include <gtest/gtest.h>

#include <algorithm>

using namespace ketensync;
using namespace ketensync::health;

TEST(Run, adds_up_only_when_every_document_went_somewhere)
{
    auto run = ended_run(RunState::rejects, 1);
    EXPECT_TRUE(run.adds_up());
    ++run.fetched;
    EXPECT_FALSE(run.adds_up());
    EXPECT_TRUE(health::Run {}.adds_up());
}

TEST(Run, texts_go_there_and_back)
{
    for (auto const state : { RunState::running, RunState::succeeded, RunState::rejects, RunState::held,
             RunState::failed, RunState::interrupted }) {
        EXPECT_EQ(run_state_of(to_text(state)), state);
    }
    for (auto const trigger : { Trigger::schedule, Trigger::manual }) {
        EXPECT_EQ(trigger_of(to_text(trigger)), trigger);
    }
    EXPECT_FALSE(run_state_of("done"));
    EXPECT_FALSE(trigger_of(""));
}

TEST(Run, has_a_reason_code_for_every_failure)
{
    for (auto const failure :
        { Failure::unavailable, Failure::busy, Failure::bad_data, Failure::bad_page, Failure::held, Failure::refused,
            Failure::configuration, Failure::cannot_write, Failure::usage, Failure::interrupted, Failure::bug }) {
        EXPECT_EQ(std::count(reason_codes.begin(), reason_codes.end(), reason_code(failure)), 1);
    }
}

TEST(FeedTotals, count_every_run_and_each_failure_by_its_reason)
{
    FeedTotals totals;
    totals.add(ended_run(RunState::succeeded, 3));
    auto failed = ended_run(RunState::failed, 2);
    failed.reason = "unavailable";
    totals.add(failed);
    totals.add(ended_run(RunState::held, 1));
    totals.add(ended_run(RunState::interrupted, 1));
    EXPECT_EQ(totals.runs, 4U);
    EXPECT_EQ(totals.fetched, 40U);
    EXPECT_EQ(totals.failures.at("unavailable"), 1U);
    EXPECT_EQ(totals.failures.at("held"), 1U);
    EXPECT_EQ(totals.failures.size(), 2U);
}
