#include "daemon/record/ids.hpp"

#include <string>

#include <xxhash.h>

namespace ketensync::record {

Fingerprint fingerprint(std::string_view bytes)
{
    auto const hash = XXH3_128bits(bytes.data(), bytes.size());
    return { hash.high64, hash.low64 };
}

Fingerprint fingerprint(std::initializer_list<std::string_view> parts)
{
    std::string joined;
    for (auto const part : parts) {
        auto const size = static_cast<std::uint32_t>(part.size());
        joined.append({ static_cast<char>(size & 0xff), static_cast<char>(size >> 8 & 0xff),
            static_cast<char>(size >> 16 & 0xff), static_cast<char>(size >> 24 & 0xff) });
        joined += part;
    }
    return fingerprint(std::string_view(joined));
}

}
