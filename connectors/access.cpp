#include "connectors/access.hpp"

#include "daemon/record/ids.hpp"
#include "daemon/http/oauth2.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

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
    using Client = settings::Auth::Client;
    using Proof = http::OAuth2Credential::Proof;
    auto const & auth = source.auth;
    http::OAuth2Credential::Settings settings;
    KETENSYNC_TRY_ASSIGN(settings.client, client_settings(source, auth.token_address, surroundings));
    settings.client.headers = { "Accept: application/json" };
    settings.name = auth.client == Client::certificate ? source.certificate : auth.secret;
    settings.client_id = auth.client_id;
    settings.scope = auth.scope;
    settings.parameters = auth.parameters;
    settings.proof = auth.client == Client::form    ? Proof::form
        : auth.client == Client::private_key_jwt    ? Proof::assertion
        : auth.client == Client::certificate        ? Proof::certificate
                                                    : Proof::basic;
    settings.algorithm = auth.pss ? http::Assertion::Algorithm::ps256 : http::Assertion::Algorithm::rs256;
    settings.audience = auth.audience;
    settings.key_id = auth.key_id;
    settings.secret = [secrets = surroundings.secrets, name = auth.secret] { return secrets.read(name); };
    return std::make_shared<http::OAuth2Credential>(std::move(settings), surroundings.clock);
}

/// Everything that a token or a budget is made from, as one text.
std::string settings_of(settings::Source const & source, settings::Limits const & limits)
{
    auto const & auth = source.auth;
    return fmt::format("{}", fmt::join(std::vector<std::string> { source.ca_file, source.certificate,
        source.certificate_key, fmt::format("{}", static_cast<int>(auth.by)), auth.token_address, auth.client_id,
        auth.scope, auth.secret, fmt::format("{}{}", static_cast<int>(auth.client), auth.pss), auth.audience,
        auth.key_id, fmt::format("{}", fmt::join(auth.parameters, "\n")), fmt::format("{}", limits.failures_max),
        fmt::format("{}", limits.failures_rest.count()) }, "\n"));
}

} // namespace

std::shared_ptr<http::Budget> SharedAccess::budget(
    Entries & entries, settings::Source const & source, Clock const & clock)
{
    auto const address = http::parse_address(source.address);
    auto & host = entries.hosts[address ? address->origin : source.address];
    host.said[source.name] = source.requests_per_second;
    std::uint64_t allowed = 0;
    for (auto const & [name, said] : host.said) {
        allowed = said == 0 ? allowed : allowed == 0 ? said : std::min(allowed, said);
    }
    if (allowed != host.allowed) {
        host.allowed = allowed;
        host.budget = allowed == 0 ? nullptr : std::make_shared<http::Budget>(allowed, clock);
    }
    return host.budget;
}

Result<Access> SharedAccess::of(settings::Source const & source, Surroundings const & surroundings)
{
    auto const & auth = source.auth;
    bool const by_token = auth.by == By::oauth2_client_credentials;
    auto settings = settings_of(source, surroundings.limits);
    for (auto const & name : { source.certificate, source.certificate_key }) {
        // A token is asked for with the certificate of today.
        if (by_token && !name.empty()) {
            KETENSYNC_TRY_ASSIGN(auto const content, surroundings.secrets.read(name));
            settings += fmt::format("\n{}", record::fingerprint(std::string_view(content)).low);
        }
    }
    return m_entries.with([&](Entries & entries) -> Result<Access> {
        auto & entry = entries.sources[source.name];
        if (entry.settings != settings) {
            entry = {};
            auto const & limits = surroundings.limits;
            entry.access.breaker
                = std::make_shared<http::Breaker>(limits.failures_max, limits.failures_rest, surroundings.clock);
            if (by_token) {
                KETENSYNC_TRY_ASSIGN(entry.access.credential, token(source, surroundings));
            }
            entry.settings = settings;
        }
        auto access = entry.access;
        access.budget = budget(entries, source, surroundings.clock);
        if (!by_token) {
            KETENSYNC_TRY_ASSIGN(access.credential, fixed(auth, surroundings.secrets));
        }
        return access;
    });
}

Result<http::ClientCertificate> read_certificate(
    settings::Secrets const & secrets, std::string const & certificate, std::string const & key)
{
    http::ClientCertificate read;
    read.name = certificate;
    KETENSYNC_TRY_ASSIGN(read.chain, secrets.read(certificate));
    read.key = read.chain;
    if (!key.empty()) {
        KETENSYNC_TRY_ASSIGN(read.key, secrets.read(key));
    }
    return read;
}

Result<http::ClientSettings> client_settings(
    settings::Source const & source, std::string const & address, Surroundings const & surroundings)
{
    auto const & limits = surroundings.limits;
    http::ClientSettings settings;
    auto parsed = http::parse_address(address);
    if (!parsed) {
        return fail(parsed.error().failure, fmt::format("{}: {}", source.name, parsed.error().what));
    }
    settings.address = std::move(*parsed);
    settings.ca_file = source.ca_file;
    settings.trace = surroundings.trace;
    settings.limits.bytes_max = limits.page_bytes_max;
    settings.limits.connect_timeout = limits.connect_timeout;
    settings.limits.request_timeout = limits.request_timeout;
    settings.answer_timeout = limits.page_timeout;
    settings.retry = { static_cast<unsigned>(limits.attempts_max), limits.backoff_first, limits.backoff_max,
        limits.retry_after_max };
    if (!source.certificate.empty()) {
        KETENSYNC_TRY_ASSIGN(
            auto own, read_certificate(surroundings.secrets, source.certificate, source.certificate_key));
        settings.certificate = std::make_shared<http::ClientCertificate const>(std::move(own));
    }
    return settings;
}

} // namespace ketensync::connectors
