#include "daemon/web/door.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <regex>

using namespace ketensync;
using namespace ketensync::web;
using namespace std::chrono_literals;
using settings::Role;
using testing::HasSubstr;
using testing::Not;

namespace {

class WebDoor : public testing::Test {
protected:
    Response ask(std::string const & user, std::string const & secret = "0123456789abcdef")
    {
        Request request { "/geheim", {}, {}, { { "x-remote-user", user }, { "x-ketensync-proxy", secret } } };
        return m_page.handler(request);
    }

    Response post(std::string const & user, std::string const & token, std::vector<std::pair<std::string, std::string>> headers)
    {
        Request request { "/geheim", {}, {}, std::move(headers), true, { { "bewijs", token }, { "what", "this" } } };
        request.headers.emplace_back("x-remote-user", user);
        request.headers.emplace_back("x-ketensync-proxy", "0123456789abcdef");
        return m_page.handler(request);
    }

    std::string token_of(std::string const & user)
    {
        std::smatch found;
        auto const body = ask(user).body;
        return std::regex_search(body, found, std::regex("name=\"bewijs\" value=\"([0-9a-f.]+)\"")) ? found[1].str() : "none";
    }

    void let_in()
    {
        settings::WebUsers users;
        users.origin = "https://ketensync.example";
        users.secret = "proxy";
        users.roles = { { "anna", static_cast<unsigned>(Role::review) | static_cast<unsigned>(Role::operate) },
            { "bart", static_cast<unsigned>(Role::read) } };
        m_keys = std::make_shared<Door::Keys const>(Door::Keys { users, "0123456789abcdef" });
    }

    ManualClock m_clock { Instant(std::chrono::sys_days { std::chrono::November / 21 / 2026 }) };
    std::shared_ptr<Door::Keys const> m_keys;
    int m_acts = 0;
    Door m_door { [this] { return m_keys; }, m_clock };
    Route m_page = m_door.guarded("/geheim", false, Role::review, true, [this](Visitor const & visitor, Request const & request) {
        m_acts += request.posted ? 1 : 0;
        return Response { 200, "text/html", "geheim van " + visitor.name + visitor.form_fields };
    });
    std::vector<std::pair<std::string, std::string>> const m_from_here { { "origin", "https://ketensync.example" },
        { "sec-fetch-site", "same-origin" } };
};

} // namespace

TEST_F(WebDoor, is_closed_to_all_and_says_how_to_open_it_where_nobody_is_named)
{
    auto const answer = ask("anna");
    EXPECT_EQ(answer.status, 403);
    EXPECT_THAT(answer.body, HasSubstr("[web.users]"));
    EXPECT_THAT(answer.body, Not(HasSubstr("geheim van")));
}

TEST_F(WebDoor, lets_in_whom_the_proxy_names_with_the_role)
{
    let_in();
    EXPECT_EQ(ask("anna").status, 200);
    EXPECT_THAT(ask("anna").body, HasSubstr("geheim van anna"));
    EXPECT_TRUE(m_page.waits);
}

TEST_F(WebDoor, believes_nobody_who_does_not_show_the_secret_of_the_proxy)
{
    let_in();
    for (auto const * secret : { "", "0123456789abcde", "0123456789abcdeg", "0123456789abcdef0", "0123456789ABCDEF" }) {
        EXPECT_EQ(ask("anna", secret).status, 403) << secret;
    }
    Request without { "/geheim", {}, {}, { { "x-remote-user", "anna" } } };
    EXPECT_EQ(m_page.handler(without).status, 403);
}

TEST_F(WebDoor, believes_no_header_that_is_there_twice)
{
    let_in();
    std::pair<std::string, std::string> const secret { "x-ketensync-proxy", "0123456789abcdef" }, user { "x-remote-user", "anna" };
    EXPECT_EQ(m_page.handler({ "/geheim", {}, {}, { user, user, secret } }).status, 403);
    EXPECT_EQ(m_page.handler({ "/geheim", {}, {}, { user, secret, secret } }).status, 403);
}

TEST_F(WebDoor, refuses_who_is_not_known_and_who_lacks_the_role)
{
    let_in();
    for (auto const * user : { "", "carla", "Anna", "anna ", "bart" }) {
        auto const answer = ask(user);
        EXPECT_EQ(answer.status, 403) << user;
        EXPECT_THAT(answer.body, Not(HasSubstr("geheim van"))) << user;
    }
    EXPECT_THAT(ask("bart").body, HasSubstr("beoordelen (review)"));
}

TEST_F(WebDoor, lets_any_role_look_where_looking_is_enough)
{
    let_in();
    auto const page = m_door.guarded("/kijk", false, Role::read, false, [](Visitor const &, Request const &) { return Response {}; });
    EXPECT_EQ(page.handler({ "/kijk", {}, {}, { { "x-remote-user", "anna" }, { "x-ketensync-proxy", "0123456789abcdef" } } }).status, 200);
}

