#include "daemon/alerts/message.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace ketensync::alerts {

namespace {

using namespace std::chrono_literals;
using health::Severity;
using testing::HasSubstr;
using testing::Not;

Told one(Severity severity = Severity::warning)
{
    return { { "warehouse:KetensyncWarehouseDown", "KetensyncWarehouseDown", severity, "Het datawarehouse antwoordt niet.",
                 "Kijk wat het antwoordt: journalctl -u ketensync" },
        noon() - 3h };
}

Message message(std::vector<Told> begun, std::vector<Told> still, std::vector<Told> over)
{
    return { Message::Kind::alerts, noon(), std::move(begun), std::move(still), std::move(over), {} };
}

} // namespace

TEST(AlertMessage, SaysWhatItIsForHowLongWhatToDoAndWhereMoreIs)
{
    settings::Alerts settings;
    settings.name = "ketensync Hilversum";
    auto const text = text_of(message({ one() }, {}, {}), settings);
    EXPECT_THAT(text, HasSubstr("Nieuw (1)\n\n- Het datawarehouse antwoordt niet.\n"));
    EXPECT_THAT(text, HasSubstr("Dit duurt al 3 uur.\n"));
    EXPECT_THAT(text, HasSubstr("Eerst doen: Kijk wat het antwoordt: journalctl -u ketensync\n"));
    EXPECT_THAT(text, HasSubstr("file:///usr/share/doc/ketensync/runbook.md#ketensyncwarehousedown\n"));
    EXPECT_THAT(text, HasSubstr("van ketensync Hilversum"));
    auto const over = text_of(message({}, {}, { one() }), settings);
    EXPECT_THAT(over, HasSubstr("Voorbij (1)"));
    EXPECT_THAT(over, Not(HasSubstr("Eerst doen")));
}

TEST(AlertMessage, TellsInItsSubjectWhatItIsAbout)
{
    settings::Alerts const settings;
    EXPECT_EQ(subject_of(message({ one() }, {}, {}), settings), "[ketensync] Het datawarehouse antwoordt niet");
    EXPECT_EQ(subject_of(message({}, { one() }, {}), settings), "[ketensync] nog steeds: Het datawarehouse antwoordt niet");
    EXPECT_EQ(subject_of(message({}, {}, { one() }), settings), "[ketensync] voorbij: Het datawarehouse antwoordt niet");
    EXPECT_EQ(subject_of(message({ one(), one() }, { one() }, { one() }), settings), "[ketensync] 2 nieuw, 1 nog steeds, 1 voorbij");
    EXPECT_EQ(subject_of(message({ one(), one(Severity::critical) }, {}, {}), settings), "[ketensync] dringend: 2 nieuw");
}

TEST(AlertMessage, IsTheSameMessageForProgramsWithTheSameNumber)
{
    settings::Alerts const settings;
    auto const whole = message({ one() }, {}, {});
    auto const json = nlohmann::json::parse(json_of(whole, settings));
    EXPECT_EQ(json.at("type"), "alerts");
    EXPECT_EQ(json.at("id"), id_of(whole));
    EXPECT_EQ(json.at("text"), text_of(whole, settings));
    EXPECT_EQ(json.at("alerts").at(0).at("state"), "begun");
    EXPECT_EQ(json.at("alerts").at(0).at("severity"), "warning");
    EXPECT_EQ(json.at("alerts").at(0).at("since"), "2026-11-21T09:00:00Z");
    EXPECT_EQ(id_of(whole).size(), 32U);
    EXPECT_EQ(id_of(whole), id_of(message({ one() }, {}, {})));
    EXPECT_NE(id_of(whole), id_of(message({}, { one() }, {})));
}

// What a concern says is a line of a subject too, and leads to an entry that there is.
TEST(Concerns, AreOfAlertsThatTheRunbookKnowsAndFitInASubject)
{
    std::ifstream file(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "docs" / "runbook.md");
    std::string const runbook { std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
    auto snapshot = sound_snapshot();
    EXPECT_TRUE(health::concerns(snapshot, health::evaluate(snapshot)).empty());
    snapshot.reload_succeeded = false;
    snapshot.store.writable = false;
    snapshot.store.disk_free = 1;
    snapshot.warehouse.reachable = false;
    snapshot.outbox = { 3, 10, 100, noon() - 5h };
    snapshot.doubts = 2;
    snapshot.doubts_oldest = noon() - 24h * 9;
    snapshot.workers.front().idle = false;
    snapshot.workers.front().silent_for = 1h;
    auto const base = snapshot.feeds.front();
    snapshot.feeds.clear();
    auto const add = [&](std::string const & name, auto const & change) {
        auto feed = base;
        feed.feed = name;
        change(feed);
        snapshot.feeds.push_back(feed);
    };
    add("laat", [](auto & feed) { feed.last_success = noon() - 24h; });
    add("nooit", [](auto & feed) { feed.last_success.reset(); });
    add("mislukt", [](auto & feed) { feed.consecutive_failures = 3; });
    add("vast", [](auto & feed) { feed.last_run = ended_run(health::RunState::held, 1); });
    add("dicht", [](auto & feed) { feed.last_run = ended_run(health::RunState::failed, 1), feed.last_run->reason = "refused"; });
    add("eenmaal", [](auto & feed) { feed.last_run = ended_run(health::RunState::failed, 1), feed.consecutive_failures = 1; });
    add("vuil", [](auto & feed) { feed.last_run->fetched = 100, feed.last_run->rejected = 20; });
    add("oud", [](auto & feed) { feed.quarantined = 4, feed.quarantine_oldest = noon() - 24h * 8; });
    add("stil", [](auto & feed) { feed.last_success = noon() - 24h, feed.paused = health::PausedState { noon() + 1h, "", "" }; });
    auto const report = health::evaluate(snapshot);
    auto const concerns = health::concerns(snapshot, report);
    std::vector<std::string> alerts;
    for (auto const & concern : concerns) {
        alerts.push_back(concern.alert);
        EXPECT_THAT(runbook, HasSubstr("## " + concern.alert + "\n"));
        EXPECT_TRUE(std::ranges::all_of(concern.what, [](char c) { return c >= 0x20 && c < 0x7f; })) << concern.what;
        EXPECT_TRUE(concern.what.ends_with('.')) << concern.what;
        EXPECT_FALSE(concern.first.empty());
        // The one evaluation: nothing is told here that the probes and --status do not know.
        auto const name = concern.key.substr(0, concern.key.rfind(':'));
        auto const check = std::ranges::find(report.checks, name, &health::Check::name);
        ASSERT_NE(check, report.checks.end()) << concern.key;
        EXPECT_NE(check->status, health::Status::pass);
    }
    EXPECT_THAT(alerts, testing::UnorderedElementsAre("KetensyncRestarting", "KetensyncConfigReloadFailed", "KetensyncDatabaseDown",
                            "KetensyncDiskLow", "KetensyncOutboxOld", "KetensyncWarehouseDown", "KetensyncQuarantineOld",
                            "KetensyncReviewBacklogOld", "KetensyncRejectRatioHigh", "KetensyncSyncStale",
                            "KetensyncSyncNeverSucceeded", "KetensyncSyncFailingRepeatedly", "KetensyncSyncHeld", "KetensyncCredentialRefused"));
}

} // namespace ketensync::alerts
