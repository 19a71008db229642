#pragma once

#include "daemon/store/database.hpp"

#include <span>
#include <string_view>

namespace ketensync::store {

/// One step of a file's layout, numbered by its place in the list. Steps are never changed once released.
struct Migration {
    std::string_view name;
    std::string_view sql;
};

/// Brings a file to the last step, each step and its number (PRAGMA user_version) in one transaction. A file with more
/// steps than we know is refused untouched: Failure::configuration.
Result<void> migrate(Database & database, std::span<Migration const> steps);

}
