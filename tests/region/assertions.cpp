#include "tests/region/assertions.hpp"

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <optional>

namespace ketensync::region {
namespace {

constexpr std::chrono::seconds lifetime_max { 600 };
constexpr std::chrono::seconds skew_max { 60 };

std::optional<std::string> decoded(std::string_view text)
{
    std::string padded(text);
    for (auto & c : padded) {
        c = c == '-' ? '+' : c == '_' ? '/' : c;
    }
    auto const padding = (4 - padded.size() % 4) % 4;
    padded.append(padding, '=');
    std::string bytes(padded.size() / 4 * 3, '\0');
    auto const size = EVP_DecodeBlock(reinterpret_cast<unsigned char *>(bytes.data()),
        reinterpret_cast<unsigned char const *>(padded.data()), static_cast<int>(padded.size()));
    if (size < 0) {
        return std::nullopt;
    }
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

bool verified(std::string_view text, std::string const & signature, std::string const & key, std::string const & algorithm)
{
    std::unique_ptr<BIO, decltype(&BIO_free_all)> const memory(
        BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), BIO_free_all);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const pkey(
        PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX * inner = nullptr;
    if (!pkey || EVP_DigestVerifyInit(context.get(), &inner, EVP_sha256(), nullptr, pkey.get()) != 1) {
        return false;
    }
    if (algorithm == "PS256"
        && (EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PSS_PADDING) != 1
            || EVP_PKEY_CTX_set_rsa_pss_saltlen(inner, RSA_PSS_SALTLEN_DIGEST) != 1)) {
        return false;
    }
    return EVP_DigestVerify(context.get(), reinterpret_cast<unsigned char const *>(signature.data()), signature.size(),
               reinterpret_cast<unsigned char const *>(text.data()), text.size())
        == 1;
}

} // namespace

void Assertions::trust(std::string public_key)
{
    std::scoped_lock const lock(m_mutex);
    m_key = std::move(public_key);
}

std::string Assertions::fault_of(
    std::string_view assertion, std::string_view client, std::string_view audience, std::chrono::sys_seconds now)
{
    auto const first = assertion.find('.');
    auto const second = assertion.rfind('.');
    if (first == std::string_view::npos || first == second) {
        return "not three parts";
    }
    auto const head_text = decoded(assertion.substr(0, first));
    auto const claims_text = decoded(assertion.substr(first + 1, second - first - 1));
    auto const signature = decoded(assertion.substr(second + 1));
    if (!head_text || !claims_text || !signature) {
        return "not base64url";
    }
    auto const head = nlohmann::json::parse(*head_text, nullptr, false);
    auto const claims = nlohmann::json::parse(*claims_text, nullptr, false);
    if (!head.is_object() || !claims.is_object()) {
        return "not JSON";
    }
    auto const algorithm = head.value("alg", "");
    if (algorithm != "PS256" && algorithm != "RS256") {
        return "another algorithm";
    }
    std::scoped_lock const lock(m_mutex);
    if (!verified(assertion.substr(0, second), *signature, m_key, algorithm)) {
        return "the signature does not hold";
    }
    if (claims.value("iss", "") != client || claims.value("sub", "") != client) {
        return "of another client";
    }
    if (claims.value("aud", "") != audience) {
        return "for another audience";
    }
    auto const moment = [&claims](char const * name) {
        return std::chrono::sys_seconds(std::chrono::seconds(claims.value(name, std::int64_t { 0 })));
    };
    if (moment("iat") > now + skew_max || moment("exp") <= now - skew_max || moment("exp") > now + lifetime_max) {
        return "not of this time";
    }
    auto const jti = claims.value("jti", "");
    if (jti.size() < 16 || !m_used.insert(jti).second) {
        return "a jti that is none, or was used";
    }
    return {};
}

} // namespace ketensync::region
