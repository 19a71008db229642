#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <string>

namespace ketensync::http {

/// What a client says of itself to an authority that gives tokens, signed with its private key (RFC 7523, 2.2 and 3).
struct Assertion {
    enum class Algorithm { rs256, ps256 };

    Algorithm algorithm = Algorithm::ps256;
    std::string client_id; ///< iss and sub
    std::string audience; ///< aud
    std::string key_id {}; ///< kid; may be empty
    std::chrono::seconds lifetime { 120 }; ///< until exp
};

/// The assertion as a JWT (RFC 7515, compact), with a jti that was never used before: 128 random bits. `key` is the
/// private key, PEM; Failure::configuration when it is not an RSA key of 2048 bits or more, without saying what it is.
Result<std::string> signed_assertion(Assertion const & assertion, std::string const & key, Instant now);

/// RFC 4648, 5, without padding.
std::string base64url(std::string_view bytes);

} // namespace ketensync::http
