// What programs have done over the API, at the running service.

#include "tests/whole/operator_pages.hpp"

namespace ketensync::whole {

using testing::Contains;
using testing::HasSubstr;

namespace {

class ActsOverApi : public OperatorPages {
protected:
    Page act(std::string const & path, json const & body, std::string const & user = "olga", Fields const & more = {})
    {
        auto headers = as(user);
        headers.emplace_back("Content-Type", "application/json");
        headers.insert(headers.end(), more.begin(), more.end());
        return ask("POST", "/api/v1" + path, headers, body.dump());
    }
    json see(std::string const & path) { return json::parse(ask("GET", path, {}, "").body); }
    /// Waits until what is seen there is so; what it was last is in the message otherwise.
    void expect_soon(std::string const & path, std::function<bool(json const &)> const & so)
    {
        json seen;
        for (int i = 0; i < 500; ++i) {
            seen = see(path);
            if (so(seen)) {
                return;
            }
            std::this_thread::sleep_for(20ms);
        }
        ADD_FAILURE() << seen.dump(2);
    }
};

}

TEST_F(ActsOverApi, BeginARunAsTheCommandLineDoes)
{
    start_service();
    auto const before = see("/api/v1/sources/uwv/feeds/werkzoekenden").at("lastRun").at("id").get<int>();
    auto const begun = act("/sources/uwv/feeds/werkzoekenden/runs", { { "reason", "they phoned" } });
    ASSERT_EQ(begun.status, 202) << begun.body;
    EXPECT_EQ(begun.location, "/api/v1/sources/uwv/feeds/werkzoekenden");
    EXPECT_THAT(json::parse(begun.body).at("items").at(0).at("state"), testing::AnyOf("begun", "joined"));
    expect_soon(begun.location, [&](json const & feed) {
        return !feed.at("running").get<bool>() && feed.at("lastRun").at("id").get<int>() > before && feed.at("lastRun").at("trace").get<std::string>().size() == 32;
    });
    EXPECT_EQ(act("/runs", json::object()).status, 202);
    EXPECT_EQ(act("/sources/gemeente/runs", json::object()).status, 202);
    EXPECT_THAT(audit(), Contains(HasSubstr("olga sync: uwv/werkzoekenden")));
    end_service();
}

TEST_F(ActsOverApi, PauseAndResumeASource)
{
    start_service();
    auto const until = to_text(std::chrono::floor<std::chrono::seconds>(SystemClock().now() + 48h));
    auto const paused = act("/sources/uwv/pauses", { { "until", until }, { "reason", "they migrate" } });
    ASSERT_EQ(paused.status, 201) << paused.body;
    EXPECT_EQ(paused.location, "/api/v1/sources/uwv");
    expect_soon(paused.location, [&](json const & source) { return source.value("pausedUntil", "") == until; });
    auto const refused = act("/sources/uwv/feeds/werkzoekenden/runs", json::object());
    EXPECT_EQ(refused.status, 409) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("they migrate"));
    EXPECT_EQ(act("/sources/uwv/pauses", { { "until", "2020-01-01T00:00:00Z" }, { "reason", "x" } }).status, 400);
    EXPECT_EQ(act("/sources/uwv/resumptions", json::object()).status, 201);
    EXPECT_EQ(act("/sources/uwv/resumptions", json::object()).status, 409) << "it is not paused";
    EXPECT_THAT(audit(), Contains(HasSubstr("olga pause: uwv until " + until + ": they migrate")));
    EXPECT_THAT(audit(), Contains("olga resume: uwv"));
    EXPECT_EQ(act("/sources/uwv/feeds/werkzoekenden/cancellations", json::object()).status, 409) << "it is not being read";
    end_service();
}

TEST_F(ActsOverApi, EndAReadingThatGoesOn)
{
    start_service();
    m_thinks = 20s;
    std::string const feed = "/sources/uwv/feeds/werkzoekenden";
    ASSERT_EQ(act(feed + "/runs", json::object()).status, 202);
    EXPECT_EQ(act(feed + "/runs", { { "full", true } }).status, 409) << "what goes on is not from the beginning";
    auto const cancelled = act(feed + "/cancellations", { { "reason", "wrong month" } });
    ASSERT_EQ(cancelled.status, 202) << cancelled.body;
    EXPECT_EQ(json::parse(cancelled.body).at("state"), "cancelled");
    expect_soon(cancelled.location, [](json const & seen) { return seen.at("lastRun").value("message", "") == "cancelled by olga: wrong month"; });
    EXPECT_THAT(audit(), Contains("olga cancel: uwv/werkzoekenden: wrong month"));
    end_service();
}

TEST_F(ActsOverApi, TryAgainAndDropWhatWasSetAside)
{
    start_service();
    std::string const set_aside = "/sources/gemeente/feeds/srg/quarantine";
    auto const tried = act(set_aside + "/retries", { { "code", "bsn-invalid" }, { "atMost", 5 }, { "reason", "bron hersteld" } });
    ASSERT_EQ(tried.status, 202) << tried.body;
    EXPECT_EQ(json::parse(tried.body).at("documents"), 1);
    auto const dropped = act(set_aside + "/drops", { { "atMost", 1 }, { "reason", "bron hersteld" } }, "anna");
    ASSERT_EQ(dropped.status, 201) << dropped.body;
    EXPECT_EQ(json::parse(dropped.body).at("documents"), 1);
    EXPECT_THAT(audit(), Contains("olga quarantine-retry: 1 documents: bron hersteld"));
    EXPECT_THAT(audit(), Contains("anna quarantine-drop: 1 documents: bron hersteld"));
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM quarantine"), 0);
}

TEST_F(ActsOverApi, DoNothingForWhoMayNotOrForAPageOfAnotherSite)
{
    start_service();
    auto const before = audit().size();
    std::string const path = "/sources/gemeente/feeds/srg/quarantine/drops";
    json const body { { "atMost", 1 }, { "reason", "x" } };
    for (auto const * user : { "rita", "bart", "zomaar", "" }) {
        auto const answer = act(path, body, user);
        EXPECT_EQ(answer.status, 403) << user;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
    }
    EXPECT_EQ(ask("POST", "/api/v1" + path, { { "Content-Type", "application/json" } }, body.dump()).status, 403);
    EXPECT_EQ(act(path, body, "olga", { { "Origin", "https://evil.example" } }).status, 403);
    EXPECT_EQ(act(path, body, "olga", { { "Sec-Fetch-Site", "cross-site" } }).status, 403);
    EXPECT_EQ(ask("POST", "/api/v1" + path, as("olga"), "atMost=1&reason=x").status, 415) << "as a form of another site would";
    auto const preflight = ask("OPTIONS", "/api/v1" + path, as("olga"), "");
    EXPECT_EQ(preflight.status, 405);
    EXPECT_EQ(preflight.headers.at("allow"), "POST");
    EXPECT_FALSE(preflight.headers.contains("access-control-allow-origin"));
    EXPECT_EQ(ask("GET", "/api/v1" + path, as("olga"), "").status, 405);
    EXPECT_EQ(ask("POST", "/api/v1/feeds", as("olga"), "").headers.at("allow"), "GET, HEAD");
    EXPECT_EQ(audit().size(), before);
    end_service();
    EXPECT_EQ(number("SELECT count(*) FROM quarantine"), 1);
}

}
