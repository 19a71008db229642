#pragma once

#include "daemon/settings/config.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ketensync::settings {

class Table;

/// What the reader of a source must know of the rest of the configuration to find names that lead nowhere.
struct Surroundings {
    std::vector<std::string> mappings; ///< folders that hold a mapping.toml
    bool mappings_known = false; ///< false: their folder itself is wrong, which was told already
    std::filesystem::path secrets_folder; ///< empty: credentials come from systemd and are not there to look at
};

/// Reads one file of sources.d; its faults are added to `faults`, and the source is complete only when there are none.
Source read_source(std::filesystem::path const & file, Surroundings const & surroundings, Faults & faults);

/// Reads one [[feed]] of a source.
Feed read_feed(Table const & table, Source const & source, Surroundings const & surroundings);

/// `path` itself when absolute; otherwise from the folder of the file that names it.
std::filesystem::path resolved(std::filesystem::path const & path, std::filesystem::path const & named_in);

/// What becomes of dropped files: keys of [files] and [sftp]. `settle` is the default for how long one is left alone.
Drop read_drop(Table const & table, milliseconds settle);

/// The section [sftp].
void read_sftp(Table const & table, Surroundings const & surroundings, Source & source);

/// The name of a credential stands at `secret`: whether there is one of that name.
void check_secret(Table const & table, std::string const & name, Surroundings const & surroundings);

} // namespace ketensync::settings
