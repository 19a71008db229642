#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::house {

/// The project's text, as the rules read it: from the disk, or made up by a test. Paths are from the root, with '/'.
struct Tree {
    std::map<std::string, std::string> files; ///< .cpp, .hpp, CMakeLists.txt and mappings/schema.toml
    std::set<std::string> top_folders;
};

Tree read_tree(std::filesystem::path const & root);

bool is_code(std::string_view path); ///< .cpp or .hpp
/// "daemon/web" of "daemon/web/http.cpp"; "connectors" of all below it; "daemon/main.cpp" is a folder by itself.
std::string folder_of(std::string_view path);
/// Line by line, without comments; texts between quotes stay.
std::vector<std::string> lines_without_comments(std::string_view text);
std::vector<std::string> words_of(std::string_view line);

} // namespace ketensync::house
