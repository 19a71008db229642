#include "daemon/web/api.hpp"
#include "daemon/web/api_shapes.hpp"
#include "tests/support/described.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace ketensync::web {

namespace {

using namespace std::chrono_literals;
using support::differs;

auto const noon = Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 21).time_since_epoch()) + 12h;

health::Snapshot now()
{
    health::Snapshot snapshot;
    snapshot.taken = noon;
    snapshot.started = noon - 24h;
    snapshot.version = "1.2.3";
    snapshot.started_up = true;
    snapshot.configuration_read = noon - 24h;
    snapshot.store.disk_free = 10ULL << 30;
    for (auto const & [source, feed] : { std::pair("gemeente", "bijstand"), { "uwv", "inschrijvingen" }, { "uwv", "personen" } }) {
        auto & state = snapshot.feeds.emplace_back();
        state.source = source;
        state.title = "De bron";
        state.feed = feed;
        state.interval = 24h;
        state.last_success = noon - 3h;
        auto & run = state.last_run.emplace();
        run.id = 7;
        run.source = source;
        run.feed = feed;
        run.started = noon - 4h;
        run.ended = noon - 3h;
        run.state = health::RunState::succeeded;
    }
    snapshot.feeds[1].consecutive_failures = 2;
    snapshot.feeds[1].last_run->state = health::RunState::failed;
    snapshot.feeds[1].last_run->message = "the source \"says\" \xff no";
    snapshot.feeds[2].last_run.reset();
    snapshot.feeds[2].last_success.reset();
    return snapshot;
}

Response ask(std::string const & path, std::vector<std::pair<std::string, std::string>> query = {})
{
    return answer_api({ std::string(api_path) + path, {}, std::move(query) }, now());
}

} // namespace

TEST(Api, describes_every_path_and_every_answer_is_as_described)
{
    auto const description = Json::parse(ask("/openapi.json").body);
    EXPECT_EQ(description["openapi"], "3.0.3");
    EXPECT_GE(description["paths"].size(), 7U);
    for (auto const & [path, operations] : description["paths"].items()) {
        if (!operations.contains("get")) {
            continue;
        }
        auto filled = std::regex_replace(path, std::regex("\\{source\\}"), "uwv");
        filled = std::regex_replace(filled, std::regex("\\{feed\\}"), "personen");
        auto const answer = ask(filled);
        ASSERT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.content_type, "application/json");
        auto const & schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        EXPECT_EQ(differs(Json::parse(answer.body), schema, description), "") << path;
        EXPECT_THAT(answer.headers, testing::Contains(testing::Pair("API-Version", std::string(api_version))));
    }
}

TEST(Api, answers_whatever_it_is_asked_with_what_it_describes)
{
    auto const description = Json::parse(api_description());
    auto const & schemas = description["components"]["schemas"];
    std::mt19937 random(7);
    std::vector<std::string> const parts { "/sources", "/feeds", "/uwv", "/personen", "/service", "/checks", "/", "", "/..", "/%00",
        "/\xff", "/{source}", "/" + std::string(5'000, 'x'), "/openapi.json", "/gemeente", "?", "//" };
    std::vector<std::string> const words { "status", "source", "pass", "warn", "uwv", "", "\xff", "page", "STATUS", std::string(5'000, 'y') };
    std::map<int, int> seen;
    for (int i = 0; i < 20'000; ++i) {
        std::string path;
        for (auto n = random() % 5; n > 0; --n) {
            path += parts[random() % parts.size()];
        }
        std::vector<std::pair<std::string, std::string>> query;
        for (auto n = random() % 3; n > 0; --n) {
            query.emplace_back(words[random() % words.size()], words[random() % words.size()]);
        }
        auto const answer = ask(path, query);
        ++seen[answer.status];
        if (answer.status == 200) {
            EXPECT_EQ(answer.content_type, "application/json");
            EXPECT_TRUE(Json::accept(answer.body));
        } else {
            EXPECT_EQ(answer.content_type, "application/problem+json");
            EXPECT_EQ(differs(Json::parse(answer.body), schemas["Problem"], description), "");
        }
    }
    EXPECT_EQ(seen.size(), 3U) << "200, 400 and 404";
    EXPECT_GT(seen[200], 100);
    EXPECT_GT(seen[400], 100);
}

TEST(Api, gives_only_what_was_asked_for)
{
    auto const failing = Json::parse(ask("/feeds", { { "status", "warn" }, { "source", "uwv" } }).body);
    ASSERT_EQ(failing["items"].size(), 1U);
    EXPECT_EQ(failing["items"][0]["feed"], "inschrijvingen");
    EXPECT_EQ(Json::parse(ask("/sources").body)["items"].size(), 2U);
    EXPECT_EQ(Json::parse(ask("/sources/uwv").body)["status"], "warn");
    EXPECT_FALSE(Json::parse(ask("/sources/uwv/feeds/personen").body).contains("lastRun"));
}

TEST(Api, tells_what_was_wrong_with_a_question)
{
    EXPECT_EQ(ask("/sources/svb").status, 404);
    EXPECT_EQ(ask("/sources/svb/feeds").status, 404);
    EXPECT_EQ(ask("/sources/uwv/feeds/svb").status, 404);
    EXPECT_EQ(ask("/feeds/").status, 404) << "no slash at the end";
    EXPECT_EQ(ask("/feeds", { { "status", "broken" } }).status, 400);
    EXPECT_EQ(ask("/feeds", { { "colour", "red" } }).status, 400);
    EXPECT_EQ(ask("/feeds", { { "status", "warn" }, { "status", "pass" } }).status, 400);
    EXPECT_THAT(ask("/feeds", { { "status", "broken" } }).body, testing::HasSubstr("pass, warn, fail"));
}

} // namespace ketensync::web
