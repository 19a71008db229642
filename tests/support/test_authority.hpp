#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <string>

namespace ketensync::support {

/// A certificate authority of one's own, with one certificate for 127.0.0.1 and one for a client, made by the openssl
/// program. Throws std::runtime_error.
class TestAuthority {
public:
    TestAuthority();
    std::filesystem::path ca_file() const { return m_folder.path() / "ca.pem"; }
    std::filesystem::path certificate() const { return m_folder.path() / "server.pem"; }
    std::filesystem::path key() const { return m_folder.path() / "server.key"; }
    /// Certificate of a client named "ketensync", and its key, PEM.
    std::string client_certificate() const { return content("client.pem"); }
    std::string client_key() const { return content("client.key"); }
    /// Another one, that holds so many days from now; negative: it has ended.
    std::string certificate_for(int days);
    /// A new RSA key of so many bits, PEM.
    std::string rsa_key(int bits = 2048) const;

private:
    void issue(std::string const & name, std::string const & subject, std::string const & extensions, int days = 2);
    std::string content(std::string const & file) const;

    TemporaryFolder m_folder;
};

} // namespace ketensync::support
