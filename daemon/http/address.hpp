#pragma once

#include "daemon/base/result.hpp"

#include <string>
#include <string_view>

namespace ketensync::http {

/// Where a source lives: one origin and a path below which all its resources are. Immutable.
struct Address {
    std::string origin; ///< "https://host:port", as written; for messages and for every request
    std::string path; ///< as written: "/api/v5", or "/" where there was none
    bool secure = false;
};

/// Takes "https://host[:port][/path]" apart; http too, which is only ever connected to loopback. Failure::configuration
/// for any other scheme, and for a user, a password, a query or a fragment, none of which belongs in an address.
Result<Address> parse_address(std::string const & text);

/// What follows the origin in a link that a source gives, absolute or relative to `target`, without its fragment.
/// bad_page when it leads to another origin than the source's own, or is no link.
Result<std::string> target_of(Address const & source, std::string const & target, std::string const & link);

/// `text` as one segment of a path or one value of a query: everything but letters, digits and -._~ is %XX.
std::string encoded(std::string_view text);

} // namespace ketensync::http
