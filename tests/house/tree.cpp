#include "tests/house/tree.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>

namespace ketensync::house {

namespace fs = std::filesystem;

namespace {

bool is_read(fs::path const & path)
{
    return is_code(path.string()) || path.filename() == "CMakeLists.txt" || path.filename() == "schema.toml";
}

std::string content(fs::path const & path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

} // namespace

Tree read_tree(fs::path const & root)
{
    Tree tree;
    for (auto const & entry : fs::directory_iterator(root)) {
        if (entry.is_directory()) {
            tree.top_folders.insert(entry.path().filename().string());
        }
    }
    for (auto const * folder : { "daemon", "connectors", "mappings", "tests" }) {
        if (!fs::exists(root / folder)) {
            continue;
        }
        for (auto const & entry : fs::recursive_directory_iterator(root / folder)) {
            if (entry.is_regular_file() && is_read(entry.path())) {
                tree.files[entry.path().lexically_relative(root).generic_string()] = content(entry.path());
            }
        }
    }
    return tree;
}

bool is_code(std::string_view path)
{
    return path.ends_with(".cpp") || path.ends_with(".hpp");
}

std::string folder_of(std::string_view path)
{
    auto const first = path.find('/');
    auto const top = path.substr(0, first);
    if (top == "connectors" || first == std::string_view::npos) {
        return std::string(top);
    }
    return std::string(path.substr(0, path.find('/', first + 1)));
}

std::vector<std::string> lines_without_comments(std::string_view text)
{
    std::vector<std::string> lines(1);
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const letter = text[i];
        auto const two = text.substr(i, 2);
        if (letter == '\n') {
            lines.emplace_back();
            quote = 0;
        } else if (quote != 0) {
            lines.back() += letter;
            if (letter == '\\' && i + 1 < text.size()) {
                lines.back() += text[++i];
            } else if (letter == quote) {
                quote = 0;
            }
        } else if (two == "//") {
            i = std::min(text.find('\n', i), text.size()) - 1;
        } else if (two == "/*") {
            auto const end = std::min(text.find("*/", i + 2), text.size() - 2) + 1;
            auto const inside = text.substr(i, end - i);
            lines.resize(lines.size() + static_cast<std::size_t>(std::count(inside.begin(), inside.end(), '\n')));
            i = end;
        } else {
            // 200'000 is a number and no beginning of a text.
            bool const digits = letter == '\'' && i > 0 && std::isdigit(static_cast<unsigned char>(text[i - 1])) != 0;
            quote = (letter == '"' || letter == '\'') && !digits ? letter : '\0';
            lines.back() += letter;
        }
    }
    return lines;
}

std::vector<std::string> words_of(std::string_view line)
{
    std::vector<std::string> words(1);
    for (char const letter : line) {
        if (std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_') {
            words.back() += letter;
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    return words;
}

} // namespace ketensync::house