TEST_F(WebDoor, lets_programs_do_what_the_user_may_and_tells_a_problem_otherwise)
{
    using Headers = std::vector<std::pair<std::string, std::string>>;
    auto const act = [this](Headers headers) {
        Request const request { "/api/v1/runs", {}, {}, std::move(headers), true };
        return m_door.admitted(Role::operate, request, [this](Visitor const &, Request const &) {
            ++m_acts;
            return Response { 202, "application/json", "{}", {} };
        });
    };
    Headers const anna { { "x-remote-user", "anna" }, { "x-ketensync-proxy", "0123456789abcdef" } };
    EXPECT_THAT(act(anna).body, HasSubstr("[web.users]")) << "nobody may before it is set up";
    let_in();
    EXPECT_EQ(act(anna).status, 202);
    auto here = anna;
    std::ranges::copy(m_from_here, std::back_inserter(here));
    EXPECT_EQ(act(here).status, 202) << "a page of ours";
    EXPECT_EQ(m_acts, 2);
    std::vector<Headers> const refused { {}, { anna[0] }, { anna[1] }, { anna[0], { "x-ketensync-proxy", "guess" } }, { anna[0], anna[0], anna[1] },
        { { "x-remote-user", "bart" }, anna[1] }, { { "x-remote-user", "carla" }, anna[1] }, { anna[0], anna[1], { "origin", "https://evil.example" } },
        { anna[0], anna[1], { "origin", "null" } }, { anna[0], anna[1], { "sec-fetch-site", "cross-site" } },
        { anna[0], anna[1], { "sec-fetch-site", "none" } }, { anna[0], anna[1], m_from_here[0], { "origin", "https://evil.example" } } };
    for (auto const & headers : refused) {
        auto const answer = act(headers);
        EXPECT_EQ(answer.status, 403) << testing::PrintToString(headers);
        EXPECT_EQ(answer.content_type, "application/problem+json");
    }
    EXPECT_EQ(m_acts, 2);
}

TEST_F(WebDoor, takes_a_form_of_its_own_page)
{
    let_in();
    auto const token = token_of("anna");
    EXPECT_EQ(post("anna", token, m_from_here).status, 200);
    EXPECT_EQ(post("anna", token, { { "sec-fetch-site", "same-origin" } }).status, 200);
    EXPECT_EQ(post("anna", token, { { "origin", "https://ketensync.example" } }).status, 200);
    EXPECT_EQ(m_acts, 3);
}

TEST_F(WebDoor, refuses_a_form_that_was_sent_from_elsewhere)
{
    let_in();
    auto const token = token_of("anna");
    std::vector<std::vector<std::pair<std::string, std::string>>> const elsewhere { {}, { { "origin", "null" } },
        { { "origin", "https://evil.example" } }, { { "origin", "http://ketensync.example" } },
        { { "origin", "https://ketensync.example.evil.example" } }, { { "sec-fetch-site", "cross-site" } },
        { { "sec-fetch-site", "same-site" } }, { { "sec-fetch-site", "none" } },
        { { "origin", "https://ketensync.example" }, { "sec-fetch-site", "cross-site" } },
        { { "origin", "https://evil.example" }, { "sec-fetch-site", "same-origin" } } };
    for (auto const & headers : elsewhere) {
        EXPECT_EQ(post("anna", token, headers).status, 403) << testing::PrintToString(headers);
    }
    EXPECT_EQ(m_acts, 0);
}

TEST_F(WebDoor, refuses_a_form_without_the_proof_of_its_page)
{
    let_in();
    settings::WebUsers users = m_keys->users;
    users.roles["dirk"] = static_cast<unsigned>(Role::review);
    m_keys = std::make_shared<Door::Keys const>(Door::Keys { users, m_keys->secret });
    auto const token = token_of("anna");
    auto changed = token;
    changed.back() = changed.back() == '0' ? '1' : '0';
    auto later = token;
    later.front() = later.front() == 'f' ? 'e' : 'f';
    for (auto const & wrong : { std::string(), std::string("x"), std::string("-1."), changed, later, token + "0", token_of("dirk") }) {
        EXPECT_EQ(post("anna", wrong, m_from_here).status, 403) << wrong;
    }
    Door const other([this] { return m_keys; }, m_clock); // another process
    auto const elsewhere = other.guarded("/geheim", false, Role::review, true, [](Visitor const &, Request const &) { return Response {}; });
    Request request { "/geheim", {}, {}, m_from_here, true, { { "bewijs", token } } };
    request.headers.emplace_back("x-remote-user", "anna");
    request.headers.emplace_back("x-ketensync-proxy", "0123456789abcdef");
    EXPECT_EQ(elsewhere.handler(request).status, 403);
    m_clock.advance(8h + 1ms);
    EXPECT_EQ(post("anna", token, m_from_here).status, 403);
    EXPECT_EQ(m_acts, 0);
}
