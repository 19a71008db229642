#include "tests/house/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace ketensync::house {

namespace {

constexpr std::ptrdiff_t longest = 420;

std::set<std::string> const planned { ".ci", ".git", ".reuse", "LICENSES", "build", "conf", "connectors", "daemon", "docs",
    "mappings", "systemd", "tests" };

} // namespace

Complaints files_are_short(Tree const & tree)
{
    Complaints complaints;
    for (auto const & [path, text] : tree.files) {
        auto const lines = std::count(text.begin(), text.end(), '\n');
        if (is_code(path) && lines > longest) {
            complaints.push_back(fmt::format("{}:{}: {} lines; more than one idea lives here", path, longest, lines));
        }
    }
    return complaints;
}

Complaints files_are_built(Tree const & tree)
{
    std::set<std::string> built;
    for (auto const & [path, text] : tree.files) {
        if (!path.ends_with("CMakeLists.txt")) {
            continue;
        }
        auto const folder = std::filesystem::path(path).parent_path();
        std::string separated = text;
        std::replace_if(
            separated.begin(), separated.end(), [](char letter) { return letter == '(' || letter == ')'; }, ' ');
        std::istringstream words(separated);
        for (std::string word; words >> word;) {
            built.insert((folder / word).lexically_normal().generic_string());
        }
    }
    Complaints complaints;
    for (auto const & [path, text] : tree.files) {
        if (path.ends_with(".cpp") && !built.contains(path)) {
            complaints.push_back(fmt::format("{}:1: no CMakeLists.txt names it", path));
        }
    }
    return complaints;
}

Complaints folders_are_planned(Tree const & tree)
{
    Complaints complaints;
    for (auto const & folder : tree.top_folders) {
        if (!planned.contains(folder)) {
            complaints.push_back(fmt::format("{}:1: this folder is not in the plan", folder));
        }
    }
    return complaints;
}

} // namespace ketensync::house
