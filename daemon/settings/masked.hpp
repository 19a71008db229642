#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ketensync::settings {

/// What a TOML file says, for eyes that may not see everything: a line a value, "12 limits.page_timeout = 15m", in the order
/// of the file. Numbers, booleans and times are shown; of texts only those of keys that choose from a list or say how long
/// or how often. Every other text is told by its length, for an operator may have put a secret or a name in the wrong
/// place. A file that cannot be read or parsed is told in one line, which quotes nothing of it.
std::vector<std::string> masked(std::filesystem::path const & file);

}
