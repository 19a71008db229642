#include "daemon/settings/warehouse.hpp"

#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

namespace ketensync::settings {

namespace {

bool on_this_machine(std::string const & host)
{
    return host.starts_with('/') || host == "localhost" || host == "127.0.0.1" || host == "::1";
}

void refuse_of_other_type(Table const & table, std::vector<std::string_view> const & keys, std::string_view type)
{
    for (auto const key : keys) {
        if (table.has(key)) {
            table.fault(key, fmt::format("'{}' belongs to type = \"{}\"; remove it here", key, type));
        }
    }
}

std::string read_name(Table const & table, std::string_view key, std::string const & fallback)
{
    auto name = table.text(key, fallback);
    // PostgreSQL cuts longer names off without a word.
    if (constexpr std::size_t longest = 63; name.empty() || name.size() > longest || name.find('\0') != std::string::npos) {
        table.fault(key, fmt::format("'{}' must be a name of 1 to {} characters", key, longest));
    }
    return name;
}

void read_server(Table const & table, Surroundings const & surroundings, Config & config)
{
    auto & server = config.warehouse_server;
    server.host = table.text("host", server.host);
    if (server.host.empty()) {
        table.fault("host", "'host' must be the name of a server, or the folder of its socket");
    }
    server.port = static_cast<std::uint16_t>(table.integer("port", server.port, 1, 65'535));
    server.database = read_name(table, "database", server.database);
    server.user = read_name(table, "user", server.user);
    server.schema = read_name(table, "schema", server.schema);
    server.password = table.text("password");
    if (!server.password.empty()) {
        check_secret(table, "password", server.password, surroundings);
    }
    if (table.has("analysts")) {
        server.analysts = read_name(table, "analysts", {});
    }
    if (table.has("candidates")) {
        server.candidates = read_name(table, "candidates", {});
        server.candidates_role = read_name(table, "candidates_role", {});
        if (server.candidates == server.schema) {
            table.fault("candidates", "names stand apart from what analysts read: give them another schema than 'schema'");
        }
        if (!server.analysts.empty() && server.analysts == server.candidates_role) {
            table.fault("candidates_role", "who reads names is another role than 'analysts'");
        }
    } else if (table.has("candidates_role")) {
        table.fault("candidates_role", "'candidates_role' needs 'candidates', the schema it may read");
    }
    if (table.has("region")) {
        server.region = read_name(table, "region", {});
    }
    server.sslmode = table.word("sslmode", { "verify-full", "verify-ca", "disable" }, server.sslmode);
    if (server.sslmode == "disable" && !on_this_machine(server.host)) {
        table.fault("sslmode", "without TLS only a server on this machine is spoken to; use \"verify-full\"");
    }
    if (table.has("ca_file")) {
        server.ca_file = resolved(table.required_text("ca_file"), config.file).string();
    }
    std::error_code error;
    if (server.sslmode != "disable" && !std::filesystem::is_regular_file(server.ca_file, error)) {
        table.fault("ca_file",
            fmt::format("there is no file {}; 'ca_file' names the certificate of the authority to trust", server.ca_file));
    }
}

}

void read_warehouse(Table const & table, Surroundings const & surroundings, Config & config)
{
    config.warehouse_type = table.word("type", { "sqlite", "postgresql" }, config.warehouse_type);
    config.warehouse_pseudonyms = table.text("pseudonyms");
    if (!config.warehouse_pseudonyms.empty()) {
        check_secret(table, "pseudonyms", config.warehouse_pseudonyms, surroundings);
    }
    if (config.warehouse_type == "postgresql") {
        refuse_of_other_type(table, { "file" }, "sqlite");
        read_server(table, surroundings, config);
        return;
    }
    refuse_of_other_type(table,
        { "host", "port", "database", "user", "schema", "password", "sslmode", "ca_file", "analysts",
                                    "candidates", "candidates_role", "region" }, "postgresql");
    if (table.has("file")) {
        if (auto const file = table.required_text("file"); !file.empty()) {
            config.warehouse_file = resolved(file, config.file);
        }
    }
}

}
