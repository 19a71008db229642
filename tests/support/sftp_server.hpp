#pragma once

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ketensync::support {

/// Debian's own OpenSSH server on loopback, with a host key and a user's key of its own; ended with this object. It logs
/// in as whoever runs the tests. Needs openssh-server and openssh-client.
class SftpServer {
public:
    SftpServer();

    std::uint16_t port() const { return m_port; }
    std::string user() const;
    /// "SHA256:...", as ssh-keygen shows it.
    std::string const & host_key() const { return m_host_key; }
    /// Contents of private keys: one that is let in, and one that is not.
    std::string key() const;
    std::string another_key() const;
    /// What the server offers: any folder of this machine.
    TemporaryFolder const & files() const { return m_files; }
    /// That of the user's key and the server's.
    TemporaryFolder const & keys() const { return m_keys; }

private:
    TemporaryFolder m_keys {};
    TemporaryFolder m_files {};
    std::uint16_t m_port = 0;
    std::string m_host_key {};
    std::unique_ptr<Process> m_server {};
};

} // namespace ketensync::support
