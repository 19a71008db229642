#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace ketensync::formats::json {

/// 64 bytes of JSON looked at as a whole: bit i of each mask is about byte i. This is what makes an unchanged page
/// nearly free; every other machine than x86 takes the plain loop.
struct Block {
    static constexpr std::size_t size = 64;

    std::uint64_t quotes = 0;
    std::uint64_t backslashes = 0;
    std::uint64_t openers = 0; ///< { and [
    std::uint64_t closers = 0; ///< } and ]
};

#ifdef __SSE2__

inline Block look(char const * bytes)
{
    Block block;
    auto const mask = [](__m128i matches, unsigned shift) {
        return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(matches))) << shift;
    };
    for (unsigned at = 0; at < Block::size; at += 16) {
        __m128i const some = _mm_loadu_si128(static_cast<__m128i const *>(static_cast<void const *>(bytes + at)));
        // '[' and '{', ']' and '}' differ in bit 5 only, and no other character becomes one of them by setting it.
        __m128i const folded = _mm_or_si128(some, _mm_set1_epi8(0x20));
        block.quotes |= mask(_mm_cmpeq_epi8(some, _mm_set1_epi8('"')), at);
        block.backslashes |= mask(_mm_cmpeq_epi8(some, _mm_set1_epi8('\\')), at);
        block.openers |= mask(_mm_cmpeq_epi8(folded, _mm_set1_epi8('{')), at);
        block.closers |= mask(_mm_cmpeq_epi8(folded, _mm_set1_epi8('}')), at);
    }
    return block;
}

/// The first quote, backslash or control character from `at`, or `end`.
inline char const * plain_end(char const * at, char const * end)
{
    for (; end - at >= 16; at += 16) {
        __m128i const some = _mm_loadu_si128(static_cast<__m128i const *>(static_cast<void const *>(at)));
        __m128i const control = _mm_cmpeq_epi8(_mm_min_epu8(some, _mm_set1_epi8(0x1f)), some);
        __m128i const special = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(some, _mm_set1_epi8('"')), _mm_cmpeq_epi8(some, _mm_set1_epi8('\\'))), control);
        if (auto const found = static_cast<std::uint32_t>(_mm_movemask_epi8(special)); found != 0) {
            return at + std::countr_zero(found);
        }
    }
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) {
        ++at;
    }
    return at;
}

#else

inline Block look(char const * bytes)
{
    Block block;
    for (std::size_t at = 0; at < Block::size; ++at) {
        std::uint64_t const bit = std::uint64_t { 1 } << at;
        switch (bytes[at]) {
        case '"':
            block.quotes |= bit;
            break;
        case '\\':
            block.backslashes |= bit;
            break;
        case '{':
        case '[':
            block.openers |= bit;
            break;
        case '}':
        case ']':
            block.closers |= bit;
            break;
        default:
            break;
        }
    }
    return block;
}

inline char const * plain_end(char const * at, char const * end)
{
    while (at != end && *at != '"' && *at != '\\' && static_cast<unsigned char>(*at) >= 0x20) {
        ++at;
    }
    return at;
}

#endif

} // namespace ketensync::formats::json
