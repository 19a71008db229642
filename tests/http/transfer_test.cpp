#include "daemon/http/transfer.hpp"

#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

namespace ketensync::http {

using std::chrono::milliseconds;
using support::ScriptedServer;
using support::TestAuthority;
using testing::HasSubstr;
using testing::Not;
using Answer = ScriptedServer::Answer;
using Clock = std::chrono::steady_clock;

namespace {

Transfer transfer_to(std::string const & address, TransferLimits limits = {}, std::string ca_file = {})
{
    return { parse_address(address).value(), std::move(ca_file), limits };
}

ScriptedServer answering(Answer answer)
{
    return ScriptedServer([answer](ScriptedServer::Request const &) { return answer; });
}

Failure failure_of(Result<Response> const & response)
{
    EXPECT_FALSE(response);
    return response ? Failure::bug : response.error().failure;
}

} // namespace

TEST(Transfer, GetsAnAnswerAndKeepsTheConnection)
{
    ScriptedServer const server([](ScriptedServer::Request const & request) {
        return Answer { .body = request.method + ' ' + request.path + ' ' + request.parameters.at("q"),
            .headers = { { "Content-Type", "text/x" }, { "retry-after", " 7 " } } };
    });
    auto transfer = transfer_to(server.address());
    for (int round = 0; round < 5; ++round) {
        auto const response = transfer.run("/pad?q=a%20b", { "X-Een: 1" }, std::nullopt, {});
        ASSERT_TRUE(response) << response.error().what;
        EXPECT_EQ(response->status, 200);
        EXPECT_EQ(response->body, "GET /pad a b");
        EXPECT_EQ(response->content_type, "text/x");
        EXPECT_EQ(response->retry_after, "7");
    }
    EXPECT_EQ(server.connections(), 1);
    EXPECT_EQ(server.requests().front().headers.at("x-een"), "1");
    EXPECT_THAT(server.requests().front().headers.at("user-agent"), testing::StartsWith("ketensync/"));
}

TEST(Transfer, HoldsAnAnswerAgainstTheChecksumItDeclares)
{
    // printf 'een lijst' | sha256sum
    constexpr auto hexadecimal = "0df9d69317f09780cd5c334e906f7c7710c70c6e481d0c7d2d1eeb6c965c0fd9";
    constexpr auto base64 = "DfnWkxfwl4DNXDNOkG98dxDHDG5IHQx9LR7rbJZcD9k=";
    struct Case {
        char const * header;
        std::string value;
        bool taken;
    };
    for (auto const & [header, value, taken] :
        { Case { "X-Checksum-Sha256", hexadecimal, true }, Case { "X-Checksum-SHA256", std::string(64, '0'), false },
            Case { "Repr-Digest", fmt::format("sha-256=:{}:", base64), true },
            Case { "Repr-Digest", fmt::format("md5=:AAAA:, sha-256=:{}:", std::string(43, 'A') + "="), false },
            Case { "Digest", fmt::format("SHA-256={}", base64), true },
            Case { "Digest", fmt::format("SHA-256={}", std::string(43, 'A') + "="), false },
            Case { "Digest", "MD5=AAAA", true }, Case { "Repr-Digest", "sha-256=:kapot:", true } }) {
        auto const server = answering({ .body = "een lijst", .headers = { { header, value } } });
        auto transfer = transfer_to(server.address());
        auto const response = transfer.run("/lijst.csv", {}, std::nullopt, {});
        EXPECT_EQ(response.has_value(), taken) << header << ' ' << value;
        EXPECT_TRUE(response || response.error().failure == Failure::unavailable);
        EXPECT_TRUE(response || response.error().what.find("SHA-256") != std::string::npos);
    }
    auto const packed = answering({ .body = "een lijst", .headers = { { "Digest", "SHA-256=" + std::string(43, 'A') + "=" } }, .gzip = true });
    EXPECT_TRUE(transfer_to(packed.address()).run("/lijst.csv", {}, std::nullopt, {})) << "that is of the compressed body";
}

TEST(Transfer, PostsABody)
{
    auto const server = answering({ .status = 201 });
    auto transfer = transfer_to(server.address());
    auto const response = transfer.run("/", {}, "a=1&b=2", {});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 201);
    EXPECT_EQ(server.requests().front().method, "POST");
    EXPECT_EQ(server.requests().front().body, "a=1&b=2");
    EXPECT_EQ(server.requests().front().headers.at("content-type"), "application/x-www-form-urlencoded");
}

