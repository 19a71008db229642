#include "tests/house/rules.hpp"

#include <fmt/format.h>

#include <cctype>
#include <sstream>

namespace ketensync::house {

namespace {

/// Fields whose name is also something else. Each says what.
std::map<std::string, std::string, std::less<>> const also_ordinary {
    { "bsn", "a field type: its digits are checked, and two different ones are never one person" },
    { "kvk", "a field type: eight digits" },
    { "postcode", "a field type: four digits, two letters" },
    { "gemeente", "a field type: a code of CBS; and part of a source's name in the help text" },
    { "email", "a field type" },
    { "voorvoegsel", "a field type: taken apart from a name" },
    { "code", "a field type; and what an exception or an exit has" },
    { "status", "what HTTP answers and what health comes to" },
    { "project", "what an edition of the Monitor is made of, each with its goals and how far it is" },
    { "naam", "the column of the warehouse's own table of sources, which is Dutch as all its tables are" },
};

/// The names below [kind.fields] of mappings/schema.toml.
std::set<std::string> fields_of(Tree const & tree)
{
    std::set<std::string> names;
    auto const schema = tree.files.find("mappings/schema.toml");
    if (schema == tree.files.end()) {
        return names;
    }
    std::istringstream lines(schema->second);
    bool fields = false;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('[')) {
            fields = line.find(".fields]") != std::string::npos;
        } else if (fields && !line.empty() && std::isalpha(static_cast<unsigned char>(line[0])) != 0) {
            names.insert(words_of(line)[0]);
        }
    }
    return names;
}

bool is_product(std::string const & path)
{
    return is_code(path) && !path.starts_with("tests/");
}

} // namespace

Complaints code_names_no_business_field(Tree const & tree)
{
    auto const fields = fields_of(tree);
    Complaints complaints;
    if (fields.empty()) {
        complaints.push_back("mappings/schema.toml:1: no fields found, so nothing is guarded");
    }
    for (auto const & [path, text] : tree.files) {
        auto const lines = is_product(path) ? lines_without_comments(text) : std::vector<std::string> {};
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (auto const & word : words_of(lines[i])) {
                if (fields.contains(word) && !also_ordinary.contains(word)) {
                    complaints.push_back(
                        fmt::format("{}:{}: names the field '{}'; say it in mappings/", path, i + 1, word));
                }
            }
        }
    }
    return complaints;
}

Complaints time_comes_from_the_clock(Tree const & tree)
{
    Complaints complaints;
    for (auto const & [path, text] : tree.files) {
        if (!is_product(path) || path.starts_with("daemon/base/clock.")) {
            continue;
        }
        auto const lines = lines_without_comments(text);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            for (auto const * const call : { "sleep_for", "sleep_until", "system_clock::now", "steady_clock::now" }) {
                if (lines[i].find(call) != std::string::npos) {
                    complaints.push_back(fmt::format("{}:{}: {}; take a Clock", path, i + 1, call));
                }
            }
        }
    }
    return complaints;
}

} // namespace ketensync::house
