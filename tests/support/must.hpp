#pragma once

#include "daemon/base/result.hpp"

#include <stdexcept>
#include <type_traits>
#include <utility>

namespace ketensync::support {

/// The value of what a test or a measurement cannot do without. Throws std::runtime_error with the sentence of its error.
template <typename T>
T must(Result<T> result)
{
    if (!result) {
        throw std::runtime_error(result.error().what);
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

} // namespace ketensync::support
