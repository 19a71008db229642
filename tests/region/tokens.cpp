#include "tests/region/tokens.hpp"

#include "tests/region/configuration.hpp"
#include "tests/region/projects.hpp"
#include "tests/region/random.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace ketensync::region {
namespace {

std::string base64_decoded(std::string_view text)
{
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (auto const c : text) {
        std::uint32_t value = 0;
        if (c >= 'A' && c <= 'Z') {
            value = static_cast<std::uint32_t>(c - 'A');
        } else if (c >= 'a' && c <= 'z') {
            value = static_cast<std::uint32_t>(c - 'a') + 26;
        } else if (c >= '0' && c <= '9') {
            value = static_cast<std::uint32_t>(c - '0') + 52;
        } else if (c == '+' || c == '/') {
            value = c == '+' ? 62 : 63;
        } else {
            break;
        }
        bits = (bits << 6U) | value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> count) & 0xFFU);
        }
    }
    return out;
}

/// Client and secret, from HTTP basic or else from the form.
std::pair<std::string, std::string> credentials(Request const & request)
{
    constexpr std::string_view basic = "Basic ";
    if (request.authorization.starts_with(basic)) {
        auto const pair = base64_decoded(request.authorization.substr(basic.size()));
        auto const colon = pair.find(':');
        if (colon != std::string::npos) {
            return { url_decoded(pair.substr(0, colon)), url_decoded(pair.substr(colon + 1)) };
        }
    }
    return { request.parameter("client_id"), request.parameter("client_secret") };
}

Answer refused(int status, std::string_view error)
{
    Answer answer;
    answer.status = status;
    answer.head = fmt::format(R"({{"error":"{}"}})", error);
    return answer;
}

} // namespace

bool bears(std::string_view authorization, std::string_view secret)
{
    constexpr std::string_view bearer = "Bearer ";
    return authorization.starts_with(bearer) && authorization.substr(bearer.size()) == secret;
}

bool Tokens::proves(Request const & request, std::string_view source)
{
    auto const [client, secret] = credentials(request);
    if (client != fmt::format("ketensync-{}", source)) {
        return false;
    }
    if (auto const assertion = request.parameter("client_assertion"); !assertion.empty()) {
        return request.parameter("client_assertion_type") == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            && m_assertions.fault_of(assertion, client, fmt::format("https://{}/oauth/token", request.host)).empty();
    }
    return secret == secret_of(source) || (secret.empty() && request.client == "ketensync");
}

Answer Tokens::give(Request const & request)
{
    if (request.method != "POST") {
        return refused(405, "invalid_request");
    }
    if (request.parameter("grant_type") != "client_credentials") {
        return refused(400, "unsupported_grant_type");
    }
    std::vector<std::string_view> sources;
    for (auto const & provider : providers()) {
        sources.push_back(provider.source);
    }
    // The BRP wants to know for which resources a token is.
    if (request.parameter("resourceServer") == "ResourceServer01") {
        sources.emplace_back("brp");
    }
    for (auto const source : sources) {
        if (!proves(request, source)) {
            continue;
        }
        std::scoped_lock const lock(m_mutex);
        ++m_count;
        auto const token = fmt::format("{:016x}{:016x}", mix(m_count, 0x70), mix(m_count, 0x71));
        m_given[token] = { std::string(source), std::chrono::steady_clock::now() + m_lifetime };
        Answer answer;
        answer.headers = "Cache-Control: no-store\r\n";
        answer.head = fmt::format(
            R"({{"access_token":"{}","token_type":"Bearer","expires_in":{}}})", token, m_lifetime.count());
        return answer;
    }
    return refused(401, "invalid_client");
}

bool Tokens::good(std::string_view authorization, std::string_view source) const
{
    constexpr std::string_view bearer = "Bearer ";
    if (!authorization.starts_with(bearer)) {
        return false;
    }
    std::scoped_lock const lock(m_mutex);
    auto const found = m_given.find(authorization.substr(bearer.size()));
    return found != m_given.end() && found->second.source == source
        && std::chrono::steady_clock::now() < found->second.until;
}

void Tokens::revoke_all()
{
    std::scoped_lock const lock(m_mutex);
    m_given.clear();
}

} // namespace ketensync::region
