#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ketensync::region {

/// How many persons can have a number of their own.
constexpr std::uint64_t bsn_count = 9'900'000;

/// The valid BSN of person `index`, below bsn_count: no two persons have the same. Made up: a real person may have it.
std::uint32_t bsn_of(std::uint64_t seed, std::uint64_t index);

/// True when the number passes the elfproef: 9a+8b+7c+6d+5e+4f+3g+2h-i is a multiple of eleven.
bool passes_elfproef(std::uint32_t bsn);

/// Nine digits.
std::string bsn_text(std::uint32_t bsn);

} // namespace ketensync::region
