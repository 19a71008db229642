#pragma once

#include <string>
#include <string_view>

namespace ketensync::store {

/// SHA-256 in hexadecimal: what others can work out with their own tools. Any thread.
std::string sha256(std::string_view bytes);

}
