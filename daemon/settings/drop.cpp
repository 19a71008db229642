#include "daemon/settings/checks.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

/// A name within a folder, which cannot lead out of it.
bool is_inner_name(std::string_view name)
{
    return name != "." && name != ".."
        && std::none_of(name.begin(), name.end(), [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20; });
}

/// "sftp://host[:port]/folder": false, and a fault, when it is nothing of the kind.
bool take_apart(std::string_view address, SftpServer & server)
{
    constexpr std::string_view scheme = "sftp://";
    if (!address.starts_with(scheme)) {
        return false;
    }
    address.remove_prefix(scheme.size());
    auto const slash = std::min(address.find('/'), address.size());
    auto host = address.substr(0, slash);
    server.folder = address.substr(slash);
    while (server.folder.size() > 1 && server.folder.ends_with('/')) {
        server.folder.pop_back();
    }
    if (auto const colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
        auto const port = host.substr(colon + 1);
        auto const [end, error] = std::from_chars(port.data(), port.data() + port.size(), server.port);
        if (error != std::errc() || end != port.data() + port.size() || server.port == 0) {
            return false;
        }
        host = host.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    server.host = host;
    return !host.empty() && host.find_first_of("@[]?# ") == std::string_view::npos
        && server.folder.find_first_of("?#") == std::string::npos
        && std::none_of(server.folder.begin(), server.folder.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// As ssh-keygen shows a fingerprint: 32 bytes in base64, without padding.
bool is_fingerprint(std::string_view text)
{
    constexpr std::string_view kind = "SHA256:";
    constexpr std::size_t digits = 43;
    return text.starts_with(kind) && text.size() == kind.size() + digits
        && std::all_of(text.begin() + kind.size(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
           });
}

} // namespace

Drop read_drop(Table const & table, milliseconds settle)
{
    Drop drop;
    drop.settle = table.duration("settle", settle);
    drop.marker = table.text("marker");
    if (!is_inner_name(drop.marker)) {
        table.fault("marker", "a marker is what stands behind the name of a file that is complete, as in \".done\"");
    }
    if (table.has("marker") && table.has("settle")) {
        table.fault("settle", "a file with a marker is complete at once; remove one of the two");
    }
    auto const afterwards = table.word("afterwards", { "keep", "archive", "delete" }, "keep");
    drop.afterwards = afterwards == "archive" ? Drop::Afterwards::archive
        : afterwards == "delete"              ? Drop::Afterwards::remove
                                              : Drop::Afterwards::keep;
    drop.archive = table.text("archive", drop.archive);
    if (drop.archive.empty() || !is_inner_name(drop.archive)) {
        table.fault("archive", "this is the name of a folder within the folder; it holds no slash");
    } else if (table.has("archive") && drop.afterwards != Drop::Afterwards::archive) {
        table.fault("archive", "'archive' means nothing unless afterwards = \"archive\"");
    }
    return drop;
}

void read_sftp(Table const & table, Surroundings const & surroundings, Source & source)
{
    auto const address = table.required_text("address");
    if (!address.empty() && !take_apart(address, source.sftp)) {
        table.fault("address", "an address of SFTP is \"sftp://host/folder\" or \"sftp://host:port/folder\", and nothing else");
    } else if (!address.empty() && source.sftp.folder.size() < 2) {
        table.fault("address", "the address names no folder, as in \"sftp://host/uit\"");
    }
    source.sftp.user = table.required_text("user");
    source.sftp.host_keys = table.texts("host_keys");
    if (source.sftp.host_keys.empty()) {
        table.fault("host_keys",
            "'host_keys' is missing: the fingerprints by which the server is known, as its owner tells them: "
            "[\"SHA256:…\"]");
    }
    auto const & keys = source.sftp.host_keys;
    if (!std::all_of(keys.begin(), keys.end(), is_fingerprint)) {
        table.fault("host_keys", "a fingerprint is \"SHA256:\" and 43 characters, as ssh-keygen -l shows it");
    }
    source.auth.secret = table.required_text("secret");
    source.auth.secret_place = table.place("secret").text();
    check_secret(table, "secret", source.auth.secret, surroundings);
    source.drop = read_drop(table, std::chrono::seconds(10));
}

} // namespace ketensync::settings
