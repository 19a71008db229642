#include "daemon/pipeline/in_force.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace ketensync::pipeline {

namespace fs = std::filesystem;

std::string_view const in_force_tables = "CREATE TABLE in_force(part TEXT PRIMARY KEY, print TEXT NOT NULL) STRICT, WITHOUT ROWID;";

namespace {

/// Differences that are told by name; the rest is counted.
constexpr std::size_t differences_told = 8;

std::string in_hex(record::Fingerprint const & print) { return fmt::format("{:016x}{:016x}", print.high, print.low); }

std::string print_of(fs::path const & file)
{
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    return in_hex(record::fingerprint(std::string_view(text.str())));
}

/// What a folder's meaning is in; examples lie beside it.
bool counts(fs::path const & file)
{
    return file.extension() == ".toml" || file.extension() == ".csv" || file.extension() == ".sql";
}

/// Of a folder: every file in it that counts, with its name.
std::string print_of_all(fs::path const & folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (auto const & entry : fs::directory_iterator(folder, error)) {
        if (entry.is_regular_file(error) && counts(entry.path())) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::string prints;
    for (auto const & file : files) {
        prints += file.filename().string() + ' ' + print_of(file) + '\n';
    }
    return in_hex(record::fingerprint(std::string_view(prints)));
}

}

std::vector<ConfigurationPart> configuration_parts(Plan const & plan)
{
    auto const & config = plan.config;
    auto const & mappings = config.mappings_folder;
    std::vector<ConfigurationPart> parts { { config.file.filename().string(), print_of(config.file) } };
    std::set<std::string> used;
    // As the folder has them, so that one that came since is seen too.
    std::error_code error;
    for (auto const & entry : fs::directory_iterator(config.sources_folder, error)) {
        if (entry.path().extension() == ".toml" && entry.path().filename().string().front() != '.') {
            parts.push_back({ (config.sources_folder.filename() / entry.path().filename()).string(), print_of(entry.path()) });
        }
    }
    for (auto const & source : config.sources) {
        for (auto const & feed : source.feeds) {
            used.insert(feed.mapping);
        }
    }
    for (auto const & mapping : used) {
        parts.push_back({ "mappings/" + mapping, print_of_all(mappings / mapping) });
    }
    for (auto const * const shared : { "schema.toml", "reconcile.toml" }) {
        parts.push_back({ std::string("mappings/") + shared, print_of(mappings / shared) });
    }
    for (auto const * const shared : { "codes", "monitor" }) {
        parts.push_back({ std::string("mappings/") + shared, print_of_all(mappings / shared) });
    }
    std::ranges::sort(parts, {}, &ConfigurationPart::name);
    return parts;
}

std::string version_of(std::vector<ConfigurationPart> const & parts)
{
    std::string all;
    for (auto const & part : parts) {
        all += part.name + ' ' + part.print + '\n';
    }
    return in_hex(record::fingerprint(std::string_view(all))).substr(0, 12);
}

std::string difference_of(std::vector<ConfigurationPart> const & was, std::vector<ConfigurationPart> const & is)
{
    std::vector<std::string> told;
    for (auto const & part : is) {
        auto const before = std::ranges::find(was, part.name, &ConfigurationPart::name);
        if (before == was.end()) {
            told.push_back(part.name + " added");
        } else if (before->print != part.print) {
            told.push_back(part.name + " changed");
        }
    }
    for (auto const & part : was) {
        if (std::ranges::find(is, part.name, &ConfigurationPart::name) == is.end()) {
            told.push_back(part.name + " removed");
        }
    }
    auto const more = told.size() - std::min(told.size(), differences_told);
    told.resize(told.size() - more);
    return fmt::format("{}{}", fmt::join(told, ", "), more == 0 ? std::string() : fmt::format(" and {} more", more));
}

Result<std::vector<ConfigurationPart>> last_in_force(store::Database & state)
{
    std::vector<ConfigurationPart> parts;
    KETENSYNC_TRY_ASSIGN(auto const known, state.number("SELECT count(*) FROM sqlite_schema WHERE name = 'in_force'"));
    if (known == 0) {
        return parts;
    }
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT part, print FROM in_force ORDER BY part"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return parts;
        }
        parts.push_back({ std::string(select.text(0)), std::string(select.text(1)) });
    }
}

Result<void> take_into_force(store::Database & state, std::vector<ConfigurationPart> const & parts, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY_ASSIGN(auto const was, last_in_force(state));
    if (was == parts) {
        return {};
    }
    KETENSYNC_TRY(state.execute("DELETE FROM in_force"));
    KETENSYNC_TRY_ASSIGN(auto insert, state.prepare("INSERT INTO in_force VALUES(?, ?)"));
    for (auto const & part : parts) {
        insert.bind(1, std::string_view(part.name)).bind(2, std::string_view(part.print));
        KETENSYNC_TRY(insert.run());
    }
    auto const detail = was.empty() ? fmt::format("version {} is the first in force", version_of(parts))
                                    : fmt::format("version {} in force: {}", version_of(parts), difference_of(was, parts));
    KETENSYNC_TRY(Audit::append(state, now, "configuration", detail));
    return transaction.commit();
}

}
