#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ketensync::crash {

/// How a test looks into a warehouse. What is nothing is an empty text.
struct WarehouseLook {
    std::function<std::vector<std::vector<std::string>>(std::string const & sql, int columns)> rows;
    std::function<std::vector<std::string>(std::string const & table)> columns;
};

/// What the warehouse holds now, row for row, with every golden id replaced by the records behind it as their sources
/// name them, so that two warehouses filled in another way can be compared. Sorted. Also says, as lines that begin with
/// "fault:", what can never be right: a golden record with two current rows, a record in two golden records at once, a
/// told record in none. `key_file` holds the key of the state.
std::vector<std::string> warehouse_text(std::filesystem::path const & state, WarehouseLook const & warehouse,
    std::filesystem::path const & key_file);
/// Of an SQLite warehouse.
std::vector<std::string> warehouse_text(std::filesystem::path const & state, std::filesystem::path const & warehouse,
    std::filesystem::path const & key_file);

}
