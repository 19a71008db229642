#include "daemon/http/client.hpp"

#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>

#include <atomic>

namespace ketensync::http {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using Answer = ScriptedServer::Answer;

namespace {

/// A server that gives its answers one after the other, then the last one for ever; and a client on a clock of its own.
struct Exchange {
    Exchange(std::shared_ptr<Credential> credential, std::vector<Answer> list)
        : answers(std::move(list))
        , client({ .address = parse_address(server.address()).value(), .headers = { "X-Vast: 1" } },
              std::move(credential), nullptr, clock)
    {
    }

    std::vector<Answer> answers;
    std::size_t given = 0;
    ManualClock clock { Instant(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)) };
    ScriptedServer server { [this](ScriptedServer::Request const &) {
        return answers[std::min(given++, answers.size() - 1)];
    } };
    Client client;
};

std::shared_ptr<Credential> token(std::string_view value)
{
    return std::make_shared<FixedCredential>(FixedCredential::bearer("bron-token", value).value());
}

} // namespace

TEST(Client, TriesAgainAfterTransientTrouble)
{
    Exchange exchange(nullptr,
        { { .status = 503 }, { .status = 429, .headers = { { "Retry-After", "120" } } },
            { .body = "half", .cut = true }, { .body = "goed" } });
    auto const start = exchange.clock.monotonic();
    auto const response = exchange.client.get("/pad", {});
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, "goed");
    EXPECT_EQ(exchange.server.requests().size(), 4U);
    EXPECT_GE(exchange.clock.monotonic() - start, seconds(120));
    EXPECT_LE(exchange.clock.monotonic() - start, seconds(125));
    EXPECT_EQ(exchange.server.requests().back().headers.at("x-vast"), "1");
}

TEST(Client, SaysWithEachAttemptWhichRunItIsOf)
{
    Exchange exchange(nullptr, { { .status = 503 }, { .body = "goed" } });
    Client client({ .address = parse_address(exchange.server.address()).value(), .trace = { 1, 2 } }, nullptr, nullptr, exchange.clock);
    ASSERT_TRUE(client.get("/pad", {}));
    auto const requests = exchange.server.requests();
    ASSERT_EQ(requests.size(), 2U);
    auto const first = requests[0].headers.at("traceparent");
    auto const second = requests[1].headers.at("traceparent");
    EXPECT_THAT(first, testing::MatchesRegex("00-00000000000000010000000000000002-[0-9a-f]{16}-01"));
    EXPECT_THAT(second, testing::StartsWith("00-00000000000000010000000000000002-"));
    EXPECT_NE(first, second);
}

TEST(Client, SaysNothingOfARunWhereThereIsNone)
{
    Exchange exchange(nullptr, { { .body = "goed" } });
    ASSERT_TRUE(exchange.client.get("/pad", {}));
    EXPECT_FALSE(exchange.server.requests().front().headers.contains("traceparent"));
}

