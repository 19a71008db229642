#pragma once

#include "daemon/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace ketensync::settings {

class Table;

/// What somebody may do on the pages for operators. Bits: a user has several.
enum class Role : std::uint8_t {
    read = 1,    ///< look at what holds no personal data
    operate = 2, ///< try again and drop what was set aside; start, pause
    review = 4,  ///< see personal data, and judge pairs
    publish = 8, ///< approve an edition
};

/// "read"
std::string_view name_of(Role role);

/// Who the proxy before the pages lets in, and what each may do: [web] of ketensync.toml.
struct WebUsers {
    std::string origin;                                ///< how people reach the pages: "https://ketensync.example"; empty: nobody is let in
    std::string user_header = "x-remote-user";         ///< in which the proxy names the user; small letters
    std::string secret_header = "x-ketensync-proxy";   ///< in which it shows that it is the proxy; small letters
    std::string secret;                                ///< name of the credential with what it shows
    std::map<std::string, unsigned, std::less<>> roles; ///< by user
};

/// Reads it from [web]; what is there must be complete.
WebUsers read_web_users(Table const & web);
/// The same from the configuration file, which was found sound.
Result<WebUsers> web_users(std::filesystem::path const & config_file);

} // namespace ketensync::settings
