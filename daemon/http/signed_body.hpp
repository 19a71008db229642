#pragma once

#include "daemon/base/result.hpp"

#include <string>
#include <string_view>

namespace ketensync::http {

/// HMAC-SHA-256 (RFC 2104) of `text`, 64 hexadecimal digits. Failure::configuration for a key of less than 16 bytes,
/// which could be guessed. Any thread.
Result<std::string> hmac_sha256(std::string_view key, std::string_view text);

} // namespace ketensync::http
