#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <string_view>

namespace ketensync::http {

/// When the certificates of one text of PEM end.
struct CertificateEnds {
    Instant first {}; ///< the earliest: then a chain holds no longer
    Instant last {};  ///< the latest: then nothing is left of a list of authorities
};

/// Whatever else stands in the text, such as a key, is passed over. Failure::configuration when it holds no certificate, or one
/// that cannot be read, without saying what it is.
Result<CertificateEnds> certificate_ends(std::string_view pem);

} // namespace ketensync::http
