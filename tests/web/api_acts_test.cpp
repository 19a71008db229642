#include "daemon/web/api.hpp"
#include "daemon/web/api_acts.hpp"
#include "daemon/web/api_body.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::web {

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

/// Tells what it was asked, or fails as it is told to.
class Noted final : public Acts {
public:
    bool knows(std::string_view source, std::string_view feed) const override { return source == "uwv" && (feed.empty() || feed == "personen"); }
    Result<Json> begin(Call const & call) override { return noted("begin", call); }
    Result<Json> cancel(Call const & call) override { return noted("cancel", call); }
    Result<Json> pause(Call const & call) override { return noted("pause", call); }
    Result<Json> resume(Call const & call) override { return noted("resume", call); }
    Result<Json> retry(Call const & call) override { return noted("retry", call); }
    Result<Json> drop(Call const & call) override { return noted("drop", call); }

    std::optional<Error> error;
    std::vector<std::string> calls;

private:
    Result<Json> noted(std::string_view what, Call const & call)
    {
        calls.push_back(fmt::format("{} {} {} {} {}", call.who, what, call.source, call.feed, call.body.dump()));
        return error ? Result<Json>(fail(*error)) : Json::object();
    }
};

class ApiActs : public testing::Test {
protected:
    Response post(std::string const & path, std::string const & body, std::string const & user = "anna")
    {
        Request request { std::string(api_path) + path, {}, {}, { { "x-remote-user", user }, { "x-ketensync-proxy", "0123456789abcdef" } }, true };
        request.json = body;
        return m_route.handler(request);
    }

    static std::shared_ptr<Door::Keys const> keys()
    {
        settings::WebUsers users;
        users.origin = "https://ketensync.example";
        users.roles = { { "anna", static_cast<unsigned>(settings::Role::operate) }, { "bart", static_cast<unsigned>(settings::Role::review) } };
        return std::make_shared<Door::Keys const>(Door::Keys { users, "0123456789abcdef" });
    }

    ManualClock m_clock { Instant {} };
    Door m_door { [] { return keys(); }, m_clock };
    std::shared_ptr<Noted> m_acts = std::make_shared<Noted>();
    Route m_route = api_acts(m_door, m_acts);
};

} // namespace

TEST_F(ApiActs, does_each_for_who_may_and_says_where_one_sees_it)
{
    struct Row {
        std::string path, body, call;
        int status;
        std::string location;
    };
    auto const feed = std::string("/sources/uwv/feeds/personen");
    std::vector<Row> const rows {
        { "/runs", "{}", "begin   {}", 202, "/feeds" },
        { "/sources/uwv/runs", R"({"full":true})", R"(begin uwv  {"full":true})", 202, "/sources/uwv/feeds" },
        { feed + "/runs", R"({"reason":"x"})", R"(begin uwv personen {"reason":"x"})", 202, feed },
        { feed + "/cancellations", "{}", "cancel uwv personen {}", 202, feed },
        { "/sources/uwv/pauses", R"({"until":"2026-12-31T18:00:00Z","reason":"x"})", R"(pause uwv  {"until":"2026-12-31T18:00:00Z","reason":"x"})", 201, "/sources/uwv" },
        { "/sources/uwv/resumptions", "{}", "resume uwv  {}", 201, "/sources/uwv" },
        { feed + "/quarantine/retries", R"({"atMost":1000,"reason":"x"})", R"(retry uwv personen {"atMost":1000,"reason":"x"})", 202, feed },
        { feed + "/quarantine/drops", R"({"atMost":2.0,"id":7,"code":"c","reason":"x"})", R"(drop uwv personen {"atMost":2.0,"id":7,"code":"c","reason":"x"})", 201, feed },
    };
    for (auto const & row : rows) {
        auto const answer = post(row.path, row.body);
        EXPECT_EQ(answer.status, row.status) << row.path << answer.body;
        EXPECT_THAT(answer.headers, Contains(Pair("Location", std::string(api_path) + row.location)));
        EXPECT_THAT(answer.headers, Contains(Pair("API-Version", std::string(api_version))));
        ASSERT_FALSE(m_acts->calls.empty());
        EXPECT_EQ(m_acts->calls.back(), "anna " + row.call);
        EXPECT_TRUE(is_act(row.path));
    }
}

TEST_F(ApiActs, does_nothing_of_what_is_not_as_described_or_not_there)
{
    for (auto const * body : { "", "null", "[]", "{", "{\"full\":1}", "{\"full\":\"true\"}", "{\"reason\":5}", "{\"reason\":\"a\\nb\"}", "{\"more\":1}", "\xff" }) {
        auto const answer = post("/runs", body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_EQ(answer.content_type, "application/problem+json");
    }
    for (auto const * body : { "{}", R"({"until":"2026-12-31T18:00:00Z"})", R"({"until":"2026-12-31","reason":"x"})", R"({"until":"2026-12-31T18:00:00Z","reason":""})" }) {
        EXPECT_EQ(post("/sources/uwv/pauses", body).status, 400) << body;
    }
    for (auto const * body : { R"({"atMost":0,"reason":"x"})", R"({"atMost":1001,"reason":"x"})", R"({"atMost":1.5,"reason":"x"})", R"({"atMost":-1e99,"reason":"x"})" }) {
        EXPECT_EQ(post("/sources/uwv/feeds/personen/quarantine/retries", body).status, 400) << body;
    }
    EXPECT_EQ(post("/sources/svb/runs", "{}").status, 404);
    EXPECT_EQ(post("/sources/uwv/feeds/svb/runs", "{}").status, 404);
    EXPECT_EQ(post("/nothing", "{}").status, 404);
    EXPECT_EQ(post("/runs", "{}", "bart").status, 403) << "who judges pairs does not operate";
    EXPECT_THAT(m_acts->calls, testing::IsEmpty());
}

TEST_F(ApiActs, counts_characters_and_not_bytes)
{
    auto const reason = [](int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text += "\u00eb";
        }
        return R"({"reason":")" + text + "\"}";
    };
    EXPECT_EQ(post("/runs", reason(200)).status, 202);
    EXPECT_EQ(post("/runs", reason(201)).status, 400);
}

TEST_F(ApiActs, tells_whether_it_cannot_be_meant_or_not_now)
{
    for (auto const & [failure, status] : { std::pair(Failure::usage, 400), { Failure::busy, 409 }, { Failure::unavailable, 503 }, { Failure::cannot_write, 503 } }) {
        m_acts->error = Error { failure, "so it stands" };
        auto const answer = post("/runs", "{}");
        EXPECT_EQ(answer.status, status);
        EXPECT_THAT(answer.body, HasSubstr("so it stands"));
    }
}

} // namespace ketensync::web
