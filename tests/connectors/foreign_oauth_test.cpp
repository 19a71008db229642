// Tokens of an OAuth 2.0 server that others made, over TLS, in each way in which a client may show who it is.

#include "tests/connectors/rest_feed.hpp"
#include "tests/support/oauth_server.hpp"

namespace ketensync::connectors {

namespace {

using Client = settings::Auth::Client;
using support::OAuthServer;

// In the header both are encoded (RFC 6749, 2.3.1), which this server does not undo: docs/connecting-rest.md tells what then.
constexpr auto secret = "sesam-open_u.100~";

std::string public_key_of(std::string const & key)
{
    support::TemporaryFolder const folder;
    auto const file = folder.write("key", key);
    support::Process show({ { "/usr/bin/openssl", "pkey", "-in", file.string(), "-pubout" }, {}, {} });
    auto text = show.rest();
    show.wait();
    return text;
}

class ForeignOAuth : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        if (OAuthServer::installed()) {
            authority = std::make_unique<support::TestAuthority>();
            key = authority->rsa_key();
            server = std::make_unique<OAuthServer>(
                *authority, OAuthServer::Client { "ketensync", secret, public_key_of(key), "ketensync.voorbeeld" });
        }
    }
    static void TearDownTestSuite()
    {
        server.reset();
        authority.reset();
    }
    void SetUp() override
    {
        if (!server) {
            GTEST_SKIP() << "there is no glewlwyd: make test-oauth installs it";
        }
        around.secrets_folder.write("geheim", secret);
        around.secrets_folder.write("sleutel", key);
        around.secrets_folder.write("certificaat", authority->client_certificate() + authority->client_key());
        source.name = "bron";
        source.address = resource->address() + "/api/";
        source.ca_file = authority->ca_file().string();
        source.auth.by = settings::Auth::By::oauth2_client_credentials;
        source.auth.token_address = server->token_address();
        source.auth.client_id = "ketensync";
        source.auth.scope = "personen";
        source.auth.secret = "geheim";
        feed.name = "personen";
        feed.path = "/persons";
        feed.paging.by = By::none;
    }

    Answer answer(Request const & request)
    {
        auto const header = request.headers.find("authorization");
        bool const known = header != request.headers.end() && header->second.starts_with("Bearer ")
            && server->gave(header->second.substr(7)) && !revoked.contains(header->second);
        tokens.insert(known ? header->second : "refused");
        return known ? Answer { .body = R"([{"id":1}])" } : Answer { .status = 401 };
    }

    /// The failure of reading the feed, or nothing.
    std::string read()
    {
        Surroundings const real { clock, around.log, around.secrets, around.limits, &around.shared };
        auto connector = open_rest(source, feed, real);
        if (!connector) {
            return connector.error().what;
        }
        auto const page = (*connector)->read({}, {});
        return page ? std::string() : page.error().what;
    }

    static inline std::unique_ptr<support::TestAuthority> authority;
    static inline std::string key;
    static inline std::unique_ptr<OAuthServer> server;
    std::unique_ptr<ScriptedServer> resource
        = authority ? std::make_unique<ScriptedServer>([this](Request const & request) { return answer(request); }, authority.get()) : nullptr;
    SystemClock clock;
    Around around;
    settings::Source source;
    settings::Feed feed;
    std::set<std::string> tokens, revoked;
};

} // namespace

TEST_F(ForeignOAuth, GivesATokenForASecretInTheHeader)
{
    EXPECT_EQ(read(), "");
    EXPECT_EQ(read(), "");
    EXPECT_EQ(tokens.size(), 1U) << "one token serves until it expires";
}

TEST_F(ForeignOAuth, GivesATokenForASecretInTheForm)
{
    source.auth.client = Client::form;
    EXPECT_EQ(read(), "");
}

TEST_F(ForeignOAuth, GivesATokenForAnAssertionSignedInEitherWay)
{
    source.auth.client = Client::private_key_jwt;
    source.auth.secret = "sleutel";
    for (bool const pss : { false, true }) {
        source.auth.pss = pss;
        EXPECT_EQ(read(), "") << (pss ? "PS256" : "RS256");
    }
    EXPECT_EQ(tokens.size(), 2U);
}

TEST_F(ForeignOAuth, GivesATokenForACertificate)
{
    source.auth.client = Client::certificate;
    source.auth.secret.clear();
    source.certificate = "certificaat";
    EXPECT_EQ(read(), "");
}

TEST_F(ForeignOAuth, FetchesAnotherTokenWhenOneIsNoLongerTaken)
{
    EXPECT_EQ(read(), "");
    revoked = tokens;
    EXPECT_EQ(read(), "");
    EXPECT_EQ(tokens.size(), 3U) << "the first, the refusal, and another";
}

TEST_F(ForeignOAuth, IsTheOneThatRefusesAWrongSecretAndAForeignKey)
{
    around.secrets_folder.write("geheim", "sesam open u niet");
    EXPECT_THAT(read(), testing::AllOf(testing::HasSubstr("geheim"), testing::Not(testing::HasSubstr("sesam"))));
    source.auth.client = Client::private_key_jwt;
    source.auth.secret = "sleutel";
    around.secrets_folder.write("sleutel", authority->rsa_key());
    EXPECT_THAT(read(), testing::HasSubstr("sleutel"));
    EXPECT_TRUE(tokens.empty());
}

} // namespace ketensync::connectors
