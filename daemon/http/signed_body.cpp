#include "daemon/http/signed_body.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace ketensync::http {

Result<std::string> hmac_sha256(std::string_view key, std::string_view text)
{
    if (constexpr std::size_t least = 16; key.size() < least) {
        return fail(Failure::configuration, fmt::format("a key that signs has at least {} characters", least));
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum {};
    unsigned int size = 0;
    auto const * const bytes = static_cast<unsigned char const *>(static_cast<void const *>(text.data()));
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), sum.data(), &size) == nullptr) {
        return fail(Failure::bug, "OpenSSL makes no HMAC");
    }
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        hex += fmt::format("{:02x}", sum.at(i));
    }
    return hex;
}

} // namespace ketensync::http
