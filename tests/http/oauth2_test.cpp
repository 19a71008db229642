#include "daemon/http/oauth2.hpp"

#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <set>
#include <thread>

namespace ketensync::http {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using Answer = ScriptedServer::Answer;

namespace {

/// A source whose resources want a token that it gave, and has not forgotten.
struct Source {
    explicit Source(Clock const & with = standing)
        : clock(with)
    {
    }

    std::set<std::string> alive;
    int given = 0;
    Answer token_answer { .body = "{}" };
    bool gives = true;
    static inline ManualClock standing { Instant(seconds(1'000'000)) };
    Clock const & clock;

    Answer answer(ScriptedServer::Request const & request)
    {
        if (request.path != "/token") {
            auto const header = request.headers.find("authorization");
            bool const known = header != request.headers.end() && alive.contains(header->second);
            return known ? Answer { .body = "goed" } : Answer { .status = 401 };
        }
        if (!gives) {
            return token_answer;
        }
        auto const token = fmt::format("token{}", ++given);
        alive.insert("Bearer " + token);
        return { .body = fmt::format(R"({{"access_token":"{}","token_type":"Bearer","expires_in":3600}})", token),
            .delay = milliseconds(50) };
    }

    ScriptedServer server { [this](ScriptedServer::Request const & request) { return answer(request); } };
    std::shared_ptr<OAuth2Credential> credential = std::make_shared<OAuth2Credential>(
        OAuth2Credential::Settings { .name = "roc-geheim",
            .client = { .address = parse_address(server.address() + "/token").value() },
            .client_id = "ons id",
            .scope = "lezen alles",
            .secret = [] { return Result<std::string>("w@chtwoord"); } },
        clock);
    Client client { { .address = parse_address(server.address()).value() }, credential, nullptr, clock };

    int asked(std::string const & path) const
    {
        auto const requests = server.requests();
        return static_cast<int>(std::count_if(
            requests.begin(), requests.end(), [&](auto const & request) { return request.path == path; }));
    }
};

} // namespace

TEST(OAuth2, AsksForATokenInTheTraceOfTheRunThatNeedsIt)
{
    Source source;
    auto const asks = [&source](Trace trace) {
        Client client({ .address = parse_address(source.server.address()).value(), .trace = trace }, source.credential, nullptr, source.clock);
        return client.get("/lijst", {});
    };
    ASSERT_TRUE(asks({ 0, 1 }));
    source.alive.clear();
    ASSERT_TRUE(asks({ 0, 2 }));
    std::vector<std::string> heard;
    for (auto const & request : source.server.requests()) {
        heard.push_back(request.path + ' ' + request.headers.at("traceparent").substr(34, 1));
    }
    EXPECT_THAT(heard, testing::ElementsAre("/token 1", "/lijst 1", "/lijst 2", "/token 2", "/lijst 2"));
}

TEST(OAuth2, FetchesOneTokenForManyRequests)
{
    Source source;
    for (int request = 0; request < 5; ++request) {
        ASSERT_TRUE(source.client.get("/x", {}));
    }
    EXPECT_EQ(source.asked("/token"), 1);
    auto const request = source.server.requests().front();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.body, "grant_type=client_credentials&scope=lezen%20alles");
    EXPECT_EQ(request.headers.at("authorization"), basic_header("ons%20id", "w%40chtwoord").substr(15));
}

