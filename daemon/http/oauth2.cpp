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

Result<std::string> OAuth2Credential::header(std::stop_token stop)
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
            auto fetched = fetch(stop);
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

Result<OAuth2Credential::Token> OAuth2Credential::fetch(std::stop_token stop)
{
    KETENSYNC_TRY_ASSIGN(auto const secret, m_settings.secret());
    // The standard has both encoded as in a form before they are joined.
    KETENSYNC_TRY_ASSIGN(
        auto basic, FixedCredential::basic(m_settings.name, encoded(m_settings.client_id), encoded(secret)));
    std::string form = "grant_type=client_credentials";
    if (!m_settings.scope.empty()) {
        form += "&scope=" + encoded(m_settings.scope);
    }
    Client client(m_settings.client, std::make_shared<FixedCredential>(std::move(basic)), nullptr, m_clock);
    auto const asked = m_clock.monotonic();
    KETENSYNC_TRY_ASSIGN(auto const response, client.send(m_settings.client.address.path, form, stop));
    auto const & origin = client.address().origin;
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
    KETENSYNC_TRY_ASSIGN(auto header, bearer.header(stop));
    auto const life = lifetime(*expires_in);
    // So much early that a request on its way still finds it alive.
    auto const early = std::min<milliseconds>(std::chrono::seconds(30), life / 10);
    return Token { std::move(header), asked + life - early, false };
}

} // namespace ketensync::http
