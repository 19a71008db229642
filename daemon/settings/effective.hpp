#pragma once

#include "daemon/settings/config.hpp"

#include <string>
#include <vector>

namespace ketensync::settings {

/// One setting that is in force, and where it comes from.
struct Setting {
    std::string key;    ///< "limits.attempts_max"; of a source "sources.uwv.feed[0].path"
    std::string value;  ///< as it is written in TOML; what may be secret is "***"
    std::string origin; ///< "ketensync.toml:12"; "default" where no file says it
};

/// Every setting that a file gives, in the order of the files, and the limits and folders that none gives. What a file says
/// is read from it once more: `config` must have been read from the same files and found sound.
std::vector<Setting> effective(Config const & config);
/// The part of that which is not of one source; and of one source alone.
std::vector<Setting> effective_without_sources(Config const & config);
std::vector<Setting> effective_of(Source const & source);

} // namespace ketensync::settings
