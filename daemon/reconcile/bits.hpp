#pragma once

#include "daemon/record/ids.hpp"

#include <cstdint>
#include <string_view>

namespace ketensync::reconcile {

/// A 64-bit number that stands for a text; never 0.
inline std::uint64_t hash_text(std::string_view text)
{
    return record::fingerprint(text).low | 1U;
}

/// Two numbers into one, well spread (the finaliser of MurmurHash3): for keys in memory, not kept anywhere.
constexpr std::uint64_t mix(std::uint64_t seed, std::uint64_t value)
{
    auto bits = (seed * 0x9E3779B97F4A7C15ULL + value) * 0xFF51AFD7ED558CCDULL;
    bits ^= bits >> 32U;
    bits *= 0xC4CEB9FE1A85EC53ULL;
    return bits ^ bits >> 29U;
}

} // namespace ketensync::reconcile
