#include "tests/region/random.hpp"

#include <algorithm>
#include <cmath>

namespace ketensync::region {
namespace {

constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15U;

std::uint64_t finish(std::uint64_t value)
{
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

} // namespace

std::uint64_t mix(std::uint64_t first, std::uint64_t second)
{
    return finish(finish(first + golden_gamma) ^ (second * golden_gamma + 0x632be59bd9b4e019U));
}

Random::Random(std::uint64_t seed, Purpose purpose, std::uint64_t first, std::uint64_t second)
    : m_state(mix(mix(seed, static_cast<std::uint64_t>(purpose)), mix(first, second)))
{
}

std::uint64_t Random::next()
{
    m_state += golden_gamma;
    return finish(m_state);
}

std::uint32_t Random::below(std::uint32_t limit)
{
    return static_cast<std::uint32_t>(((next() >> 32U) * limit) >> 32U);
}

int Random::between(int low, int high)
{
    return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1)));
}

double Random::unit()
{
    return static_cast<double>(next() >> 11U) * 0x1.0p-53;
}

int Random::quantile(std::span<int const> quantiles)
{
    auto const steps = static_cast<std::uint32_t>(quantiles.size() - 1);
    auto const step = below(steps);
    return between(quantiles[step], quantiles[step + 1]);
}

Weighted::Weighted(std::span<double const> weights)
{
    double total = 0;
    m_until.reserve(weights.size());
    for (auto const weight : weights) {
        total += weight;
        m_until.push_back(total);
    }
    for (auto & until : m_until) {
        until /= total;
    }
}

Weighted Weighted::zipf(std::size_t count, double flat, double steep)
{
    std::vector<double> weights(count);
    for (std::size_t rank = 0; rank < count; ++rank) {
        weights[rank] = 1.0 / std::pow(static_cast<double>(rank + 1) + flat, steep);
    }
    return Weighted(weights);
}

std::size_t Weighted::choose(Random & random) const
{
    auto const found = std::upper_bound(m_until.begin(), m_until.end(), random.unit());
    auto const index = static_cast<std::size_t>(found - m_until.begin());
    return std::min(index, m_until.size() - 1);
}

Permutation::Permutation(std::uint64_t seed, std::uint64_t size)
    : m_size(size)
    , m_half_bits(1)
{
    while ((std::uint64_t { 1 } << (2 * m_half_bits)) < size) {
        ++m_half_bits;
    }
    for (std::size_t round = 0; round < m_keys.size(); ++round) {
        m_keys[round] = mix(seed, round + 1);
    }
}

std::uint64_t Permutation::operator()(std::uint64_t index) const
{
    // A Feistel network is one-to-one on a power of four; walking on until we are inside keeps it so on any size.
    auto const mask = (std::uint64_t { 1 } << m_half_bits) - 1;
    auto value = index;
    do {
        auto left = value >> m_half_bits;
        auto right = value & mask;
        for (auto const key : m_keys) {
            auto const next = left ^ (mix(key, right) & mask);
            left = right;
            right = next;
        }
        value = (left << m_half_bits) | right;
    } while (value >= m_size);
    return value;
}

} // namespace ketensync::region
