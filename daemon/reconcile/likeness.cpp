#include "daemon/reconcile/likeness.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace ketensync::reconcile {

namespace {

/// A position is a bit of a word.
constexpr std::size_t letters_max = 64;

/// Where a letter stands in a text of at most 64: a bit a position.
class Positions {
public:
    explicit Positions(std::string_view text)
        : m_blocks((text.size() + 15) / 16)
        , m_valid(text.size() >= 64 ? ~std::uint64_t { 0 } : (std::uint64_t { 1 } << text.size()) - 1)
    {
        std::memcpy(m_letters.data(), text.data(), text.size());
    }

    std::uint64_t of(char letter) const
    {
        std::uint64_t found = 0;
#if defined(__SSE2__)
        auto const wanted = _mm_set1_epi8(letter);
        for (std::size_t block = 0; block < m_blocks; ++block) {
            __m128i const letters = _mm_loadu_si128(reinterpret_cast<__m128i const *>(m_letters.data() + block * 16));
            auto const mask = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(letters, wanted)));
            found |= std::uint64_t { mask } << block * 16;
        }
#else
        for (std::size_t i = 0; i < m_blocks * 16; ++i) {
            found |= std::uint64_t { m_letters[i] == letter } << i;
        }
#endif
        return found & m_valid;
    }

private:
    std::size_t m_blocks;
    std::uint64_t m_valid;
    alignas(16) std::array<char, letters_max> m_letters; // only m_blocks of it are ever read, and m_valid of those used
};

double jaro(std::string_view a, std::string_view b)
{
    auto const longest = std::max(a.size(), b.size());
    auto const reach = longest < 4 ? std::size_t { 0 } : longest / 2 - 1;
    Positions const in_b(b);
    std::uint64_t taken = 0;
    std::array<char, letters_max> met;
    std::size_t matches = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        // The positions from i - reach to i + reach.
        auto const low = i > reach ? ~std::uint64_t { 0 } << (i - reach) : ~std::uint64_t { 0 };
        auto const high = i + reach >= 63 ? ~std::uint64_t { 0 } : (std::uint64_t { 2 } << (i + reach)) - 1;
        auto const free = in_b.of(a[i]) & low & high & ~taken;
        met[matches] = a[i];
        matches += free != 0 ? 1U : 0U;
        taken |= free & (~free + 1);
    }
    if (matches == 0) {
        return 0.0;
    }
    std::size_t misplaced = 0;
    std::size_t k = 0;
    for (auto rest = taken; rest != 0; rest &= rest - 1) {
        misplaced += met[k++] != b[static_cast<std::size_t>(std::countr_zero(rest))] ? 1U : 0U;
    }
    auto const m = static_cast<double>(matches);
    return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size())
               + (m - static_cast<double>(misplaced / 2)) / m)
        / 3.0;
}

} // namespace

double jaro_winkler(std::string_view a, std::string_view b)
{
    a = a.substr(0, letters_max);
    b = b.substr(0, letters_max);
    if (a.empty() || b.empty()) {
        return a.empty() && b.empty() ? 1.0 : 0.0;
    }
    auto const base = jaro(a, b);
    std::size_t start = 0;
    while (start < 4 && start < a.size() && start < b.size() && a[start] == b[start]) {
        ++start;
    }
    return base + 0.1 * static_cast<double>(start) * (1.0 - base);
}

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    a = a.substr(0, letters_max);
    b = b.substr(0, letters_max);
    if (a.empty() || b.empty()) {
        return std::max(a.size(), b.size());
    }
    Positions const in_a(a);
    auto const last = std::uint64_t { 1 } << (a.size() - 1);
    auto distance = a.size();
    auto vertical_more = ~std::uint64_t { 0 };
    std::uint64_t vertical_less = 0;
    std::uint64_t diagonal = 0;
    std::uint64_t before = 0;
    for (char const letter : b) {
        auto const equal = in_a.of(letter);
        auto const swapped = ((~diagonal & equal) << 1U) & before;
        diagonal = (((equal & vertical_more) + vertical_more) ^ vertical_more) | equal | vertical_less | swapped;
        auto more = vertical_less | ~(diagonal | vertical_more);
        auto less = vertical_more & diagonal;
        distance += (more & last) != 0 ? 1U : 0U;
        distance -= (less & last) != 0 ? 1U : 0U;
        more = more << 1U | 1U;
        less <<= 1U;
        vertical_more = less | ~(diagonal | more);
        vertical_less = more & diagonal;
        before = equal;
    }
    return distance;
}

std::uint32_t letter_counts(std::string_view text)
{
    std::uint32_t counts = 0;
    for (char const letter : text) {
        auto const place = (static_cast<unsigned char>(letter) & 7U) * 4;
        counts += (counts >> place & 15U) == 15U ? 0U : 1U << place;
    }
    return counts;
}

bool counts_within_one_edit(std::uint32_t a, std::uint32_t b)
{
    unsigned differing = 0;
    for (; a != b; a >>= 4U, b >>= 4U) {
        auto const one = a & 15U;
        auto const other = b & 15U;
        differing += one > other ? one - other : other - one;
    }
    return differing <= 2; // one letter for another
}

bool within_one_edit(std::string_view a, std::string_view b)
{
    if (a.size() > b.size()) {
        std::swap(a, b);
    }
    if (b.size() - a.size() > 1) {
        return false;
    }
    auto const differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    auto const at = static_cast<std::size_t>(differ.first - a.begin());
    auto const a_rest = a.substr(at);
    auto const b_rest = b.substr(at);
    if (a.size() < b.size()) {
        return a_rest == b_rest.substr(1);
    }
    if (a_rest.empty() || a_rest.substr(1) == b_rest.substr(1)) {
        return true;
    }
    return a_rest.size() >= 2 && a_rest[0] == b_rest[1] && a_rest[1] == b_rest[0]
        && a_rest.substr(2) == b_rest.substr(2);
}

} // namespace ketensync::reconcile
