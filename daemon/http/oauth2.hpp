#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/guarded.hpp"
#include "daemon/http/assertion.hpp"
#include "daemon/http/client.hpp"
#include "daemon/http/credential.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace ketensync::http {

/// A token by OAuth 2.0 client credentials (RFC 6749, 4.4), fetched when first needed, kept until shortly before it
/// expires, and fetched anew when the source refuses it. Shared by the feeds of a source: however many ask, one fetches,
/// in the trace of its run, and the others wait. Any thread.
class OAuth2Credential final : public Credential {
public:
    /// How the client shows who it is where tokens are given.
    enum class Proof {
        basic, ///< id and secret in the header (RFC 6749, 2.3.1)
        form, ///< id and secret in the form
        assertion, ///< private_key_jwt: an assertion signed with the secret, another one for each attempt
        certificate, ///< tls_client_auth (RFC 8705, 2): the certificate of `client`; there is no secret
    };

    struct Settings {
        std::string name; ///< of the credential, for messages
        ClientSettings client; ///< its address is where tokens are given
        std::string client_id;
        std::string scope {}; ///< may be empty
        std::map<std::string, std::string> parameters {}; ///< more of the form, by name
        Proof proof = Proof::basic;
        Assertion::Algorithm algorithm = Assertion::Algorithm::ps256;
        std::string audience {}; ///< of assertions; empty: the address where tokens are given
        std::string key_id {}; ///< of assertions; may be empty
        /// Read anew for each attempt, so that it can be changed; not asked for with a certificate.
        std::function<Result<std::string>()> secret {};
    };

    /// The clock outlives the credential.
    OAuth2Credential(Settings settings, Clock const & clock)
        : m_settings(std::move(settings))
        , m_clock(clock)
    {
    }

    std::string const & name() const override { return m_settings.name; }
    /// Failures: of the secret, and of asking for a token (refused when the client is not accepted).
    Result<std::string> header(Trace const & trace, std::stop_token stop) override;
    bool refused(std::string_view header) override;

private:
    struct Token {
        std::string header; ///< empty: there is none
        std::chrono::milliseconds renew_at { 0 }; ///< on the monotonic clock
        bool being_fetched = false;
    };

    Result<Token> fetch(Trace const & trace, std::stop_token stop);
    Result<Token> token_of(Response const & response, std::chrono::milliseconds asked) const;
    Result<std::string> form() const;

    Settings m_settings;
    Clock const & m_clock;
    Guarded<Token> m_token;
};

} // namespace ketensync::http
