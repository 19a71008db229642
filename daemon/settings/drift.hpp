#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace ketensync::settings {

class Table;

/// What a feed does when its documents are of another shape than was accepted.
enum class OnDrift {
    go_on, ///< say so and read on
    set_aside, ///< the documents that show it go to the quarantine
    stop, ///< the run is held, and what shows it is not taken
};

/// [feed.drift] of a source. A plain value.
struct Drift {
    OnDrift added = OnDrift::go_on; ///< a field that is new
    OnDrift retyped = OnDrift::go_on; ///< one that holds another type of value
    OnDrift vanished = OnDrift::go_on; ///< one that has no value any more
};

/// Reads [feed.drift]; its faults are the file's.
Drift read_drift(Table const & table);

/// Those of all feeds of a source whose file was read and found sound, by the name of the feed.
std::map<std::string, Drift> read_drifts(std::filesystem::path const & source_file);

} // namespace ketensync::settings
