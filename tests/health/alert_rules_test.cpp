#include "daemon/health/metrics.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include <unistd.h>

// What is shipped for those who watch: every name in it is one that the service exports, every rule was seen to fire and
// to be silent, and tells what to do.

using namespace ketensync;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
namespace fs = std::filesystem;

namespace {

fs::path const root = KETENSYNC_SOURCE_DIR;
fs::path const rules_file = root / "systemd" / "prometheus" / "ketensync.rules.yml";
fs::path const tests_file = root / "tests" / "health" / "alerts" / "ketensync.rules.test.yml";
fs::path const days_file = root / "tests" / "health" / "alerts" / "ketensync.days.test.yml";

std::string content(fs::path const & path)
{
    std::ifstream file(path);
    return { std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
}

std::set<std::string> matches(std::string const & text, char const * pattern, std::size_t group = 0)
{
    std::regex const regex(pattern);
    std::set<std::string> found;
    for (std::sregex_iterator each(text.begin(), text.end(), regex), end; each != end; ++each) {
        found.insert((*each)[group]);
    }
    return found;
}

/// The metrics that the text names.
std::set<std::string> metrics_in(std::string const & text)
{
    return matches(text, "\\b(ketensync|process)_[a-z_]*[a-z]\\b");
}

std::set<std::string> exported()
{
    return matches(health::metrics_text(sound_snapshot()), "# TYPE ([a-z_]+) ", 1);
}

std::set<std::string> alerts() { return matches(content(rules_file), "- alert: ([A-Za-z]+)", 1); }

/// What stands between one rule's name and the next.
std::map<std::string, std::string> rules()
{
    std::map<std::string, std::string> found;
    auto const text = content(rules_file);
    std::string const mark = "- alert: ";
    for (auto at = text.find(mark); at != std::string::npos;) {
        auto const next = text.find(mark, at + 1);
        auto const rule = text.substr(at + mark.size(), next == std::string::npos ? next : next - at - mark.size());
        found[rule.substr(0, rule.find('\n'))] = rule;
        at = next;
    }
    return found;
}

std::string promtool(std::string const & words)
{
    auto * const pipe = ::popen(("/usr/bin/promtool " + words + " 2>&1").c_str(), "r");
    std::string said(1U << 16U, '\0');
    said.resize(std::fread(said.data(), 1, said.size(), pipe));
    return ::pclose(pipe) == 0 ? "sound" : said;
}

std::string lower(std::string text)
{
    for (auto & letter : text) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    return text;
}

} // namespace

TEST(AlertRules, are_taken_by_prometheus_and_do_as_their_tests_say)
{
    if (!fs::exists("/usr/bin/promtool")) {
        GTEST_SKIP() << "promtool is not installed";
    }
    EXPECT_EQ(promtool("check rules " + rules_file.string()), "sound");
    EXPECT_EQ(promtool("test rules " + tests_file.string() + ' ' + days_file.string()), "sound");
}

TEST(AlertRules, each_have_a_test_that_fires_and_one_that_is_silent)
{
    auto const tests = content(tests_file) + content(days_file);
    EXPECT_GE(alerts().size(), 15U);
    for (auto const & alert : alerts()) {
        std::regex const silent("alertname: " + alert + "\n +eval_time: [0-9a-z]+\n +exp_alerts: \\[\\]\n");
        std::regex const firing("alertname: " + alert + "\n +eval_time: [0-9a-z]+\n +exp_alerts:\n +- exp_labels:");
        EXPECT_TRUE(std::regex_search(tests, silent)) << alert << " is never silent in a test";
        EXPECT_TRUE(std::regex_search(tests, firing)) << alert << " never fires in a test";
    }
}

TEST(AlertRules, each_tell_how_bad_it_is_what_it_is_and_where_the_runbook_tells_what_to_do)
{
    auto const runbook = content(root / "docs" / "runbook.md");
    for (auto const & [alert, rule] : rules()) {
        EXPECT_TRUE(std::regex_search(rule, std::regex("severity: (critical|warning|info) "))) << alert;
        EXPECT_THAT(rule, HasSubstr("\n          summary: "));
        EXPECT_THAT(rule, HasSubstr("\n          description: "));
        EXPECT_THAT(rule, HasSubstr("runbook_url: file:///usr/share/doc/ketensync/runbook.md#" + lower(alert) + "\n"));
        EXPECT_THAT(runbook, HasSubstr("\n## " + alert + "\n")) << "the runbook lacks it";
    }
    for (auto const & page : matches(runbook, "\n## (Ketensync[A-Za-z]+)\n", 1)) {
        EXPECT_THAT(alerts(), Contains(page)) << "the runbook tells of an alert that there is not";
    }
}

TEST(AlertRules, name_only_what_is_exported)
{
    auto const known = exported();
    ASSERT_GE(known.size(), 30U);
    for (auto const & file : { rules_file, tests_file, days_file }) {
        for (auto const & metric : metrics_in(content(file))) {
            EXPECT_THAT(known, Contains(metric)) << file;
        }
    }
}

TEST(Dashboard, asks_only_for_what_is_exported_and_leaves_nothing_out)
{
    auto const dashboard = nlohmann::json::parse(content(root / "systemd" / "grafana" / "ketensync.json"));
    auto const known = exported();
    std::set<std::string> asked;
    std::size_t queries = 0;
    for (auto const & panel : dashboard.at("panels")) {
        for (auto const & target : panel.value("targets", nlohmann::json::array())) {
            auto const expression = target.at("expr").get<std::string>();
            EXPECT_THAT(metrics_in(expression), Not(IsEmpty())) << expression;
            for (auto const & metric : metrics_in(expression)) {
                EXPECT_THAT(known, Contains(metric)) << panel.at("title");
                asked.insert(metric);
            }
            EXPECT_EQ(target.at("datasource").at("uid"), "${datasource}") << panel.at("title");
            ++queries;
        }
    }
    EXPECT_GE(queries, 30U);
    for (auto const & metric : known) {
        EXPECT_THAT(asked, Contains(metric)) << "the dashboard does not show it";
    }
    for (auto const & variable : dashboard.at("templating").at("list")) {
        for (auto const & metric : metrics_in(variable.at("query").dump())) {
            EXPECT_THAT(known, Contains(metric));
        }
    }
}

TEST(Dashboard, asks_what_prometheus_understands)
{
    if (!fs::exists("/usr/bin/promtool")) {
        GTEST_SKIP() << "promtool is not installed";
    }
    auto const dashboard = nlohmann::json::parse(content(root / "systemd" / "grafana" / "ketensync.json"));
    auto const file = fs::temp_directory_path() / ("ketensync-dashboard-" + std::to_string(::getpid()) + ".yml");
    std::ofstream rules(file);
    rules << "groups:\n  - name: dashboard\n    rules:\n";
    std::size_t count = 0;
    for (auto const & panel : dashboard.at("panels")) {
        for (auto const & target : panel.value("targets", nlohmann::json::array())) {
            auto expression = target.at("expr").get<std::string>();
            expression = std::regex_replace(expression, std::regex("\\$__rate_interval"), "5m");
            rules << "      - record: panel:" << ++count << "\n        expr: " << nlohmann::json(expression).dump() << "\n";
        }
    }
    rules.close();
    EXPECT_EQ(promtool("check rules " + file.string()), "sound");
    fs::remove(file);
}
