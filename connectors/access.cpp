#include "connectors/access.hpp"

#include "daemon/http/oauth2.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::connectors {

namespace {

using By = settings::Auth::By;
using Credential = Result<std::shared_ptr<http::Credential>>;

Credential shared(Result<http::FixedCredential> credential)
{
    return credential.map([](http::FixedCredential & fixed) -> std::shared_ptr<http::Credential> {
        return std::make_shared<http::FixedCredential>(std::move(fixed));
    });
}

/// A credential that is the same for all its life, so nobody needs to share it.
Credential fixed(settings::Auth const & auth, settings::Secrets const & secrets)
{
    if (auth.by == By::none) {
        return std::shared_ptr<http::Credential>();
    }
    KETENSYNC_TRY_ASSIGN(auto const secret, secrets.read(auth.secret));
    switch (auth.by) {
    case By::basic:
        return shared(http::FixedCredential::basic(auth.secret, auth.client_id, secret));
    case By::api_key:
        return shared(http::FixedCredential::key(auth.secret, auth.header, secret));
    default:
        return shared(http::FixedCredential::bearer(auth.secret, secret));
    }
}

Credential token(settings::Source const & source, Surroundings const & surroundings)
{
    auto const & auth = source.auth;
    http::OAuth2Credential::Settings settings;
    KETENSYNC_TRY_ASSIGN(settings.client, client_settings(source, auth.token_address, surroundings.limits));
    settings.client.headers = { "Accept: application/json" };
    settings.name = auth.secret;
    settings.client_id = auth.client_id;
    settings.scope = auth.scope;
    settings.secret = [secrets = surroundings.secrets, name = auth.secret] { return secrets.read(name); };
    return std::make_shared<http::OAuth2Credential>(std::move(settings), surroundings.clock);
}

} // namespace

Result<Access> SharedAccess::of(settings::Source const & source, Surroundings const & surroundings)
{
    auto const & auth = source.auth;
    bool const by_token = auth.by == By::oauth2_client_credentials;
    auto const settings = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", source.requests_per_second, source.ca_file,
        static_cast<int>(auth.by), auth.token_address, auth.client_id, auth.scope, auth.secret);
    return m_entries.with([&](std::map<std::string, Entry> & entries) -> Result<Access> {
        auto & entry = entries[source.name];
        if (entry.settings != settings) {
            entry = {};
            if (source.requests_per_second != 0) {
                entry.access.budget = std::make_shared<http::Budget>(source.requests_per_second, surroundings.clock);
            }
            if (by_token) {
                KETENSYNC_TRY_ASSIGN(entry.access.credential, token(source, surroundings));
            }
            entry.settings = settings;
        }
        auto access = entry.access;
        if (!by_token) {
            KETENSYNC_TRY_ASSIGN(access.credential, fixed(auth, surroundings.secrets));
        }
        return access;
    });
}

Result<http::ClientSettings> client_settings(
    settings::Source const & source, std::string const & address, settings::Limits const & limits)
{
    http::ClientSettings settings;
    auto parsed = http::parse_address(address);
    if (!parsed) {
        return fail(parsed.error().failure, fmt::format("{}: {}", source.name, parsed.error().what));
    }
    settings.address = std::move(*parsed);
    settings.ca_file = source.ca_file;
    settings.limits.bytes_max = limits.page_bytes_max;
    settings.limits.connect_timeout = limits.connect_timeout;
    settings.limits.request_timeout = limits.request_timeout;
    settings.retry = { static_cast<unsigned>(limits.attempts_max), limits.backoff_first, limits.backoff_max,
        limits.retry_after_max };
    return settings;
}

} // namespace ketensync::connectors
