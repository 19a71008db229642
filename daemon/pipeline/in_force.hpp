#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// The parts of a configuration that were in force last, in the state file.
extern std::string_view const in_force_tables;

/// One part of the configuration as its files say it.
struct ConfigurationPart {
    std::string name;  ///< "ketensync.toml", "sources.d/uwv.toml", "mappings/uwv-werkzoekenden"
    std::string print; ///< stands for the bytes of its files
    friend bool operator==(ConfigurationPart const &, ConfigurationPart const &) = default;
};

/// Everything that a plan was made of: the daemon's own file, a file for each source, a folder for each mapping in use, and
/// what all mappings share. Reads the files as they are now.
std::vector<ConfigurationPart> configuration_parts(Plan const & plan);
/// Twelve letters that stand for all of it: the same files give the same, anywhere.
std::string version_of(std::vector<ConfigurationPart> const & parts);

/// "sources.d/uwv.toml changed, mappings/srg added", at most some of them; empty when nothing differs.
std::string difference_of(std::vector<ConfigurationPart> const & was, std::vector<ConfigurationPart> const & is);

/// The parts that the state knows to have been in force last.
Result<std::vector<ConfigurationPart>> last_in_force(store::Database & state);
/// From now on this is in force: when it differs from what was, an entry of the audit log ("configuration") tells what
/// changed. Begins its own transaction.
Result<void> take_into_force(store::Database & state, std::vector<ConfigurationPart> const & parts, Instant now);

}
