#include "daemon/health/health.hpp"
#include "daemon/health/probes.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace ketensync;
using namespace ketensync::health;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

Check check_of(Snapshot const & snapshot, std::string const & name)
{
    for (auto const & check : evaluate(snapshot).checks) {
        if (check.name == name) {
            return check;
        }
    }
    ADD_FAILURE() << "no check " << name;
    return {};
}

int code(Snapshot const & snapshot, Probe probe)
{
    ProbeQuestion question;
    question.probe = probe;
    return answer_probe(evaluate(snapshot), question).status;
}

std::string verbose(Snapshot const & snapshot, Probe probe)
{
    ProbeQuestion question;
    question.probe = probe;
    question.verbose = true;
    return answer_probe(evaluate(snapshot), question).body;
}

} // namespace

TEST(Health, passes_when_all_is_in_order)
{
    auto const report = evaluate(sound_snapshot());
    EXPECT_EQ(report.status, Status::pass);
    for (auto const & check : report.checks) {
        EXPECT_EQ(check.status, Status::pass) << check.name << ": " << check.text;
    }
}

TEST(Health, only_warns_when_every_source_and_the_warehouse_are_down)
{
    auto snapshot = sound_snapshot();
    for (auto & feed : snapshot.feeds) {
        feed.last_run = ended_run(RunState::failed, 1);
        feed.last_run->reason = "unavailable";
        feed.consecutive_failures = 100;
        feed.last_success.reset();
    }
    snapshot.warehouse.reachable = false;
    snapshot.warehouse.message = "does not answer";
    snapshot.outbox.batches = 40;
    snapshot.outbox.oldest = noon() - 48h;
    snapshot.reload_succeeded = false;
    EXPECT_EQ(evaluate(snapshot).status, Status::warn);
    for (auto const probe : { Probe::live, Probe::ready, Probe::startup }) {
        EXPECT_EQ(code(snapshot, probe), 200);
    }
    EXPECT_EQ(answer_health(evaluate(snapshot), snapshot).status, 200);
    EXPECT_THAT(verbose(snapshot, Probe::ready), HasSubstr("[!]warehouse does not answer"));
    EXPECT_THAT(verbose(snapshot, Probe::ready), HasSubstr("[!]feed:uwv/werkzoekenden never succeeded"));
}

TEST(Health, is_not_ready_when_this_process_cannot_do_its_work)
{
    auto const breaks = std::vector<void (*)(Snapshot &)> {
        [](Snapshot & snapshot) { snapshot.started_up = false; },
        [](Snapshot & snapshot) { snapshot.stopping = true; },
        [](Snapshot & snapshot) { snapshot.store.writable = false; },
        [](Snapshot & snapshot) { snapshot.store.disk_free = snapshot.store.disk_needed - 1; },
        [](Snapshot & snapshot) { snapshot.outbox.bytes_max = snapshot.outbox.bytes = 1000; },
    };
    for (auto const break_it : breaks) {
        auto snapshot = sound_snapshot();
        break_it(snapshot);
        EXPECT_EQ(code(snapshot, Probe::ready), 503);
        EXPECT_EQ(code(snapshot, Probe::live), 200);
        EXPECT_EQ(answer_health(evaluate(snapshot), snapshot).status, 503);
    }
}

TEST(Health, lives_as_long_as_every_worker_is_within_its_patience)
{
    auto snapshot = sound_snapshot();
    auto & worker = snapshot.workers[0];
    worker.idle = false;
    worker.patience = 30s;
    worker.silent_for = 30s;
    EXPECT_EQ(code(snapshot, Probe::live), 200);
    worker.silent_for = 31s;
    EXPECT_EQ(code(snapshot, Probe::live), 503);
    EXPECT_EQ(code(snapshot, Probe::ready), 200);
    worker.idle = true;
    EXPECT_EQ(code(snapshot, Probe::live), 503) << "it hangs between two pieces of work";
}

TEST(Health, finds_a_feed_late_by_its_own_schedule)
{
    auto snapshot = sound_snapshot();
    auto & hourly = snapshot.feeds[0];
    hourly.last_success = noon() - 2h;
    EXPECT_EQ(check_of(snapshot, "feed:srg/hilversum").status, Status::pass);
    hourly.last_success = noon() - 2h - 1ms;
    EXPECT_EQ(check_of(snapshot, "feed:srg/hilversum").status, Status::warn);
    EXPECT_THAT(check_of(snapshot, "feed:srg/hilversum").text, HasSubstr("late: it should every 60 min"));
    hourly.last_success.reset();
    snapshot.started = noon() - 1h;
    EXPECT_EQ(check_of(snapshot, "feed:srg/hilversum").status, Status::pass);
    hourly.interval = 0ms; // by hand only: never late
    hourly.last_success = noon() - 1000h;
    EXPECT_EQ(check_of(snapshot, "feed:srg/hilversum").status, Status::pass);
}

