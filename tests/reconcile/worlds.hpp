#pragma once

#include <cstdint>

namespace ketensync::reconcile::test {

/// How many random worlds a test goes through: a sanitizer, which takes some forty times as long for each, sees fewer.
constexpr std::uint64_t worlds(std::uint64_t count)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return count / 40;
#else
    return count;
#endif
}

} // namespace ketensync::reconcile::test
