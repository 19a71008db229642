#include "daemon/settings/checks.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"

#include <strings.h>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace ketensync::settings {

void check_secret(
    Table const & table, std::string_view key, std::string const & name, Surroundings const & surroundings)
{
    if (!table.is_text(key)) {
        return;
    }
    if (!is_plain_name(name, "_")) {
        table.fault(
            key, "a name of a credential holds only a-z, 0-9, - and _; never write the credential itself here");
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
        key, fmt::format("there is no credential '{}' in {}{}", name, folder.string(), did_you_mean(name, there)));
}

namespace {

/// Every key of [rest.auth] but 'by'.
std::vector<std::string_view> const auth_keys { "token_address", "client_id", "scope", "client", "algorithm",
    "audience", "key_id", "parameters", "header", "secret" };

/// A key that this way of logging in does not use is a misunderstanding, not a spare.
void refuse_unused(Table const & table, std::string_view by, std::vector<std::string_view> const & used)
{
    for (auto const key : auth_keys) {
        if (std::find(used.begin(), used.end(), key) == used.end() && table.has(key)) {
            table.fault(key, fmt::format("'{}' means nothing when by = \"{}\"; remove it, or change 'by'", key, by));
            if (table.is_table(key)) {
                table.table(key).keys();
            }
        }
    }
}

void read_token(Table const & table, bool has_certificate, Auth & auth)
{
    auth.by = Auth::By::oauth2_client_credentials;
    auth.token_address = table.required_text("token_address");
    if (auto const what = auth.token_address.empty() ? std::nullopt : check_address(auth.token_address)) {
        table.fault("token_address", *what);
    }
    auth.client_id = table.required_text("client_id");
    auth.scope = table.text("scope");
    auto const client = table.word("client", { "basic", "form", "private_key_jwt", "certificate" }, "basic");
    auth.client = client == "form"       ? Auth::Client::form
        : client == "private_key_jwt"    ? Auth::Client::private_key_jwt
        : client == "certificate"        ? Auth::Client::certificate
                                         : Auth::Client::basic;
    auth.pss = table.word("algorithm", { "PS256", "RS256" }, "PS256") == "PS256";
    auth.audience = table.text("audience");
    auth.key_id = table.text("key_id");
    for (std::string_view const key : { "algorithm", "audience", "key_id" }) {
        if (auth.client != Auth::Client::private_key_jwt && table.has(key)) {
            table.fault(key, fmt::format("'{}' means nothing unless client = \"private_key_jwt\"; remove it", key));
        }
    }
    if (auth.client == Auth::Client::certificate && !has_certificate) {
        table.fault("client", "client = \"certificate\" needs 'certificate' in [rest]: the name of its credential");
    }
    auto const more = table.table("parameters");
    for (auto const & [name, place] : more.keys()) {
        auth.parameters.emplace(name, more.text(name));
    }
}

Auth read_auth(Table const & table, bool has_certificate, Surroundings const & surroundings)
{
    Auth auth;
    auto const by = table.word("by", { "none", "bearer", "basic", "api_key", "oauth2_client_credentials" }, "");
    if (by.empty() && table.has("by")) {
        // A mistyped word was told already; what should stand beside it is told at the next reading.
        refuse_unused(table, by, auth_keys);
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
        read_token(table, has_certificate, auth);
        if (auth.client == Auth::Client::certificate) {
            if (table.has("secret")) {
                table.fault("secret", "there is no secret besides the certificate; remove it, or change 'client'");
            }
            refuse_unused(table, by, { "token_address", "client_id", "scope", "client", "algorithm", "audience",
                "key_id", "parameters", "secret" });
            return auth;
        }
        refuse_unused(table, by, { "token_address", "client_id", "scope", "client", "algorithm", "audience", "key_id",
            "parameters", "secret" });
    }
    auth.secret = table.required_text("secret");
    auth.secret_place = table.place("secret").text();
    check_secret(table, "secret", auth.secret, surroundings);
    return auth;
}

std::map<std::string, std::string> read_headers(TomlFile & file, Table const & table)
{
    std::map<std::string, std::string> headers;
    for (auto const & [name, place] : table.keys()) {
        if (!is_plain_name(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")) {
            file.fault(place, "a name of a header holds only letters, digits, - and _");
        }
        if (strcasecmp(name.c_str(), "traceparent") == 0) {
            file.fault(place, "the service sends 'traceparent' itself, another one with each request; remove this line");
        }
        auto value = table.text(name);
        if (std::any_of(value.begin(), value.end(), [](char c) { return c < 0x20 || c == 0x7f; })) {
            table.fault(name, "a value of a header holds no control characters and only plain ASCII");
        }
        headers.emplace(name, std::move(value));
    }
    return headers;
}

} // namespace

void read_rest_source(TomlFile & file, Table const & table, Surroundings const & surroundings, Source & source)
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
    source.certificate = table.text("certificate");
    source.certificate_key = table.text("certificate_key");
    source.certificate_place = table.place("certificate").text();
    check_secret(table, "certificate", source.certificate, surroundings);
    check_secret(table, "certificate_key", source.certificate_key, surroundings);
    if (source.certificate.empty() && table.has("certificate_key")) {
        table.fault("certificate_key", "a key needs its certificate; add 'certificate', the name of its credential");
    }
    source.auth = read_auth(table.table("auth"), !source.certificate.empty(), surroundings);
}


} // namespace ketensync::settings
