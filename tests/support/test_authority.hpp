#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>

namespace ketensync::support {

/// A certificate authority of one's own, with one certificate for 127.0.0.1, made by the openssl program. Throws
/// std::runtime_error.
class TestAuthority {
public:
    TestAuthority();
    std::filesystem::path ca_file() const { return m_folder.path() / "ca.pem"; }
    std::filesystem::path certificate() const { return m_folder.path() / "server.pem"; }
    std::filesystem::path key() const { return m_folder.path() / "server.key"; }

private:
    TemporaryFolder m_folder;
};

} // namespace ketensync::support