TEST(Client, GivesUpAfterItsAttempts)
{
    Exchange exchange(nullptr, { { .status = 503 } });
    auto const response = exchange.client.get("/", {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().failure, Failure::unavailable);
    EXPECT_EQ(exchange.server.requests().size(), 5U);
}

TEST(Client, DoesNotWaitForAnAbsurdRetryAfter)
{
    Exchange exchange(nullptr, { { .status = 429, .headers = { { "Retry-After", "1000000000" } } } });
    auto const start = exchange.clock.monotonic();
    auto const response = exchange.client.get("/", {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().failure, Failure::unavailable);
    EXPECT_THAT(response.error().what, HasSubstr("asks to wait 1000000000 seconds"));
    EXPECT_EQ(exchange.server.requests().size(), 1U);
    EXPECT_EQ(exchange.clock.monotonic(), start);
}

TEST(Client, DoesNotRepeatWhatWouldBeTheSameNextTime)
{
    for (auto const & [status, failure] : { std::pair(400, Failure::bad_page), std::pair(404, Failure::bad_page),
             std::pair(302, Failure::bad_page), std::pair(401, Failure::refused), std::pair(403, Failure::refused),
             std::pair(500, Failure::unavailable) }) {
        Exchange exchange(token("geheim"), { { .status = status, .body = "geheim" } });
        auto const response = exchange.client.get("/pad?zoek=geheim", {});
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().failure, failure) << status;
        EXPECT_EQ(exchange.server.requests().size(), 1U) << status;
        EXPECT_THAT(response.error().what, Not(HasSubstr("geheim")));
        if (failure == Failure::refused) {
            EXPECT_THAT(response.error().what, HasSubstr("'bron-token'"));
        }
    }
}

TEST(Client, SendsItsCredential)
{
    Exchange bearer(token("abc"), { {} });
    ASSERT_TRUE(bearer.client.get("/", {}));
    EXPECT_EQ(bearer.server.requests().front().headers.at("authorization"), "Bearer abc");
    Exchange basic(
        std::make_shared<FixedCredential>(FixedCredential::basic("x", "Aladdin", "open sesame").value()), { {} });
    ASSERT_TRUE(basic.client.get("/", {}));
    EXPECT_EQ(basic.server.requests().front().headers.at("authorization"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    Exchange key(std::make_shared<FixedCredential>(FixedCredential::key("x", "X-Api-Key", "k1").value()), { {} });
    ASSERT_TRUE(key.client.get("/", {}));
    EXPECT_EQ(key.server.requests().front().headers.at("x-api-key"), "k1");
}

TEST(Client, RefusesACredentialThatWouldBecomeAHeader)
{
    auto const credential = FixedCredential::bearer("bron-token", "geheim\r\nX-Meer: 1");
    ASSERT_FALSE(credential);
    EXPECT_EQ(credential.error().failure, Failure::configuration);
    EXPECT_THAT(credential.error().what, Not(HasSubstr("geheim")));
    EXPECT_FALSE(FixedCredential::basic("x", "a:b", "c"));
}

TEST(Client, StopsBetweenAttempts)
{
    Exchange exchange(nullptr, { { .status = 503 } });
    std::stop_source stop;
    stop.request_stop();
    auto const response = exchange.client.get("/", stop.get_token());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().failure, Failure::interrupted);
}

TEST(Client, KeepsToItsBudget)
{
    ManualClock clock { Instant(milliseconds(1)) };
    ScriptedServer const server([](auto const &) { return Answer {}; });
    auto const budget = std::make_shared<Budget>(4, clock);
    Client client({ .address = parse_address(server.address()).value() }, nullptr, budget, clock);
    for (int request = 0; request < 9; ++request) {
        ASSERT_TRUE(client.get("/", {}));
    }
    EXPECT_EQ(clock.monotonic(), milliseconds(2'001));
}

TEST(Client, BoundsAllAttemptsAtOneAnswerTogether)
{
    for (auto const * const after : { "", "100" }) {
        Exchange exchange(nullptr, { { .status = 503, .headers = { { "Retry-After", after } } } });
        Client client({ .address = exchange.client.address(),
                          .retry = { 1'000, seconds(1), seconds(60), seconds(300) },
                          .answer_timeout = seconds(250) },
            nullptr, nullptr, exchange.clock);
        auto const start = exchange.clock.monotonic();
        auto const response = client.get("/pad", {});
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().failure, Failure::unavailable);
        EXPECT_LE(exchange.clock.monotonic() - start, seconds(250));
        EXPECT_GE(exchange.server.requests().size(), 2U);
    }
}

TEST(Client, EndsWithTheRunItIsFor)
{
    SystemClock const clock;
    ScriptedServer const server([](ScriptedServer::Request const &) { return Answer { .delay = seconds(30) }; });
    auto const start = clock.monotonic();
    Client client({ .address = parse_address(server.address()).value(), .deadline = start + milliseconds(1'000) }, nullptr,
        nullptr, clock);
    auto const first = client.get("/pad", {});
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().failure, Failure::unavailable);
    EXPECT_LE(clock.monotonic() - start, milliseconds(1'100));
    EXPECT_GE(clock.monotonic() - start, milliseconds(900));
    auto const requests = server.requests().size();
    EXPECT_FALSE(client.get("/pad", {}));
    EXPECT_EQ(server.requests().size(), requests);
}

TEST(Client, MakesABodyForEachAttempt)
{
    Exchange exchange(nullptr, { { .status = 503 }, { .status = 503 }, { .body = "goed" } });
    int made = 0;
    auto const response = exchange.client.ask(
        { .target = "/pad", .body = [&made] { return Result<std::string>(std::to_string(++made)); } }, {});
    ASSERT_TRUE(response);
    auto const requests = exchange.server.requests();
    ASSERT_EQ(requests.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(requests[i].method, "POST");
        EXPECT_EQ(requests[i].body, std::to_string(i + 1));
    }
}

TEST(Client, TellsTheCodeOfAnErrorAndNothingElseOfIt)
{
    for (auto const & [body, told] :
        { std::pair(R"({"code":"400.02","message":"999993653","details":"geheim"})", " (400.02)"),
            std::pair(R"({"title":"Teveel","code":"tooManyResults","detail":"999993653"})", " (tooManyResults)"),
            std::pair(R"({"code":"999993653"})", ""), std::pair(R"({"code":"geheim en meer"})", ""),
            std::pair(R"({"code":{"a":1}})", ""), std::pair("<html>geheim 999993653", ""), std::pair("", "") }) {
        Exchange exchange(nullptr, { { .status = 400, .body = body } });
        auto const response = exchange.client.get("/pad?bsn=999993653", {});
        ASSERT_FALSE(response);
        EXPECT_THAT(response.error().what, testing::EndsWith(std::string(" answers 400") + told));
        EXPECT_THAT(response.error().what, Not(HasSubstr("999993653")));
        EXPECT_THAT(response.error().what, Not(HasSubstr("geheim")));
    }
}

TEST(Client, TakesNotModifiedForAnAnswerOnlyWhereItAskedForIt)
{
    Exchange exchange(nullptr, { { .status = 304 } });
    auto const asked
        = exchange.client.ask({ .target = "/pad", .headers = { "If-None-Match: \"v1\"" }, .conditional = true }, {});
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->status, 304);
    EXPECT_EQ(exchange.server.requests().back().headers.at("if-none-match"), "\"v1\"");
    EXPECT_FALSE(exchange.client.get("/pad", {}));
}

} // namespace ketensync::http
