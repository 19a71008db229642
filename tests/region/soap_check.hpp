#pragma once

#include <string>

namespace ketensync::region {

/// What a signed question turned out to be.
struct SignedQuestion {
    std::string fault; ///< empty: its signature holds, over the body and everything of its header
    std::string id; ///< wsa:MessageID
};

/// Checks WS-Security of a question as a service of SuwiML does, with the certificate in it, which must be of the
/// authority in `ca_file`.
SignedQuestion check_signature(std::string const & message, std::string const & ca_file);

} // namespace ketensync::region
