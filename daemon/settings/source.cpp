#include "daemon/settings/source.hpp"

#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::settings {

void check_secret(Table const & table, std::string const & name, Surroundings const & surroundings)
{
    if (!table.is_text("secret")) {
        return;
    }
    if (!is_plain_name(name, "_")) {
        table.fault(
            "secret", "a name of a credential holds only a-z, 0-9, - and _; never write the credential itself here");
        return;
    }
    std::error_code error;
    auto const & folder = surroundings.secrets_folder;
    if (folder.empty() || std::filesystem::is_regular_file(folder / name, error)) {
        return;
    }
    std::vector<std::string> there;
    for (auto const & entry : std::filesystem::directory_iterator(folder, error)) {
        there.push_back(entry.path().filename().string());
    }
    std::sort(there.begin(), there.end());
    table.fault(
        "secret", fmt::format("there is no credential '{}' in {}{}", name, folder.string(), did_you_mean(name, there)));
}

namespace {

/// A key that this way of logging in does not use is a misunderstanding, not a spare.
void refuse_unused(Table const & table, std::string_view by, std::initializer_list<std::string_view> used)
{
    for (std::string_view const key : { "token_address", "client_id", "scope", "header", "secret" }) {
        if (std::find(used.begin(), used.end(), key) == used.end() && table.has(key)) {
            table.fault(key, fmt::format("'{}' means nothing when by = \"{}\"; remove it, or change 'by'", key, by));
        }
    }
}

Auth read_auth(Table const & table, Surroundings const & surroundings)
{
    Auth auth;
    auto const by = table.word("by", { "none", "bearer", "basic", "api_key", "oauth2_client_credentials" }, "");
    if (by.empty() && table.has("by")) {
        // A mistyped word was told already; what should stand beside it is told at the next reading.
        refuse_unused(table, by, { "token_address", "client_id", "scope", "header", "secret" });
        return auth;
    }
    if (by.empty() || by == "none") {
        refuse_unused(table, "none", {});
        return auth;
    }
    if (by == "bearer") {
        auth.by = Auth::By::bearer;
        refuse_unused(table, by, { "secret" });
    } else if (by == "basic") {
        auth.by = Auth::By::basic;
        auth.client_id = table.required_text("client_id");
        refuse_unused(table, by, { "client_id", "secret" });
    } else if (by == "api_key") {
        auth.by = Auth::By::api_key;
        auth.header = table.required_text("header");
        if (!auth.header.empty() && !is_plain_name(auth.header, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")) {
            table.fault("header", "a name of a header holds only letters, digits, - and _");
        }
        refuse_unused(table, by, { "header", "secret" });
    } else {
        auth.by = Auth::By::oauth2_client_credentials;
        auth.token_address = table.required_text("token_address");
        if (auto const what = auth.token_address.empty() ? std::nullopt : check_address(auth.token_address)) {
            table.fault("token_address", *what);
        }
        auth.client_id = table.required_text("client_id");
        auth.scope = table.text("scope");
        refuse_unused(table, by, { "token_address", "client_id", "scope", "secret" });
    }
    auth.secret = table.required_text("secret");
    auth.secret_place = table.place("secret").text();
    check_secret(table, auth.secret, surroundings);
    return auth;
}

std::map<std::string, std::string> read_headers(TomlFile & file, Table const & table)
{
    std::map<std::string, std::string> headers;
    for (auto const & [name, place] : table.keys()) {
        if (!is_plain_name(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")) {
            file.fault(place, "a name of a header holds only letters, digits, - and _");
        }
        auto value = table.text(name);
        if (std::any_of(value.begin(), value.end(), [](char c) { return c < 0x20 || c == 0x7f; })) {
            table.fault(name, "a value of a header holds no control characters and only plain ASCII");
        }
        headers.emplace(name, std::move(value));
    }
    return headers;
}

void read_rest(TomlFile & file, Table const & table, Surroundings const & surroundings, Source & source)
{
    source.address = table.required_text("address");
    if (auto const what = source.address.empty() ? std::nullopt : check_address(source.address)) {
        table.fault("address", *what);
    }
    if (table.has("ca_file")) {
        source.ca_file = resolved(table.required_text("ca_file"), source.file).string();
        std::error_code error;
        if (table.is_text("ca_file") && !std::filesystem::is_regular_file(source.ca_file, error)) {
            table.fault("ca_file", fmt::format("there is no file {}", source.ca_file));
        }
    }
    source.requests_per_second = static_cast<std::uint64_t>(table.integer("requests_per_second", 0, 0, 10'000));
    source.headers = read_headers(file, table.table("headers"));
    source.auth = read_auth(table.table("auth"), surroundings);
}

} // namespace

std::filesystem::path resolved(std::filesystem::path const & path, std::filesystem::path const & named_in)
{
    return path.empty() || path.is_absolute() ? path : (named_in.parent_path() / path).lexically_normal();
}

Source read_source(std::filesystem::path const & file, Surroundings const & surroundings, Faults & faults)
{
    Source source;
    source.file = file;
    source.name = file.stem().string();
    auto read = TomlFile::read(file);
    if (!read) {
        faults.insert(faults.end(), read.error().begin(), read.error().end());
        return source;
    }
    auto const root = read->root();
    if (!is_plain_name(source.name)) {
        read->fault(root.place(),
            "the name of this file is the name of the source and holds only a-z, 0-9 and -; rename the file");
    }
    source.title = root.required_text("title");
    if (!root.has("connector")) {
        root.fault("connector", "'connector' is missing; add connector = \"rest\", \"files\" or \"sftp\"");
    }
    source.connector = root.word("connector", { "rest", "files", "sftp" }, "");
    auto const section = [&](std::string_view name) {
        auto const table = root.table(name);
        if (source.connector != name && !source.connector.empty() && root.has(name)) {
            root.fault(name,
                fmt::format("[{0}] belongs to connector = \"{0}\"; this source has \"{1}\"", name, source.connector));
            table.keys();
        }
        return table;
    };
    auto const rest = section("rest");
    auto const files = section("files");
    auto const sftp = section("sftp");
    if (source.connector == "rest") {
        read_rest(*read, rest, surroundings, source);
    } else if (source.connector == "files") {
        source.folder = resolved(files.required_text("folder"), file);
        source.drop = read_drop(files, std::chrono::seconds(2));
    } else if (source.connector == "sftp") {
        read_sftp(sftp, surroundings, source);
    } else {
        // Which keys belong here is not known; the connector is told, and the rest at the next reading.
        read_rest(*read, rest, surroundings, source);
        files.text("folder");
        read_drop(files, {});
        sftp.keys();
    }
    auto const feeds = root.tables("feed");
    if (feeds.empty() && !root.has("feed")) {
        root.fault("feed", "this source has no feed; add a [[feed]] for each data set it delivers");
    }
    for (auto const & table : feeds) {
        auto feed = read_feed(table, source, surroundings);
        auto const same = std::find_if(source.feeds.begin(), source.feeds.end(),
            [&](Feed const & other) { return other.name == feed.name && !feed.name.empty(); });
        if (same != source.feeds.end()) {
            table.fault("name",
                fmt::format("another feed of this source is called '{}' too; give each its own name", feed.name));
        }
        source.feeds.push_back(std::move(feed));
    }
    auto found = read->finish();
    faults.insert(faults.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    return source;
}

} // namespace ketensync::settings
