#include "tests/support/oauth_server.hpp"

#include "tests/support/free_port.hpp"

#include <Poco/Base64Decoder.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPCookie.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ketensync::support {

namespace {

constexpr auto program = "/usr/bin/glewlwyd";
constexpr auto tables = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";

constexpr auto key = "the test and the server alone know it";

std::string content(std::filesystem::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), {} };
}

nlohmann::json client_json(OAuthServer::Client const & client)
{
    auto ways = nlohmann::json::array({ "client_secret_basic", "client_secret_post" });
    nlohmann::json json { { "client_id", client.id }, { "name", client.id }, { "confidential", true }, { "enabled", true },
        { "password", client.secret }, { "client_secret", client.secret }, { "authorization_type", { "client_credentials" } },
        { "scope", { "personen" } }, { "redirect_uri", nlohmann::json::array() } };
    if (!client.public_key.empty()) {
        json["pubkey"] = client.public_key;
        ways.push_back("private_key_jwt");
    }
    if (!client.certificate_name.empty()) {
        json["tls_client_auth_san_dns"] = client.certificate_name;
        ways.push_back("tls_client_auth");
    }
    json["token_endpoint_auth_method"] = ways;
    return json;
}

} // namespace

bool OAuthServer::installed()
{
    return std::filesystem::exists(program) && std::filesystem::exists(tables);
}

OAuthServer::OAuthServer(TestAuthority const & authority, Client const & client)
    : m_authority(authority)
    , m_client(client)
    , m_port(free_port())
{
    Process fill({ { "/bin/sh", "-c", "exec sqlite3 \"$1\" < \"$0\"", tables, (m_folder / "glewlwyd.sqlite").string() }, {}, {} });
    if (fill.wait() != 0) {
        throw std::runtime_error("the tables of glewlwyd cannot be made: is sqlite3 installed?");
    }
    // It is set up over its own interface, in the clear, before anybody else may ask it.
    start(false);
    set_up(client);
    m_process.reset();
    start(true);
}

std::string OAuthServer::address() const { return fmt::format("https://127.0.0.1:{}/api/oidc", m_port); }

void OAuthServer::start(bool secure)
{
    auto const settings = m_folder.write("glewlwyd.conf",
        fmt::format("port={}\nbind_address=\"127.0.0.1\"\nexternal_url=\"https://127.0.0.1:{}\"\nlogin_url=\"login.html\"\napi_prefix=\"api\"\n"
                    "log_mode=\"console\"\nlog_level=\"INFO\"\ncookie_secure=0\nsession_expiration=3600\nsession_key=\"S\"\n"
                    "admin_scope=\"g_admin\"\nprofile_scope=\"g_profile\"\nuser_module_path=\"/usr/lib/glewlwyd/user\"\n"
                    "client_module_path=\"/usr/lib/glewlwyd/client\"\nuser_auth_scheme_module_path=\"/usr/lib/glewlwyd/scheme\"\n"
                    "plugin_module_path=\"/usr/lib/glewlwyd/plugin\"\nhash_algorithm=\"SHA512\"\nlogin_api_enabled=true\n"
                    "use_secure_connection={}\nsecure_connection_key_file=\"{}\"\nsecure_connection_pem_file=\"{}\"\n"
                    "secure_connection_ca_file=\"{}\"\ndatabase={{type=\"sqlite3\";path=\"{}\";}};\n",
            m_port, m_port, secure, m_authority.key().string(), m_authority.certificate().string(), m_authority.ca_file().string(),
            (m_folder / "glewlwyd.sqlite").string()));
    m_process = std::make_unique<Process>(
        Process::Start { { "/bin/sh", "-c", "exec \"$0\" \"$@\" > /dev/null", program, "--config-file=" + settings.string() }, {},
            m_folder / "glewlwyd.log" });
    for (int tries = 0; !answers(m_port); ++tries) {
        if (tries == 400) {
            throw std::runtime_error("glewlwyd does not answer: " + content(m_folder / "glewlwyd.log"));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
}

void OAuthServer::set_up(Client const & client) const
{
    Poco::Net::HTTPClientSession session("127.0.0.1", m_port);
    Poco::Net::NameValueCollection cookies;
    auto const post = [&](std::string const & path, nlohmann::json const & json) {
        auto const body = json.dump();
        Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_POST, "/api" + path, Poco::Net::HTTPRequest::HTTP_1_1);
        request.setContentType("application/json");
        request.setContentLength(static_cast<std::streamsize>(body.size()));
        request.setCookies(cookies);
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        std::ostringstream said;
        said << session.receiveResponse(response).rdbuf();
        if (response.getStatus() != Poco::Net::HTTPResponse::HTTP_OK) {
            throw std::runtime_error(fmt::format("glewlwyd, {}: {} {}", path, static_cast<int>(response.getStatus()), said.str()));
        }
        std::vector<Poco::Net::HTTPCookie> given;
        response.getCookies(given);
        for (auto const & cookie : given) {
            cookies.set(cookie.getName(), cookie.getValue());
        }
    };
    post("/auth/", { { "username", "admin" }, { "password", "password" } });
    post("/mod/plugin/",
        { { "module", "oidc" }, { "name", "oidc" }, { "display_name", "oidc" },
            { "parameters",
                { { "iss", address() }, { "jwt-type", "sha" }, { "jwt-key-size", "256" }, { "key", key },
                    { "access-token-duration", 60 }, { "refresh-token-duration", 3600 }, { "code-duration", 600 },
                    { "refresh-token-rolling", true }, { "allow-non-oidc", true }, { "auth-type-client-enabled", true },
                    { "auth-type-code-enabled", false }, { "request-parameter-allow", true }, { "client-pubkey-parameter", "pubkey" },
                    { "request-maximum-exp", 600 }, { "client-cert-source", "TLS" } } } });
    post("/scope/", { { "name", "personen" }, { "display_name", "personen" }, { "description", "personen" },
                        { "password_required", false }, { "scheme", nlohmann::json::object() } });
    post("/client/", client_json(client));
}

bool OAuthServer::gave(std::string const & token) const
{
    auto const first = token.find('.');
    auto const last = token.rfind('.');
    if (first == std::string::npos || first == last) {
        return false;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac {};
    unsigned int size = 0;
    auto const signed_part = token.substr(0, last);
    ::HMAC(EVP_sha256(), key, static_cast<int>(std::strlen(key)), reinterpret_cast<unsigned char const *>(signed_part.data()),
        signed_part.size(), mac.data(), &size);
    auto const read = [](std::string part) {
        // Base64url without padding (RFC 7515), as the decoder wants it.
        std::ranges::replace(part, '-', '+');
        std::ranges::replace(part, '_', '/');
        part.resize((part.size() + 3) / 4 * 4, '=');
        std::istringstream text(part);
        Poco::Base64Decoder decoder(text);
        return std::string(std::istreambuf_iterator<char>(decoder), {});
    };
    auto const claims = nlohmann::json::parse(read(token.substr(first + 1, last - first - 1)), nullptr, false);
    auto const now = std::time(nullptr);
    return read(token.substr(last + 1)) == std::string(mac.begin(), mac.begin() + size) && claims.is_object()
        && claims.value("client_id", "") == m_client.id && claims.value("scope", "") == "personen" && claims.value("exp", 0) > now;
}

} // namespace ketensync::support
