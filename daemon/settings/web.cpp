#include "daemon/settings/web.hpp"

#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace ketensync::settings {

namespace {

constexpr std::array roles { Role::read, Role::operate, Role::review, Role::publish };

bool is_header(std::string_view name)
{
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char letter) {
        return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-';
    });
}

/// "https://host[:port]", with nothing behind it: as a browser says where it comes from.
bool is_origin(std::string_view origin)
{
    return !check_address(origin) && origin.find('/', origin.find("://") + 3) == std::string_view::npos
        && std::ranges::none_of(origin, [](char letter) { return letter >= 'A' && letter <= 'Z'; });
}

void read_header(Table const & web, std::string_view key, std::string & header)
{
    header = web.text(key, header);
    if (!is_header(header)) {
        web.fault(key, "this is the name of a header: letters, digits and -");
    }
    std::ranges::transform(header, header.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
}

unsigned read_roles(Table const & users, std::string const & user)
{
    unsigned result = 0;
    for (auto const & word : users.texts(user)) {
        auto const role = std::ranges::find(roles, word, name_of);
        if (role == roles.end()) {
            users.fault(user, fmt::format("there is no role '{}'{}; roles are read, operate, review and publish", word,
                                  did_you_mean(word, { "read", "operate", "review", "publish" })));
        } else {
            result |= static_cast<unsigned>(*role);
        }
    }
    return result;
}

} // namespace

std::string_view name_of(Role role)
{
    switch (role) {
    case Role::read:
        return "read";
    case Role::operate:
        return "operate";
    case Role::review:
        return "review";
    case Role::publish:
        return "publish";
    }
    return "";
}

WebUsers read_web_users(Table const & web)
{
    WebUsers result;
    result.origin = web.text("origin");
    read_header(web, "user_header", result.user_header);
    read_header(web, "secret_header", result.secret_header);
    result.secret = web.text("secret");
    auto const users = web.table("users");
    for (auto const & [user, place] : users.keys()) {
        result.roles.emplace(user, read_roles(users, user));
    }
    bool const any = web.has("origin") || web.has("secret") || web.has("users");
    if (!any) {
        return result;
    }
    if (!is_origin(result.origin)) {
        web.fault("origin", "'origin' is how people reach the pages through the proxy, without a path: \"https://ketensync.example\"");
    }
    if (result.secret.empty()) {
        web.fault("secret", "'secret' names the credential that the proxy shows with each request; without one anybody could say who he is");
    }
    if (result.roles.empty()) {
        web.fault("users", "[web.users] names nobody: anna = [\"operate\", \"review\"]");
    }
    if (result.user_header == result.secret_header) {
        web.fault("secret_header", "'user_header' and 'secret_header' are two headers");
    }
    return result;
}

Result<WebUsers> web_users(std::filesystem::path const & config_file)
{
    auto file = TomlFile::read(config_file);
    if (!file) {
        return fail(Failure::configuration, file.error().front());
    }
    return read_web_users(file->root().table("web"));
}

} // namespace ketensync::settings