TEST(Transfer, FollowsNoRedirect)
{
    auto const other = answering({ .body = "elders" });
    auto const server = answering({ .status = 302, .headers = { { "Location", other.address() + "/elders" } } });
    auto transfer = transfer_to(server.address());
    auto const response = transfer.run("/", { "X-Api-Key: geheim" }, std::nullopt, {});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 302);
    EXPECT_TRUE(other.requests().empty());
}

TEST(Transfer, UndoesCompression)
{
    std::string const text(100'000, 'x');
    auto const server = answering({ .body = text, .gzip = true });
    auto const response = transfer_to(server.address()).run("/", {}, std::nullopt, {});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->body, text);
    EXPECT_EQ(server.requests().front().headers.at("accept-encoding"), "gzip");
}

TEST(Transfer, CountsBytesBehindTheCompression)
{
    auto const server = answering({ .body = std::string(50'000'000, '0'), .gzip = true });
    auto const response = transfer_to(server.address(), { .bytes_max = 1'000'000 }).run("/", {}, std::nullopt, {});
    EXPECT_EQ(failure_of(response), Failure::bad_page);
    EXPECT_THAT(response.error().what, HasSubstr("larger than 1000000 bytes"));
}

TEST(Transfer, TakesExactlyItsLimit)
{
    auto const server = answering({ .body = std::string(1'000, 'x') });
    EXPECT_TRUE(transfer_to(server.address(), { .bytes_max = 1'000 }).run("/", {}, std::nullopt, {}));
    EXPECT_EQ(failure_of(transfer_to(server.address(), { .bytes_max = 999 }).run("/", {}, std::nullopt, {})),
        Failure::bad_page);
}

TEST(Transfer, RefusesACutBody)
{
    auto const server = answering({ .body = std::string(10'000, 'x'), .cut = true });
    EXPECT_EQ(failure_of(transfer_to(server.address()).run("/", {}, std::nullopt, {})), Failure::unavailable);
    auto const packed = answering({ .body = "een twee drie vier vijf zes zeven", .cut = true, .gzip = true });
    EXPECT_EQ(failure_of(transfer_to(packed.address()).run("/", {}, std::nullopt, {})), Failure::unavailable);
}

TEST(Transfer, RefusesBrokenCompression)
{
    auto const server = answering({ .body = "this is not gzip at all", .headers = { { "Content-Encoding", "gzip" } } });
    EXPECT_EQ(failure_of(transfer_to(server.address()).run("/", {}, std::nullopt, {})), Failure::bad_page);
}

TEST(Transfer, EndsADrippingBody)
{
    auto const server = answering({ .body = std::string(1'000, 'x'), .drip = milliseconds(100) });
    auto const start = Clock::now();
    EXPECT_EQ(
        failure_of(
            transfer_to(server.address(), { .request_timeout = milliseconds(400) }).run("/", {}, std::nullopt, {})),
        Failure::unavailable);
    EXPECT_LT(Clock::now() - start, milliseconds(1'500));
    TransferLimits const slow { .low_speed_bytes = 1'000, .low_speed_time = std::chrono::seconds(1) };
    EXPECT_EQ(failure_of(transfer_to(server.address(), slow).run("/", {}, std::nullopt, {})), Failure::unavailable);
    EXPECT_LT(Clock::now() - start, milliseconds(6'000));
}

TEST(Transfer, EndsWithinAFifthOfASecondWhenAsked)
{
    auto const server = answering({ .body = "x", .delay = std::chrono::seconds(30) });
    auto transfer = transfer_to(server.address());
    std::stop_source stop;
    Clock::time_point asked;
    std::jthread const stopper([&] {
        std::this_thread::sleep_for(milliseconds(100));
        asked = Clock::now();
        stop.request_stop();
    });
    EXPECT_EQ(failure_of(transfer.run("/", {}, std::nullopt, stop.get_token())), Failure::interrupted);
    EXPECT_LT(Clock::now() - asked, milliseconds(200));
    EXPECT_EQ(failure_of(transfer.run("/", {}, std::nullopt, stop.get_token())), Failure::interrupted);
}

TEST(Transfer, SpeaksPlainHttpToThisMachineOnly)
{
    // Spellings of addresses that are not loopback; nothing is sent to any of them.
    for (auto const * const address : { "http://192.0.2.1:9/", "http://0.0.0.0:9/", "http://3221225985:9/",
             "http://[2001:db8::1]:9/", "http://[::ffff:192.0.2.1]:9/" }) {
        auto const response
            = transfer_to(address, { .connect_timeout = milliseconds(500) }).run("/", {}, std::nullopt, {});
        EXPECT_EQ(failure_of(response), Failure::configuration) << address;
    }
    auto const server = answering({});
    auto const port = server.address().substr(server.address().rfind(':'));
    for (auto const * const host : { "http://127.1", "http://0x7f.1", "http://2130706433", "http://localhost" }) {
        EXPECT_TRUE(transfer_to(host + port).run("/", {}, std::nullopt, {})) << host;
    }
}

TEST(Transfer, KeepsToItsOrigin)
{
    auto const server = answering({});
    auto transfer = transfer_to(server.address());
    for (auto const * const target : { "", "pad", "@elders/", ".elders/", "http://elders/", "/a b", "/a\r\nX: 1" }) {
        EXPECT_EQ(failure_of(transfer.run(target, {}, std::nullopt, {})), Failure::configuration) << target;
    }
    EXPECT_TRUE(server.requests().empty());
    EXPECT_TRUE(transfer.run("//elders/../x", {}, std::nullopt, {}));
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Transfer, TrustsTheAuthorityItIsGivenAndNoOther)
{
    TestAuthority const authority;
    TestAuthority const other;
    ScriptedServer const server([](auto const &) { return Answer { .body = "veilig" }; }, &authority);
    auto const response = transfer_to(server.address(), {}, authority.ca_file()).run("/", {}, std::nullopt, {});
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, "veilig");
    EXPECT_EQ(failure_of(transfer_to(server.address(), {}, other.ca_file()).run("/", {}, std::nullopt, {})),
        Failure::refused);
    EXPECT_EQ(failure_of(transfer_to(server.address()).run("/", {}, std::nullopt, {})), Failure::refused);
    EXPECT_EQ(failure_of(transfer_to(server.address(), {}, "/geen/bestand").run("/", {}, std::nullopt, {})),
        Failure::configuration);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Transfer, IsUnavailableWhereNobodyListens)
{
    std::string address;
    {
        address = answering({}).address();
    }
    EXPECT_EQ(failure_of(transfer_to(address).run("/", {}, std::nullopt, {})), Failure::unavailable);
    TestAuthority const authority;
    ScriptedServer const server([](auto const &) { return Answer {}; }, &authority);
    auto const plain = "http" + server.address().substr(5);
    EXPECT_FALSE(transfer_to(plain, { .request_timeout = milliseconds(500) })
                     .run("/", {}, std::nullopt, {})
                     .map([](auto const & r) { return r.status == 200; })
                     .value_or(false));
}

TEST(Transfer, TellsNoSecretInAFailure)
{
    auto const server = answering({ .body = "geheim lichaam", .cut = true });
    auto const response
        = transfer_to(server.address()).run("/geheim?geheim=1", { "Authorization: geheim" }, "geheim=1", {});
    ASSERT_FALSE(response);
    EXPECT_THAT(response.error().what, Not(HasSubstr("geheim")));
}

namespace {

Result<Response> ask_with(ScriptedServer const & server, TestAuthority const & trusted,
    std::shared_ptr<ClientCertificate const> certificate)
{
    Transfer transfer(parse_address(server.address()).value(), trusted.ca_file().string(), {}, std::move(certificate));
    return transfer.run("/x", {}, std::nullopt, {});
}

} // namespace

TEST(Transfer, ShowsItsCertificate)
{
    TestAuthority const authority;
    ScriptedServer const server([](ScriptedServer::Request const & request) { return Answer { .body = request.client }; },
        &authority, ScriptedServer::Clients::must);
    auto const own = std::make_shared<ClientCertificate>(
        ClientCertificate { "ons", authority.client_certificate(), authority.client_key() });
    auto const response = ask_with(server, authority, own);
    ASSERT_TRUE(response) << response.error().what;
    EXPECT_EQ(response->body, "ketensync");
}

TEST(Transfer, TellsThatItsCertificateIsMissingOrStrange)
{
    TestAuthority const authority;
    TestAuthority const stranger;
    ScriptedServer const server([](ScriptedServer::Request const &) { return Answer {}; }, &authority,
        ScriptedServer::Clients::must);
    auto const none = ask_with(server, authority, nullptr);
    EXPECT_EQ(failure_of(none), Failure::refused);
    EXPECT_THAT(none.error().what, HasSubstr("wants a certificate"));
    auto const strange = std::make_shared<ClientCertificate>(
        ClientCertificate { "vreemd", stranger.client_certificate(), stranger.client_key() });
    auto const refused = ask_with(server, authority, strange);
    EXPECT_EQ(failure_of(refused), Failure::refused);
    EXPECT_THAT(refused.error().what, HasSubstr("'vreemd'"));
    EXPECT_TRUE(server.requests().empty());
}

TEST(Transfer, RefusesACertificateThatDoesNotFitItsKey)
{
    TestAuthority const authority;
    TestAuthority const other;
    ScriptedServer const server([](ScriptedServer::Request const &) { return Answer {}; }, &authority,
        ScriptedServer::Clients::must);
    for (auto const & key : { other.client_key(), std::string("geheim"), std::string() }) {
        auto const own
            = std::make_shared<ClientCertificate>(ClientCertificate { "ons", authority.client_certificate(), key });
        auto const response = ask_with(server, authority, own);
        EXPECT_EQ(failure_of(response), Failure::configuration);
        EXPECT_THAT(response.error().what, HasSubstr("'ons'"));
        EXPECT_THAT(response.error().what, Not(HasSubstr("geheim")));
    }
}

TEST(Transfer, KeepsWhatAnAnswerSaysOfItsVersionAndItsNext)
{
    auto const server = answering({ .headers = { { "ETag", "\"v1\"" }, { "Last-Modified", "Sun, 22 Nov 2026 10:00:00 GMT" },
                                        { "Link", "</b>; rel=\"next\"" } } });
    auto transfer = transfer_to(server.address());
    auto const response = transfer.run("/x", {}, std::nullopt, {});
    ASSERT_TRUE(response);
    EXPECT_EQ(response->etag, "\"v1\"");
    EXPECT_EQ(response->last_modified, "Sun, 22 Nov 2026 10:00:00 GMT");
    EXPECT_EQ(response->link, "</b>; rel=\"next\"");
}

TEST(Transfer, KeepsASmallerBoundOnOneRequest)
{
    auto const server = answering({ .delay = std::chrono::seconds(30) });
    auto transfer = transfer_to(server.address());
    auto const start = Clock::now();
    EXPECT_EQ(failure_of(transfer.run("/x", {}, std::nullopt, {}, milliseconds(300))), Failure::unavailable);
    EXPECT_LT(Clock::now() - start, milliseconds(600));
}

} // namespace ketensync::http
