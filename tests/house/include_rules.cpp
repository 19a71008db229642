#include "tests/house/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ketensync::house {

namespace {

using Names = std::vector<std::string>;

/// What each folder may include besides itself. The ground is in the order in which it may use itself; a stage takes of
/// the ground what it needs and nothing of another stage.
std::map<std::string, Names> const allowed {
    { "daemon/base", {} },
    { "daemon/record", { "daemon/base" } },
    { "daemon/settings", { "daemon/base", "daemon/record" } },
    { "daemon/formats", { "daemon/base", "daemon/record", "daemon/settings" } },
    { "daemon/store", { "daemon/base", "daemon/record", "daemon/settings" } },
    { "daemon/http", { "daemon/base", "daemon/settings", "daemon/formats" } },
    { "daemon/sftp", { "daemon/base" } },
    { "daemon/landing", { "daemon/base", "daemon/record", "daemon/settings", "daemon/formats", "daemon/store" } },
    { "daemon/mapping", { "daemon/base", "daemon/record", "daemon/settings", "daemon/formats" } },
    { "daemon/reconcile", { "daemon/base", "daemon/record", "daemon/settings" } },
    { "daemon/golden", { "daemon/base", "daemon/record", "daemon/settings", "daemon/store" } },
    { "daemon/outbox", { "daemon/base", "daemon/record", "daemon/settings", "daemon/store" } },
    { "daemon/warehouse", { "daemon/base", "daemon/record", "daemon/settings", "daemon/store" } },
    { "daemon/monitor", { "daemon/base", "daemon/record", "daemon/settings", "daemon/formats", "daemon/store" } },
    { "daemon/health", { "daemon/base", "daemon/settings" } },
    { "connectors", { "daemon/base", "daemon/record", "daemon/settings", "daemon/formats", "daemon/http",
          "daemon/sftp" } },
    { "daemon/pipeline",
        { "daemon/base", "daemon/record", "daemon/settings", "daemon/formats", "daemon/store", "daemon/http",
            "daemon/landing", "daemon/mapping", "daemon/reconcile", "daemon/golden", "daemon/outbox",
            "daemon/warehouse", "daemon/monitor", "daemon/health", "connectors" } },
    { "daemon/alerts",
        { "daemon/base", "daemon/record", "daemon/settings", "daemon/http", "daemon/health", "daemon/pipeline" } },
    { "daemon/web", { "daemon/base", "daemon/settings", "daemon/store", "daemon/health", "daemon/pipeline" } },
    { "daemon/commands",
        { "daemon/base", "daemon/record", "daemon/settings", "daemon/formats", "daemon/store", "daemon/landing",
            "daemon/mapping", "daemon/reconcile", "daemon/monitor", "daemon/health", "daemon/pipeline", "daemon/alerts", "daemon/web", "connectors" } },
    { "daemon/main.cpp", { "daemon/base", "daemon/commands" } },
};

struct Home {
    std::string_view header; ///< how the name between < and > begins
    std::vector<std::string_view> folders;
};

std::vector<Home> const homes {
    { "sqlite3.h", { "daemon/store", "daemon/warehouse" } },
    { "pqxx/", { "daemon/warehouse" } },
    { "sodium.h", { "daemon/store" } },
    { "curl/", { "daemon/http" } },
    { "openssl/", { "daemon/http", "daemon/warehouse", "connectors" } },
    { "libxml/", { "connectors" } },
    { "xmlsec/", { "connectors" } },
    { "libssh/", { "daemon/sftp" } },
    { "toml++/", { "daemon/settings" } },
    { "simdjson", { "daemon/formats" } },
    { "expat.h", { "daemon/formats" } },
    { "zip.h", { "daemon/formats" } },
    { "csv.h", { "daemon/formats" } },
    { "spdlog/", { "daemon/base" } },
    { "Poco/Net/", { "daemon/web" } },
    { "Poco/Util/", { "daemon/main.cpp", "daemon/commands" } },
    { "systemd/", { "daemon/health" } },
    { "prometheus/", { "daemon/health" } },
    { "zstd.h", { "daemon/store", "daemon/landing" } },
    { "date/", { "daemon/pipeline" } },
    { "coin/", { "daemon/monitor" } },
};

struct Include {
    std::size_t line; ///< from 1
    std::string name;
    bool own; ///< between quotes
};

std::vector<Include> includes_of(std::string_view text)
{
    std::vector<Include> result;
    auto const lines = lines_without_comments(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto const & line = lines[i];
        auto const begin = line.find_first_of("<\"");
        if (!line.starts_with("#include") || begin == std::string::npos) {
            continue;
        }
        auto const end = line.find_first_of(">\"", begin + 1);
        result.push_back({ i + 1, line.substr(begin + 1, end - begin - 1), line[begin] == '"' });
    }
    return result;
}

bool may_include(std::string const & from, std::string const & to)
{
    auto const row = allowed.find(from);
    return from == to
        || (row != allowed.end() && std::find(row->second.begin(), row->second.end(), to) != row->second.end());
}

} // namespace

Complaints folders_include_what_they_may(Tree const & tree)
{
    Complaints complaints;
    for (auto const & [path, text] : tree.files) {
        if (!is_code(path) || path.starts_with("tests/")) {
            continue;
        }
        auto const from = folder_of(path);
        if (!allowed.contains(from)) {
            complaints.push_back(fmt::format("{}:1: folder {} is not in the plan", path, from));
        }
        for (auto const & include : includes_of(text)) {
            if (include.own && !may_include(from, folder_of(include.name))) {
                complaints.push_back(
                    fmt::format("{}:{}: {} may not include {}", path, include.line, from, include.name));
            }
        }
    }
    return complaints;
}

Complaints libraries_stay_at_home(Tree const & tree)
{
    Complaints complaints;
    for (auto const & [path, text] : tree.files) {
        if (!is_code(path) || path.starts_with("tests/")) {
            continue;
        }
        for (auto const & include : includes_of(text)) {
            for (auto const & home : homes) {
                if (include.name.starts_with(home.header)
                    && std::find(home.folders.begin(), home.folders.end(), folder_of(path)) == home.folders.end()
                    && !include.own) {
                    complaints.push_back(fmt::format(
                        "{}:{}: {} belongs in {}", path, include.line, include.name, fmt::join(home.folders, " and ")));
                }
            }
        }
    }
    return complaints;
}

} // namespace ketensync::house
