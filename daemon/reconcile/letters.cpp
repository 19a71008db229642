#include "daemon/reconcile/letters.hpp"

#include <array>
#include <cstddef>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ketensync::reconcile {

namespace {

/// Of a longer text, or one that repeats a letter so often that it cannot be counted, nothing is known.
constexpr std::size_t counted_max = 40;
constexpr std::uint64_t unknown = ~std::uint64_t { 0 };
constexpr unsigned buckets = 15;

struct Counts {
    unsigned of_a = 0;
    unsigned of_b = 0;
    unsigned common = 0;
};

#if defined(__SSE2__)

/// The lowest four bits are no count.
__m128i spread(std::uint64_t packed)
{
    auto const even = _mm_cvtsi64_si128(static_cast<long long>(packed & ~std::uint64_t { 15 }));
    return _mm_and_si128(_mm_unpacklo_epi64(even, _mm_srli_epi64(even, 4)), _mm_set1_epi8(15));
}

unsigned sum(__m128i counts)
{
    auto const halves = _mm_sad_epu8(counts, _mm_setzero_si128());
    return static_cast<unsigned>(_mm_cvtsi128_si32(_mm_add_epi32(halves, _mm_unpackhi_epi64(halves, halves))));
}

Counts count(std::uint64_t a, std::uint64_t b)
{
    auto const one = spread(a);
    auto const other = spread(b);
    return { sum(one), sum(other), sum(_mm_min_epu8(one, other)) };
}

#else

Counts count(std::uint64_t a, std::uint64_t b)
{
    Counts counts;
    for (unsigned bucket = 1; bucket <= buckets; ++bucket) {
        auto const one = static_cast<unsigned>(a >> 4 * bucket & 15U);
        auto const other = static_cast<unsigned>(b >> 4 * bucket & 15U);
        counts.of_a += one;
        counts.of_b += other;
        counts.common += one < other ? one : other;
    }
    return counts;
}

#endif

/// With so many first letters in common Jaro must reach (0.8 - 0.1 n) / (1 - 0.1 n), so that of m matching letters
/// m / |a| + m / |b| must reach three times that less one: here times 420.
constexpr std::array<std::uint64_t, Letters::start_max + 1> needed { 588, 560, 525, 480, 420 };

} // namespace

Letters::Letters(std::string_view text)
{
    if (text.size() > counted_max) {
        m_packed = unknown;
        return;
    }
    if (!text.empty()) {
        m_packed = static_cast<unsigned char>(text.front()) & 15U;
    }
    for (char const letter : text) {
        auto const place = 4 * (1 + static_cast<unsigned char>(letter) % buckets);
        if ((m_packed >> place & 15U) == 15U) {
            m_packed = unknown;
            return;
        }
        m_packed += std::uint64_t { 1 } << place;
    }
}

unsigned Letters::start_needed(Letters a, Letters b)
{
    if (a.m_packed == unknown || b.m_packed == unknown) {
        return 0;
    }
    // No more letters can match than both have.
    auto const counts = count(a.m_packed, b.m_packed);
    auto const reached = std::uint64_t { 420 } * counts.common * (counts.of_a + counts.of_b);
    auto const sizes = std::uint64_t { counts.of_a } * counts.of_b;
    bool const start_alike = ((a.m_packed ^ b.m_packed) & 15U) == 0;
    unsigned start = 0;
    while (start <= start_max && (reached < needed[start] * sizes || (start != 0 && !start_alike))) {
        ++start;
    }
    return start;
}

} // namespace ketensync::reconcile
