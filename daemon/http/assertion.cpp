#include "daemon/http/assertion.hpp"

#include "daemon/http/openssl_freed.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <memory>

namespace ketensync::http {

namespace {

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Signing = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

constexpr int key_bits_min = 2048;

/// No passphrase: nobody is there to type one.
int no_passphrase(char *, int, int, void *)
{
    return -1;
}

Result<Key> read_key(std::string const & pem)
{
    Memory const memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    Key key(memory ? PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_get_bits(key.get()) < key_bits_min) {
        return fail(Failure::configuration,
            fmt::format(
                "the key is not an RSA private key of {} bits or more, PEM, without a passphrase", key_bits_min));
    }
    return key;
}

Result<std::string> sign(std::string_view text, EVP_PKEY * key, Assertion::Algorithm algorithm)
{
    auto const bytes = reinterpret_cast<unsigned char const *>(text.data());
    Signing const signing(EVP_MD_CTX_new());
    EVP_PKEY_CTX * context = nullptr; // belongs to `signing`
    bool ok = signing && EVP_DigestSignInit(signing.get(), &context, EVP_sha256(), nullptr, key) == 1;
    if (algorithm == Assertion::Algorithm::ps256) {
        // RFC 7518, 3.5: the salt is as long as the digest.
        ok = ok && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    std::size_t size = 0;
    ok = ok && EVP_DigestSign(signing.get(), nullptr, &size, bytes, text.size()) == 1;
    std::string signature(size, '\0');
    ok = ok
        && EVP_DigestSign(signing.get(), reinterpret_cast<unsigned char *>(signature.data()), &size, bytes, text.size())
            == 1;
    if (!ok) {
        return fail(Failure::bug, "OpenSSL does not sign");
    }
    signature.resize(size);
    return signature;
}

} // namespace

std::string base64url(std::string_view bytes)
{
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    auto const size = EVP_EncodeBlock(reinterpret_cast<unsigned char *>(text.data()),
        reinterpret_cast<unsigned char const *>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    text.erase(std::min(text.find('='), text.size()));
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

Result<std::string> signed_assertion(Assertion const & assertion, std::string const & key, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto const signer, read_key(key));
    std::array<unsigned char, 16> random {};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        return fail(Failure::bug, "OpenSSL gives no random bytes");
    }
    auto const issued = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    nlohmann::json head { { "alg", assertion.algorithm == Assertion::Algorithm::ps256 ? "PS256" : "RS256" },
        { "typ", "JWT" } };
    if (!assertion.key_id.empty()) {
        head["kid"] = assertion.key_id;
    }
    nlohmann::json const claims { { "iss", assertion.client_id }, { "sub", assertion.client_id },
        { "aud", assertion.audience }, { "iat", issued.count() }, { "exp", (issued + assertion.lifetime).count() },
        { "jti", base64url({ reinterpret_cast<char const *>(random.data()), random.size() }) } };
    auto text = base64url(head.dump()) + '.' + base64url(claims.dump());
    KETENSYNC_TRY_ASSIGN(auto const signature, sign(text, signer.get(), assertion.algorithm));
    return text + '.' + base64url(signature);
}

} // namespace ketensync::http
