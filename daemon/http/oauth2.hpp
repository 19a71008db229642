#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/guarded.hpp"
#include "daemon/http/client.hpp"
#include "daemon/http/credential.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace ketensync::http {

/// A token by OAuth 2.0 client credentials (RFC 6749, 4.4), fetched when first needed, kept until shortly before it
/// expires, and fetched anew when the source refuses it. Shared by the feeds of a source: however many ask, one fetches
/// and the others wait. Any thread.
class OAuth2Credential final : public Credential {
public:
    struct Settings {
        std::string name; ///< of the credential, for messages
        ClientSettings client; ///< its address is where tokens are given
        std::string client_id;
        std::string scope; ///< may be empty
        std::function<Result<std::string>()> secret; ///< read anew for each token, so that it can be changed
    };

    /// The clock outlives the credential.
    OAuth2Credential(Settings settings, Clock const & clock)
        : m_settings(std::move(settings))
        , m_clock(clock)
    {
    }

    std::string const & name() const override { return m_settings.name; }
    /// Failures: of the secret, and of asking for a token (refused when the client is not accepted).
    Result<std::string> header(std::stop_token stop) override;
    bool refused(std::string_view header) override;

private:
    struct Token {
        std::string header; ///< empty: there is none
        std::chrono::milliseconds renew_at { 0 }; ///< on the monotonic clock
        bool being_fetched = false;
    };

    Result<Token> fetch(std::stop_token stop);

    Settings m_settings;
    Clock const & m_clock;
    Guarded<Token> m_token;
};

} // namespace ketensync::http
