#pragma once

#include <optional>
#include <string_view>

namespace ketensync::http {

/// Whether these bytes are the ones whose SHA-256 a header says: bare hexadecimal digits, "sha-256=:…:" (RFC 9530) or
/// "SHA-256=…" (RFC 3230), alone or among others. Nothing when it says none that can be read.
std::optional<bool> is_as_said(std::string_view bytes, std::string_view said);

} // namespace ketensync::http
