#pragma once

#include "daemon/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ketensync::store {

/// Bytes as the store keeps them: zstd, fast level. Any thread.
std::string compress(std::string_view bytes);

/// The bytes back; Failure::configuration when they are damaged or longer than `bytes_max`.
Result<std::string> decompress(std::string_view compressed, std::size_t bytes_max);

}
