#pragma once

#include "daemon/settings/config.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::settings {

class Table;
class TomlFile;

/// What the reader of a source must know of the rest of the configuration to find names that lead nowhere.
struct Surroundings {
    std::vector<std::string> mappings; ///< folders that hold a mapping.toml
    std::filesystem::path mappings_folder;
    bool mappings_known = false; ///< false: their folder itself is wrong, which was told already
    std::filesystem::path secrets_folder; ///< empty: credentials come from systemd and are not there to look at
};

/// Reads one file of sources.d; its faults are added to `faults`, and the source is complete only when there are none.
Source read_source(std::filesystem::path const & file, Surroundings const & surroundings, Faults & faults);

/// Reads one [[feed]] of a source.
Feed read_feed(Table const & table, Source const & source, Surroundings const & surroundings);

/// Reads [rest] of a source, or what [soap] has in common with it.
void read_rest_source(TomlFile & file, Table const & table, Surroundings const & surroundings, Source & source);

/// Reads what only a feed over HTTP has.
void read_rest_feed(Table const & table, Feed & feed);

/// Reads [feed.ask], but for how many are asked about at once.
Ask read_ask(Table const & table, Table const & of_feed, Feed const & feed);

/// Reads what only [soap] of a source has.
void read_messaging(Table const & table, Surroundings const & surroundings, Source & source);

/// Reads what only a feed of a SOAP service has.
void read_soap_feed(Table const & table, Source const & source, Surroundings const & surroundings, Feed & feed);

/// A key that belongs to sources of another connector is a misunderstanding.
void refuse_of_other(Table const & table, std::vector<std::string_view> const & keys, std::string_view connector);

/// A fault when the text under `key` is not the name of a credential that is there.
void check_secret(
    Table const & table, std::string_view key, std::string const & name, Surroundings const & surroundings);

/// A fault when this is not a path below a source's address, in which `placeholder` may stand once:
/// "/offerings/{parent}/associations".
void check_path(Table const & table, std::string_view key, std::string const & path, std::string_view placeholder);

/// Marks all of a table as known, for it was told already that it does not belong here.
void forget(Table const & table);

/// `path` itself when absolute; otherwise from the folder of the file that names it.
std::filesystem::path resolved(std::filesystem::path const & path, std::filesystem::path const & named_in);

/// What becomes of dropped files: keys of [files] and [sftp]. `settle` is the default for how long one is left alone.
Drop read_drop(Table const & table, milliseconds settle);

/// The section [sftp].
void read_sftp(Table const & table, Surroundings const & surroundings, Source & source);

} // namespace ketensync::settings
