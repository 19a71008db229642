#include "daemon/http/oauth2.hpp"

#include "daemon/formats/format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::http {

using std::chrono::milliseconds;

namespace {

/// Where the answer does not say how long a token lives.
constexpr std::chrono::seconds lifetime_unknown { 300 };

milliseconds lifetime(std::optional<std::string> const & expires_in)
{
    std::int64_t seconds = lifetime_unknown.count();
    if (expires_in) {
        std::from_chars(expires_in->data(), expires_in->data() + expires_in->size(), seconds);
    }
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86'400));
}

} // namespace

Result<std::string> OAuth2Credential::header(Trace const & trace, std::stop_token stop)
{
    for (;;) {
        enum class Turn { have, fetch, wait } turn = Turn::wait;
        std::string header;
        m_token.with([&](Token & token) {
            if (token.being_fetched) {
                return;
            }
            if (!token.header.empty() && m_clock.monotonic() < token.renew_at) {
                header = token.header;
                turn = Turn::have;
                return;
            }
            token.being_fetched = true;
            turn = Turn::fetch;
        });
        if (turn == Turn::have) {
            return header;
        }
        if (turn == Turn::fetch) {
            auto fetched = fetch(trace, stop);
            m_token.with([&](Token & token) {
                token = fetched ? *fetched : Token {};
                header = token.header;
            });
            return fetched ? Result<std::string>(header) : fail(std::move(fetched).error());
        }
        if (!m_clock.wait_for(milliseconds(20), stop)) {
            return fail(Failure::interrupted, "asked to stop");
        }
    }
}

bool OAuth2Credential::refused(std::string_view header)
{
    m_token.with([&](Token & token) {
        if (token.header == header) {
            token.header.clear();
        }
    });
    return true;
}

// What the form of one attempt holds: an authority takes an assertion once.
Result<std::string> OAuth2Credential::form() const
{
    std::string form = "grant_type=client_credentials";
    auto const add = [&form](std::string_view key, std::string_view value) {
        form += fmt::format("&{}={}", encoded(key), encoded(value));
    };
    if (!m_settings.scope.empty()) {
        add("scope", m_settings.scope);
    }
    for (auto const & [key, value] : m_settings.parameters) {
        add(key, value);
    }
    if (m_settings.proof == Proof::basic) {
        return form;
    }
    add("client_id", m_settings.client_id);
    if (m_settings.proof == Proof::certificate) {
        return form;
    }
    KETENSYNC_TRY_ASSIGN(auto const secret, m_settings.secret());
    if (m_settings.proof == Proof::form) {
        add("client_secret", secret);
        return form;
    }
    auto const & address = m_settings.client.address;
    Assertion const assertion { m_settings.algorithm, m_settings.client_id,
        m_settings.audience.empty() ? address.origin + address.path : m_settings.audience, m_settings.key_id };
    auto made = signed_assertion(assertion, secret, m_clock.now());
    if (!made) {
        return fail(made.error().failure, fmt::format("credential '{}': {}", m_settings.name, made.error().what));
    }
    add("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    add("client_assertion", *made);
    return form;
}

Result<OAuth2Credential::Token> OAuth2Credential::fetch(Trace const & trace, std::stop_token stop)
{
    std::shared_ptr<Credential> proof;
    if (m_settings.proof == Proof::basic) {
        KETENSYNC_TRY_ASSIGN(auto const secret, m_settings.secret());
        // The standard has both encoded as in a form before they are joined.
        KETENSYNC_TRY_ASSIGN(
            auto basic, FixedCredential::basic(m_settings.name, encoded(m_settings.client_id), encoded(secret)));
        proof = std::make_shared<FixedCredential>(std::move(basic));
    }
    auto settings = m_settings.client;
    settings.trace = trace;
    Client client(std::move(settings), std::move(proof), nullptr, m_clock);
    auto const asked = m_clock.monotonic();
    KETENSYNC_TRY_ASSIGN(auto const response,
        client.send({ .target = m_settings.client.address.path, .body = [this] { return form(); } }, stop));
    return token_of(response, asked);
}

Result<OAuth2Credential::Token> OAuth2Credential::token_of(
    Response const & response, milliseconds asked) const
{
    auto const & origin = m_settings.client.address.origin;
    if (response.status == 400 || response.status == 401 || response.status == 403) {
        return fail(Failure::refused,
            fmt::format("{} gives no token (it answers {}): see the credential '{}' and the client's id", origin,
                response.status, m_settings.name));
    }
    if (response.status != 200) {
        auto const failure
            = response.status == 429 || response.status >= 500 ? Failure::unavailable : Failure::bad_page;
        return fail(failure, fmt::format("{} gives no token: it answers {}", origin, response.status));
    }
    auto const token = formats::json_scalar(response.body, "access_token");
    auto const expires_in = formats::json_scalar(response.body, "expires_in");
    if (!token || !*token || (*token)->empty() || !expires_in) {
        return fail(Failure::bad_page, fmt::format("{} answers without a token", origin));
    }
    KETENSYNC_TRY_ASSIGN(auto bearer, FixedCredential::bearer(m_settings.name, **token));
    KETENSYNC_TRY_ASSIGN(auto header, bearer.header({}, {}));
    auto const life = lifetime(*expires_in);
    // So much early that a request on its way still finds it alive.
    auto const early = std::min<milliseconds>(std::chrono::seconds(30), life / 10);
    return Token { std::move(header), asked + life - early, false };
}

} // namespace ketensync::http
