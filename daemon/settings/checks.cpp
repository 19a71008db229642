#include "daemon/settings/checks.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace ketensync::settings {

namespace {

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
bool is_host_character(char c)
{
    return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
}

bool is_port(std::string_view text)
{
    unsigned port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

/// Cuts "host:port" or "[address]:port" in two; the port may be absent.
bool split_host(std::string_view text, std::string_view & host, std::string_view & port)
{
    port = {};
    if (!text.empty() && text.front() == '[') {
        auto const close = text.find(']');
        if (close == std::string_view::npos) {
            return false;
        }
        host = text.substr(0, close + 1);
        auto const rest = text.substr(close + 1);
        port = rest.empty() ? rest : rest.substr(1);
        return rest.empty() || (rest.front() == ':' && is_port(port));
    }
    auto const colon = text.find(':');
    host = text.substr(0, colon);
    if (colon == std::string_view::npos) {
        return true;
    }
    port = text.substr(colon + 1);
    return is_port(port);
}

bool is_host_name(std::string_view host)
{
    if (host.empty() || host.size() > 253 || host.front() == '.' || host.back() == '.' || host.front() == '-'
        || host.back() == '-' || host.find("..") != std::string_view::npos) {
        return false;
    }
    return std::all_of(host.begin(), host.end(), is_host_character);
}

/// "127.x.y.z" with four numbers, so that a host name that merely starts with it is not taken for this machine.
bool is_loopback(std::string_view host)
{
    if (host == "localhost" || host == "[::1]") {
        return true;
    }
    if (host.substr(0, 4) != "127.") {
        return false;
    }
    int dots = 0;
    unsigned number = 0;
    bool digits = false;
    for (char const c : host) {
        if (c == '.') {
            if (!digits) {
                return false;
            }
            ++dots;
            number = 0;
            digits = false;
        } else if (is_digit(c)) {
            number = number * 10 + static_cast<unsigned>(c - '0');
            digits = true;
            if (number > 255) {
                return false;
            }
        } else {
            return false;
        }
    }
    return dots == 3 && digits;
}

} // namespace

bool is_plain_name(std::string_view name, std::string_view also)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
        return is_lower(c) || is_digit(c) || c == '-' || also.find(c) != std::string_view::npos;
    });
}

std::optional<std::string> check_address(std::string_view address)
{
    bool const secure = address.substr(0, 8) == "https://";
    if (!secure && address.substr(0, 7) != "http://") {
        return "an address starts with https://";
    }
    address.remove_prefix(secure ? 8 : 7);
    auto const slash = address.find('/');
    std::string_view host;
    std::string_view port;
    if (!split_host(address.substr(0, slash), host, port) || (host != "[::1]" && !is_host_name(host))) {
        return "this is not a host name with an optional port, as in https://api.example.nl:8443/v5";
    }
    if (!secure && !is_loopback(host)) {
        return "http is only allowed to this machine itself; use https";
    }
    auto const path = slash == std::string_view::npos ? std::string_view() : address.substr(slash);
    auto const allowed = [](char c) { return is_host_character(c) || c == '/' || c == '_' || c == '~' || c == '%'; };
    if (!std::all_of(path.begin(), path.end(), allowed)) {
        return "an address holds no spaces, questions or fragments";
    }
    if (!path.empty() && path.back() == '/') {
        return "an address does not end in a slash; the paths of the feeds begin with one";
    }
    return std::nullopt;
}

std::optional<std::string> check_loopback(std::string_view address)
{
    std::string_view host;
    std::string_view port;
    // Port 0 takes whatever port is free.
    auto const any_port = address.ends_with(":0");
    if (!split_host(address.substr(0, address.size() - (any_port ? 2 : 0)), host, port) || port.empty() != any_port) {
        return "this must be an address and a port, as in \"127.0.0.1:9464\"";
    }
    if (!is_loopback(host)) {
        return "only addresses of this machine itself are allowed: 127.0.0.1, [::1] or localhost";
    }
    return std::nullopt;
}

bool zone_exists(std::string_view zone)
{
    if (zone.empty() || zone.front() == '/' || zone.find("..") != std::string_view::npos) {
        return false;
    }
    bool const sound = std::all_of(
        zone.begin(), zone.end(), [](char c) { return is_host_character(c) || c == '/' || c == '_' || c == '+'; });
    std::error_code error;
    return sound && std::filesystem::is_regular_file(std::filesystem::path("/usr/share/zoneinfo") / zone, error);
}

bool fits_pattern(std::string_view name, std::string_view pattern)
{
    // The last star seen, and how much of the name it has taken so far: enough to go back to, as one star is as good
    // as another.
    std::size_t n = 0;
    std::size_t p = 0;
    auto star = std::string_view::npos;
    std::size_t taken = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken = n;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++n;
            ++p;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++taken;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

} // namespace ketensync::settings
