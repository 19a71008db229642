#pragma once

#include "daemon/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ketensync::store {

/// Bytes as the store keeps them: zstd. Any thread.
std::string compress(std::string_view bytes);
/// For bytes that stay for seconds: twice as fast, half as small.
std::string compress_for_now(std::string_view bytes);

/// The bytes back; Failure::configuration when they are damaged or longer than `bytes_max`.
Result<std::string> decompress(std::string_view compressed, std::size_t bytes_max);

}
