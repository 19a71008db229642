#include "daemon/health/status_text.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace ketensync;
using namespace ketensync::health;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

namespace {

Snapshot troubled()
{
    auto snapshot = sound_snapshot();
    snapshot.feeds[0].last_run = ended_run(RunState::failed, 1);
    snapshot.feeds[0].last_run->message = "does not answer";
    snapshot.feeds[0].consecutive_failures = 4;
    snapshot.feeds[1].last_run->state = RunState::running;
    snapshot.doubts = 3;
    snapshot.outbox.batches = 2;
    return snapshot;
}

} // namespace

TEST(StatusLine, says_in_one_line_how_it_is)
{
    EXPECT_EQ(status_line(sound_snapshot(), evaluate(sound_snapshot())),
        "idle; 2 of 2 feeds in order; next 2026-11-21T12:00:00Z");
    auto const snapshot = troubled();
    EXPECT_EQ(status_line(snapshot, evaluate(snapshot)),
        "1 running; 1 of 2 feeds in order; look at srg/hilversum; next 2026-11-21T12:00:00Z; 2 batches to deliver; 3 "
        "to review");
}

TEST(StatusTable, shows_every_feed_and_what_does_not_pass)
{
    auto const snapshot = troubled();
    auto const text = status_table(snapshot, evaluate(snapshot), false);
    EXPECT_THAT(text, HasSubstr("warn   srg/hilversum      failed"));
    EXPECT_THAT(text, HasSubstr("running"));
    EXPECT_THAT(text, HasSubstr("feed:srg/hilversum: last succeeded 60 min ago; failed (4 in a row): does not answer"));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(status_table(snapshot, evaluate(snapshot), true), HasSubstr("\x1b[33mwarn \x1b[0m"));
}

TEST(StatusTable, tells_the_trace_of_what_failed_for_who_keeps_the_source)
{
    auto snapshot = troubled();
    EXPECT_THAT(status_table(snapshot, evaluate(snapshot), false), Not(HasSubstr("trace")));
    snapshot.feeds[0].last_run->trace = { 0, 15 };
    snapshot.feeds[1].last_run->trace = { 0, 16 };
    auto const text = status_table(snapshot, evaluate(snapshot), false);
    EXPECT_THAT(text, HasSubstr("srg/hilversum: its source may know run 41 by trace 0000000000000000000000000000000f\n"));
    EXPECT_THAT(text, Not(HasSubstr("00010\n"))) << "nothing is wrong with that one";
    EXPECT_THAT(status_json_lines(snapshot, evaluate(snapshot)), HasSubstr(R"("trace":"00000000000000000000000000000010")"));
}

TEST(StatusTable, points_at_a_feed_whose_fields_changed)
{
    auto snapshot = sound_snapshot();
    snapshot.feeds[0].shape_changes = 2;
    auto const text = status_table(snapshot, evaluate(snapshot), false);
    auto const name = snapshot.feeds[0].source + "/" + snapshot.feeds[0].feed;
    EXPECT_THAT(text, HasSubstr("\n" + name + ": 2 changes in the fields of its documents; see --shape=" + name + "\n"));
}

TEST(StatusJson, is_one_object_a_line_and_agrees_with_the_probes)
{
    auto const snapshot = troubled();
    auto const report = evaluate(snapshot);
    std::istringstream lines(status_json_lines(snapshot, report));
    std::vector<nlohmann::json> objects;
    for (std::string line; std::getline(lines, line);) {
        objects.push_back(nlohmann::json::parse(line));
    }
    ASSERT_EQ(objects.size(), 3U);
    EXPECT_EQ(objects[0]["type"], "feed");
    EXPECT_EQ(objects[0]["status"], "warn");
    EXPECT_EQ(objects[0]["last_run"]["fetched"], 10);
    EXPECT_EQ(objects[0]["last_run"]["state"], "failed");
    EXPECT_EQ(objects[1]["last_run"]["state"], "running");
    EXPECT_EQ(objects[2]["type"], "status");
    EXPECT_EQ(objects[2]["status"], to_text(report.status));
    for (auto const & check : report.checks) {
        EXPECT_EQ(objects[2]["checks"][check.name], to_text(check.status));
    }
}

TEST(SpanText, is_short)
{
    EXPECT_EQ(span_text(59s), "59 s");
    EXPECT_EQ(span_text(-5s), "0 s");
    EXPECT_EQ(span_text(119min), "119 min");
    EXPECT_EQ(span_text(47h), "47 h");
    EXPECT_EQ(span_text(72h), "3 days");
}
