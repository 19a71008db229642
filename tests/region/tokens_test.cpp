#include "tests/region/assertions.hpp"
#include "tests/region/certificate.hpp"
#include "tests/region/configuration.hpp"
#include "tests/region/site.hpp"
#include "tests/region/state.hpp"
#include "tests/region/tls_server.hpp"

#include "daemon/http/oauth2.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_authority.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fmt/format.h>

// What proves who we are, held against an authority that verifies it.

namespace ketensync::region {
namespace {

using http::Assertion;
using http::OAuth2Credential;
using testing::HasSubstr;

struct Authority {
    support::TemporaryFolder folder {};
    SystemClock clock {};
    Site site { std::chrono::seconds(60) };
    std::optional<TlsServer> server {};

    Authority()
    {
        make_certificates(folder.path());
        site.assertions().trust(content("assertion.pub"));
        server.emplace(site, 0, folder.path());
    }

    std::string content(char const * file) const { return read_file(folder.path() / file).value(); }
    std::string address() const { return fmt::format("https://localhost:{}/oauth/token", server->port()); }

    OAuth2Credential::Settings settings(OAuth2Credential::Proof proof, std::string const & source)
    {
        OAuth2Credential::Settings settings;
        settings.name = "bewijs";
        settings.client.address = http::parse_address(address()).value();
        settings.client.ca_file = (folder.path() / "ca.pem").string();
        settings.client.retry.attempts_max = 1;
        settings.client_id = "ketensync-" + source;
        settings.proof = proof;
        return settings;
    }

    Result<std::string> header(OAuth2Credential::Settings settings)
    {
        return OAuth2Credential(std::move(settings), clock).header({}, {});
    }
};

Authority & authority()
{
    static Authority made;
    return made;
}

OAuth2Credential::Settings signing(Assertion::Algorithm algorithm)
{
    auto settings = authority().settings(OAuth2Credential::Proof::assertion, "roc-gooi");
    settings.algorithm = algorithm;
    settings.secret = [] { return Result<std::string>(authority().content("assertion.key")); };
    return settings;
}

void expect_refused(Result<std::string> const & header)
{
    ASSERT_FALSE(header);
    EXPECT_EQ(header.error().failure, Failure::refused) << header.error().what;
    EXPECT_THAT(header.error().what, HasSubstr("'bewijs'"));
}

} // namespace

TEST(Tokens, AreGivenForAnAssertionOfEitherAlgorithm)
{
    for (auto const algorithm : { Assertion::Algorithm::ps256, Assertion::Algorithm::rs256 }) {
        auto const header = authority().header(signing(algorithm));
        ASSERT_TRUE(header) << header.error().what;
        EXPECT_TRUE(header->starts_with("Authorization: Bearer "));
    }
}

TEST(Tokens, AreNotGivenForAnAssertionOfAnotherKey)
{
    support::TestAuthority const other;
    auto settings = signing(Assertion::Algorithm::ps256);
    settings.secret = [key = other.rsa_key()] { return Result<std::string>(key); };
    expect_refused(authority().header(settings));
}

TEST(Tokens, AreNotGivenForAnotherAudienceOrClient)
{
    auto settings = signing(Assertion::Algorithm::ps256);
    settings.audience = "https://elders.example/token";
    expect_refused(authority().header(settings));
    settings = signing(Assertion::Algorithm::ps256);
    settings.client_id = "ketensync-elders";
    expect_refused(authority().header(settings));
}

TEST(Tokens, AreGivenOnceForAnAssertion)
{
    auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto const key = authority().content("assertion.key");
    auto const made = http::signed_assertion({ Assertion::Algorithm::ps256, "ons", "daar" }, key, now).value();
    Assertions assertions;
    assertions.trust(authority().content("assertion.pub"));
    EXPECT_EQ(assertions.fault_of(made, "ons", "daar"), "");
    EXPECT_THAT(assertions.fault_of(made, "ons", "daar"), HasSubstr("jti"));
}

TEST(Tokens, AreNotGivenForWhatWasTouchedOrIsOld)
{
    using std::chrono::hours;
    auto const now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    auto const key = authority().content("assertion.key");
    Assertions assertions;
    assertions.trust(authority().content("assertion.pub"));
    Assertion const ours { Assertion::Algorithm::rs256, "ons", "daar" };
    auto touched = http::signed_assertion(ours, key, now).value();
    auto const at = touched.find('.') + 5;
    touched[at] = touched[at] == 'A' ? 'B' : 'A';
    EXPECT_NE(assertions.fault_of(touched, "ons", "daar"), "");
    for (auto const away : { -hours(1), hours(1) }) {
        auto const made = http::signed_assertion(ours, key, now + away).value();
        EXPECT_EQ(assertions.fault_of(made, "ons", "daar"), "not of this time");
    }
    EXPECT_EQ(assertions.fault_of("a.b", "ons", "daar"), "not three parts");
}

TEST(Tokens, AreGivenToWhoShowsItsCertificate)
{
    auto settings = authority().settings(OAuth2Credential::Proof::certificate, "vakschool-vecht");
    auto const pem = authority().content("client.pem");
    settings.client.certificate
        = std::make_shared<http::ClientCertificate>(http::ClientCertificate { "bewijs", pem, pem });
    auto const header = authority().header(settings);
    ASSERT_TRUE(header) << header.error().what;
    settings.client.certificate = nullptr;
    expect_refused(authority().header(settings));
}

TEST(Tokens, AreGivenForASecretInHeaderOrForm)
{
    for (auto const proof : { OAuth2Credential::Proof::basic, OAuth2Credential::Proof::form }) {
        auto settings = authority().settings(proof, "roc-gooi");
        settings.secret = [] { return Result<std::string>(secret_of("roc-gooi")); };
        EXPECT_TRUE(authority().header(settings));
        settings.secret = [] { return Result<std::string>("onjuist"); };
        expect_refused(authority().header(settings));
    }
}

TEST(Tokens, AreAskedForWithAnotherAssertionWhenTheFirstAnswerIsLost)
{
    auto settings = signing(Assertion::Algorithm::ps256);
    settings.client.retry = { 3, std::chrono::milliseconds(1), std::chrono::milliseconds(1), std::chrono::seconds(1) };
    authority().site.faults().add({ .source = "oauth", .kind = FaultKind::reset, .times = 1 });
    authority().site.faults().add({ .source = "oauth", .kind = FaultKind::unavailable, .times = 1 });
    auto const header = authority().header(settings);
    EXPECT_TRUE(header) << header.error().what;
}

} // namespace ketensync::region