TEST(OAuth2, RenewsATokenBeforeItExpires)
{
    ManualClock clock { Instant(seconds(5'000)) };
    Source source(clock);
    ASSERT_TRUE(source.client.get("/x", {}));
    clock.advance(seconds(3'560));
    ASSERT_TRUE(source.client.get("/x", {}));
    EXPECT_EQ(source.asked("/token"), 1);
    clock.advance(seconds(11));
    ASSERT_TRUE(source.client.get("/x", {}));
    EXPECT_EQ(source.asked("/token"), 2);
}

TEST(OAuth2, RenewsARefusedTokenOnce)
{
    Source source;
    ASSERT_TRUE(source.client.get("/x", {}));
    source.alive.clear();
    ASSERT_TRUE(source.client.get("/x", {}));
    EXPECT_EQ(source.asked("/token"), 2);
    EXPECT_EQ(source.asked("/x"), 3);
}

TEST(OAuth2, StopsAskingWhenANewTokenIsRefusedToo)
{
    Source source;
    source.gives = false;
    source.token_answer = { .body = R"({"access_token":"onbekend"})" };
    auto const response = source.client.get("/x", {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().failure, Failure::refused);
    EXPECT_THAT(response.error().what, HasSubstr("'roc-geheim'"));
    EXPECT_EQ(source.asked("/x"), 2);
    EXPECT_EQ(source.asked("/token"), 2);
}

TEST(OAuth2, IsSharedByThreads)
{
    SystemClock const clock;
    Source source(clock);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 6; ++thread) {
            threads.emplace_back([&] {
                Client client(
                    { .address = parse_address(source.server.address()).value() }, source.credential, nullptr, clock);
                for (int request = 0; request < 3; ++request) {
                    EXPECT_TRUE(client.get("/x", {}));
                }
            });
        }
    }
    EXPECT_EQ(source.asked("/token"), 1);
    EXPECT_EQ(source.asked("/x"), 18);
}

TEST(OAuth2, SaysWhyThereIsNoToken)
{
    struct Case {
        Answer answer;
        Failure failure;
    };
    for (auto const & [answer, failure] :
        { Case { { .status = 401, .body = R"({"error":"invalid_client","geheim":1})" }, Failure::refused },
            Case { { .status = 400, .body = "geheim" }, Failure::refused },
            Case { { .status = 503 }, Failure::unavailable }, Case { { .status = 404 }, Failure::bad_page },
            Case { { .body = "<html>geheim" }, Failure::bad_page }, Case { { .body = "{}" }, Failure::bad_page },
            Case { { .body = R"({"access_token":""})" }, Failure::bad_page },
            Case { { .body = R"({"access_token":"a\nb"})" }, Failure::configuration } }) {
        Source source;
        source.gives = false;
        source.token_answer = answer;
        auto const response = source.client.get("/x", {});
        ASSERT_FALSE(response);
        EXPECT_EQ(response.error().failure, failure) << response.error().what;
        std::string what = response.error().what;
        what.erase(what.find("roc-geheim") == std::string::npos ? what.size() : what.find("roc-geheim"), 10);
        EXPECT_THAT(what, Not(HasSubstr("geheim")));
        EXPECT_EQ(source.asked("/x"), 0);
    }
}

TEST(OAuth2, WaitsForNobodyOnceAskedToStop)
{
    SystemClock const clock;
    Source source(clock);
    source.gives = false;
    source.token_answer = { .delay = seconds(30) };
    std::stop_source stop;
    std::jthread const stopper([&] {
        std::this_thread::sleep_for(milliseconds(150));
        stop.request_stop();
    });
    auto const start = clock.monotonic();
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 3; ++thread) {
        threads.emplace_back([&] {
            auto const header = source.credential->header({}, stop.get_token());
            EXPECT_FALSE(header);
            EXPECT_EQ(header.error().failure, Failure::interrupted);
        });
    }
    threads.clear();
    EXPECT_LT(clock.monotonic() - start, milliseconds(600));
}

namespace {

/// What a form asks for, for each time it was asked.
std::vector<std::map<std::string, std::string>> forms(ScriptedServer const & server)
{
    std::vector<std::map<std::string, std::string>> result;
    for (auto const & request : server.requests()) {
        auto & form = result.emplace_back();
        for (std::string_view rest = request.body; !rest.empty();) {
            auto const part = rest.substr(0, rest.find('&'));
            rest.remove_prefix(std::min(part.size() + 1, rest.size()));
            form[std::string(part.substr(0, part.find('=')))] = part.substr(part.find('=') + 1);
        }
    }
    return result;
}

Answer a_token(ScriptedServer::Request const &)
{
    return { .body = R"({"access_token":"t","expires_in":60})" };
}

} // namespace

TEST(OAuth2, SaysItsSecretInTheFormWhereTheAuthorityWantsIt)
{
    ManualClock const clock { Instant(seconds(1'000'000)) };
    ScriptedServer const server(a_token);
    OAuth2Credential credential({ .name = "brp",
                                    .client = { .address = parse_address(server.address() + "/token").value() },
                                    .client_id = "ons id",
                                    .parameters = { { "resourceServer", "Server 01" } },
                                    .proof = OAuth2Credential::Proof::form,
                                    .secret = [] { return Result<std::string>("w@cht"); } },
        clock);
    ASSERT_TRUE(credential.header({}, {}));
    auto const form = forms(server).front();
    EXPECT_EQ(form.at("client_id"), "ons%20id");
    EXPECT_EQ(form.at("client_secret"), "w%40cht");
    EXPECT_EQ(form.at("resourceServer"), "Server%2001");
    EXPECT_FALSE(server.requests().front().headers.contains("authorization"));
}

TEST(OAuth2, MakesAnotherAssertionForEachAttempt)
{
    ManualClock const clock { Instant(seconds(1'000'000)) };
    int asked = 0;
    ScriptedServer const server([&asked](ScriptedServer::Request const & request) {
        return ++asked < 3 ? Answer { .status = 503 } : a_token(request);
    });
    support::TestAuthority const authority;
    auto const key = authority.rsa_key();
    OAuth2Credential credential({ .name = "roc",
                                    .client = { .address = parse_address(server.address() + "/token").value() },
                                    .client_id = "ons",
                                    .proof = OAuth2Credential::Proof::assertion,
                                    .secret = [&key] { return Result<std::string>(key); } },
        clock);
    auto const header = credential.header({}, {});
    ASSERT_TRUE(header) << header.error().what;
    std::set<std::string> assertions;
    for (auto const & form : forms(server)) {
        EXPECT_EQ(form.at("client_assertion_type"), "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer");
        assertions.insert(form.at("client_assertion"));
    }
    EXPECT_EQ(assertions.size(), 3U);
}

TEST(OAuth2, NamesTheCredentialWhoseKeyIsNone)
{
    ManualClock const clock { Instant(seconds(1'000'000)) };
    ScriptedServer const server(a_token);
    OAuth2Credential credential({ .name = "roc-sleutel",
                                    .client = { .address = parse_address(server.address() + "/token").value() },
                                    .client_id = "ons",
                                    .proof = OAuth2Credential::Proof::assertion,
                                    .secret = [] { return Result<std::string>("geheim maar geen sleutel"); } },
        clock);
    auto const header = credential.header({}, {});
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().failure, Failure::configuration);
    EXPECT_THAT(header.error().what, HasSubstr("'roc-sleutel'"));
    EXPECT_THAT(header.error().what, Not(HasSubstr("geheim maar")));
    EXPECT_TRUE(server.requests().empty());
}

TEST(OAuth2, ShowsItsCertificateWhereThatIsTheProof)
{
    ManualClock const clock { Instant(seconds(1'000'000)) };
    support::TestAuthority const authority;
    ScriptedServer const server(a_token, &authority, ScriptedServer::Clients::must);
    ClientSettings client { .address = parse_address(server.address() + "/token").value(),
        .ca_file = authority.ca_file() };
    client.certificate = std::make_shared<ClientCertificate>(
        ClientCertificate { "ons-certificaat", authority.client_certificate(), authority.client_key() });
    OAuth2Credential credential(
        { .name = "ons-certificaat", .client = client, .client_id = "ons", .proof = OAuth2Credential::Proof::certificate },
        clock);
    auto const header = credential.header({}, {});
    ASSERT_TRUE(header) << header.error().what;
    EXPECT_EQ(server.requests().front().client, "ketensync");
    EXPECT_EQ(forms(server).front().at("client_id"), "ons");
    EXPECT_FALSE(forms(server).front().contains("client_secret"));
}

} // namespace ketensync::http
