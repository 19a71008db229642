#pragma once

#include "daemon/settings/toml.hpp"

#include <functional>
#include <map>
#include <set>

#define TOML_EXCEPTIONS 0
// Version 3.3 asserts what a mistyped file can break, and checks it again right behind: without the assertion it is an
// error like any other.
#define TOML_ASSERT(condition) static_assert(true)
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace ketensync::settings {

/// What stands behind a TomlFile: the parsed text, what was asked of each table, and the faults so far. Included by
/// toml.cpp, table.cpp and masked.cpp only.
struct TomlFile::Inner {
    struct Fault {
        Place place;
        std::string what;
    };

    void add(Place const & place, std::string what);
    Place place_of(toml::source_region const & region) const;
    /// Adds a fault for every key of `table`, and of the tables that were entered below it, that nobody asked for.
    void find_unknown(toml::table const & table);

    std::filesystem::path path;
    std::string name;
    toml::table root;
    /// Only the lines before a fault of TOML itself are in `root`. What is missing from it or does not fit together
    /// says nothing then; an unknown key does, as a mistyped header often only clashes lines later.
    bool broken = false;
    /// By address of the table. An entry, even an empty one, says that the table was entered.
    std::map<void const *, std::set<std::string, std::less<>>> asked;
    std::vector<Fault> faults;
};

} // namespace ketensync::settings
