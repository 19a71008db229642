#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_authority.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ketensync::support {

/// Glewlwyd, an OAuth 2.0 server that others made (Debian: glewlwyd), of a test's own: on loopback, over TLS with the
/// authority's certificate, with one scope "personen" and one client that may show who it is by a secret, by an assertion
/// (RFC 7523) or by its certificate (RFC 8705). Throws std::runtime_error.
class OAuthServer {
public:
    struct Client {
        std::string id;
        std::string secret;
        std::string public_key; ///< PEM
        std::string certificate_name; ///< DNS name in its certificate
    };

    static bool installed();
    OAuthServer(TestAuthority const & authority, Client const & client);

    std::string token_address() const { return address() + "/token"; }
    /// What a source would look at: whether this server signed the token (RFC 9068), for the client and the scope, and whether
    /// it has not expired.
    bool gave(std::string const & token) const;

private:
    std::string address() const;
    void start(bool secure);
    void set_up(Client const & client) const;

    TestAuthority const & m_authority;
    Client m_client;
    TemporaryFolder m_folder;
    std::uint16_t m_port;
    std::unique_ptr<Process> m_process;
};

} // namespace ketensync::support
