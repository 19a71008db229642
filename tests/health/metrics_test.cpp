#include "daemon/health/metrics.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::health;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

std::string const hilversum = "{source=\"srg\",feed=\"hilversum\"";

}

TEST(Metrics, pass_the_checker_of_prometheus_without_a_word)
{
    if (!fs::exists("/usr/bin/promtool")) {
        GTEST_SKIP() << "promtool is not installed";
    }
    auto snapshot = sound_snapshot();
    snapshot.process = read_process_figures(noon());
    snapshot.version = "1.2.3 \"quoted\"\n";
    for (auto const & text : { metrics_text(snapshot), metrics_text(Snapshot {}) }) {
        auto const file = fs::temp_directory_path() / ("ketensync-metrics-" + std::to_string(::getpid()));
        std::ofstream(file) << text;
        auto * const pipe = ::popen(("/usr/bin/promtool check metrics 2>&1 < " + file.string()).c_str(), "r");
        ASSERT_NE(pipe, nullptr);
        std::string said(4096, '\0');
        said.resize(std::fread(said.data(), 1, said.size(), pipe));
        EXPECT_EQ(::pclose(pipe), 0);
        EXPECT_EQ(said, "");
        fs::remove(file);
    }
}

TEST(Metrics, tell_the_snapshot)
{
    auto snapshot = sound_snapshot();
    snapshot.feeds[0].quarantined = 5;
    snapshot.outbox.batches = 3;
    auto const text = metrics_text(snapshot);
    EXPECT_THAT(text, HasSubstr("ketensync_build_info{version=\"1.2.3\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_sync_runs_total" + hilversum + "} 1\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_sync_interval_seconds" + hilversum + "} 3600\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_sync_last_success_timestamp_seconds" + hilversum + "} 1795258800\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_sync_last_run_duration_seconds" + hilversum + "} 90\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_records_read_total" + hilversum + "} 10\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_quarantine_records" + hilversum + "} 5\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_outbox_batches 3\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_heartbeat_timestamp_seconds{worker=\"pipeline\"} 1795262397\n"));
}

TEST(Metrics, tell_until_when_certificates_hold_by_the_names_of_their_credentials)
{
    auto snapshot = sound_snapshot();
    snapshot.certificates.push_back({ "oud-cert", { "srg" }, noon() - std::chrono::seconds(90) });
    snapshot.certificates.push_back({ "dicht-cert", { "srg" }, {} });
    auto const text = metrics_text(snapshot);
    EXPECT_THAT(text, HasSubstr("ketensync_certificate_expiry_seconds{credential=\"keten-cert\"} 17280000\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_certificate_expiry_seconds{credential=\"oud-cert\"} -90\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("dicht-cert")));
    EXPECT_THAT(text, HasSubstr("ketensync_certificate_soon_seconds 2592000\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_certificate_urgent_seconds 604800\n"));
}

TEST(Metrics, tell_since_when_an_edition_is_owed)
{
    auto snapshot = sound_snapshot();
    EXPECT_THAT(metrics_text(snapshot), HasSubstr("ketensync_edition_owed_timestamp_seconds 0\n"));
    snapshot.edition = OwedEdition { "2026-H1", noon() };
    snapshot.edition_patience = std::chrono::hours(1);
    EXPECT_THAT(metrics_text(snapshot), HasSubstr("ketensync_edition_owed_timestamp_seconds 1795262400\n"));
    EXPECT_THAT(metrics_text(snapshot), HasSubstr("ketensync_edition_patience_seconds 3600\n"));
}

TEST(Metrics, are_there_with_0_before_anything_happened)
{
    Snapshot snapshot;
    snapshot.feeds.emplace_back();
    snapshot.feeds[0].source = "srg";
    snapshot.feeds[0].feed = "hilversum";
    auto const text = metrics_text(snapshot);
    for (auto const reason : reason_codes) {
        EXPECT_THAT(text,
            HasSubstr(
                "ketensync_sync_run_failures_total" + hilversum + ",reason=\"" + std::string(reason) + "\"} 0\n"));
    }
    EXPECT_THAT(text, HasSubstr("ketensync_sync_last_success_timestamp_seconds" + hilversum + "} 0\n"));
    EXPECT_THAT(text, HasSubstr("ketensync_sync_runs_total" + hilversum + "} 0\n"));
}

TEST(ProcessFigures, are_those_of_this_process)
{
    SystemClock const clock;
    auto const figures = read_process_figures(clock.now());
    auto const now = static_cast<double>(clock.now().time_since_epoch().count()) / 1000;
    EXPECT_GT(figures.start_time, now - 600);
    EXPECT_LE(figures.start_time, now + 1);
    EXPECT_GT(figures.resident_bytes, 1U << 20U);
    EXPECT_GT(figures.virtual_bytes, figures.resident_bytes);
    EXPECT_GE(figures.open_files, 3U);
    EXPECT_GT(figures.open_files_max, figures.open_files);
    EXPECT_GE(figures.threads, 1U) << "a thread of an earlier test may still be ending";
}