TEST(Health, warns_of_a_held_run_and_of_what_waits_long_for_a_person)
{
    auto snapshot = sound_snapshot();
    snapshot.feeds[0].last_run = ended_run(RunState::held, 1);
    snapshot.feeds[0].last_run->message = "1200 of 2000 documents vanished";
    EXPECT_THAT(check_of(snapshot, "feed:srg/hilversum").text, HasSubstr("held (0 in a row): 1200 of 2000"));
    snapshot.doubts = 3;
    snapshot.doubts_oldest = noon() - 24h;
    EXPECT_EQ(check_of(snapshot, "review").status, Status::pass);
    snapshot.doubts_oldest = noon() - 24h * 8;
    EXPECT_EQ(check_of(snapshot, "review").status, Status::warn);
    snapshot.feeds[1].quarantined = 12;
    snapshot.feeds[1].quarantine_oldest = noon() - 24h * 8;
    EXPECT_EQ(check_of(snapshot, "quarantine").status, Status::warn);
}

TEST(Health, keeps_one_line_a_check_whatever_a_message_holds)
{
    auto snapshot = sound_snapshot();
    snapshot.warehouse.reachable = false;
    snapshot.warehouse.message = "gone\n[+]warehouse reachable";
    EXPECT_THAT(verbose(snapshot, Probe::ready), HasSubstr("[!]warehouse gone\\x0a[+]warehouse reachable\n"));
}

TEST(Health, leaves_out_an_excluded_check_and_shows_it)
{
    auto snapshot = sound_snapshot();
    snapshot.store.disk_free = 0;
    ProbeQuestion question;
    question.excluded = { "disk", "nonsense" };
    question.verbose = true;
    auto const answer = answer_probe(evaluate(snapshot), question);
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("[ ]disk excluded"));
}

TEST(Health, warns_of_a_certificate_before_it_ends)
{
    auto snapshot = sound_snapshot();
    EXPECT_EQ(check_of(snapshot, "certificate:keten-cert").text, "ends in 200 days, at 2027-06-09T12:00:00Z (for uwv)");
    snapshot.certificates[0].ends = noon() + 30 * 24h;
    EXPECT_EQ(check_of(snapshot, "certificate:keten-cert").status, Status::pass);
    snapshot.certificates[0].ends = noon() + 30 * 24h - 1ms;
    EXPECT_EQ(check_of(snapshot, "certificate:keten-cert").status, Status::warn);
    snapshot.certificates[0].ends = noon() - 3h;
    EXPECT_THAT(check_of(snapshot, "certificate:keten-cert").text, HasSubstr("ended 3 h ago"));
    EXPECT_EQ(code(snapshot, Probe::ready), 200) << "another process would be no better off";
    snapshot.certificates[0].ends.reset();
    EXPECT_EQ(check_of(snapshot, "certificate:keten-cert").status, Status::pass);
}

TEST(HealthJson, is_what_the_draft_asks)
{
    auto snapshot = sound_snapshot();
    snapshot.feeds[1].last_run = ended_run(RunState::failed, 1);
    snapshot.feeds[1].last_run->message = std::string("not UTF-8: \xff");
    auto const answer = answer_health(evaluate(snapshot), snapshot);
    EXPECT_EQ(answer.content_type, "application/health+json");
    auto const body = nlohmann::json::parse(answer.body);
    EXPECT_EQ(body["status"], "warn");
    EXPECT_EQ(body["releaseId"], "1.2.3");
    for (auto const & [name, checks] : body["checks"].items()) {
        EXPECT_THAT(name, HasSubstr(":"));
        ASSERT_TRUE(checks.is_array());
        for (auto const & check : checks) {
            auto const status = check["status"].get<std::string>();
            EXPECT_TRUE(status == "pass" || status == "warn" || status == "fail");
            EXPECT_EQ(check.contains("output"), status != "pass") << name;
            EXPECT_EQ(check["time"], "2026-11-21T12:00:00Z");
        }
    }
    EXPECT_EQ(body["checks"]["feed:srg/hilversum:lastSuccess"][0]["observedValue"], 3600.0);
    EXPECT_EQ(body["checks"]["disk:free"][0]["componentType"], "system");
}

TEST(Health, WarnsWhenMuchOfAReadingWasSetAside)
{
    auto snapshot = sound_snapshot();
    auto & run = *snapshot.feeds[0].last_run;
    run.fetched = 400;
    run.rejected = 20;
    EXPECT_EQ(check_of(snapshot, "rejects").status, Status::pass) << "one in twenty is an ordinary day";
    run.rejected = 21;
    EXPECT_EQ(check_of(snapshot, "rejects").status, Status::warn);
    EXPECT_THAT(check_of(snapshot, "rejects").text, HasSubstr("srg/hilversum: 21 of 400 documents set aside"));
    run.fetched = 19;
    run.rejected = 19;
    EXPECT_EQ(check_of(snapshot, "rejects").status, Status::pass) << "a handful says little";
}
