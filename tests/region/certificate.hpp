#pragma once

#include <filesystem>

namespace ketensync::region {

/// Makes a test authority and, signed by it, a certificate for localhost and 127.0.0.1: ca.pem, server.pem and
/// server.key in `folder`; a certificate of the client "ketensync" with its key, client.pem; and an RSA key with which that
/// client signs what it says of itself, assertion.key and assertion.pub. What is there already is kept, so that a client's trust outlives a restart. Throws
/// std::runtime_error.
void make_certificates(std::filesystem::path const & folder);

} // namespace ketensync::region
