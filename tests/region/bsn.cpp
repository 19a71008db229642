#include "tests/region/bsn.hpp"

#include "tests/region/day.hpp"
#include "tests/region/random.hpp"

namespace ketensync::region {
namespace {

// Without the first 100 000 every number has at most one leading zero, as in life.
constexpr std::uint32_t first_prefix = 100'000;

std::uint32_t weighted_sum(std::uint32_t digits, std::uint32_t lowest_weight)
{
    std::uint32_t sum = 0;
    for (auto weight = lowest_weight; digits != 0; digits /= 10, ++weight) {
        sum += digits % 10 * weight;
    }
    return sum;
}

} // namespace

bool passes_elfproef(std::uint32_t bsn)
{
    auto const sum = weighted_sum(bsn / 10, 2);
    return bsn != 0 && bsn <= 999'999'999 && sum % 11 == bsn % 10;
}

std::uint32_t bsn_of(std::uint64_t seed, std::uint64_t index)
{
    // The first seven digits are the person's own; of the ten eighth digits about nine have a valid ninth.
    Permutation const scramble(mix(seed, 0xb5), bsn_count);
    auto const prefix = first_prefix + static_cast<std::uint32_t>(scramble(index));
    auto eighth = static_cast<std::uint32_t>(mix(seed, index) % 10);
    for (;; eighth = (eighth + 1) % 10) {
        auto const eight = prefix * 10 + eighth;
        auto const ninth = weighted_sum(eight, 2) % 11;
        if (ninth < 10) {
            return eight * 10 + ninth;
        }
    }
}

std::string bsn_text(std::uint32_t bsn)
{
    std::string text;
    append_padded(text, bsn, 9);
    return text;
}

} // namespace ketensync::region
