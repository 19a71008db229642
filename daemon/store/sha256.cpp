#include "daemon/store/sha256.hpp"

#include "daemon/store/seal.hpp"

#include <sodium.h>

#include <vector>

namespace ketensync::store {

std::string sha256(std::string_view bytes)
{
    std::vector<unsigned char> const text(bytes.begin(), bytes.end());
    std::vector<unsigned char> hash(crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash.data(), text.data(), text.size());
    return in_hex(std::string(hash.begin(), hash.end()));
}

}
