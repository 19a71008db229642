#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ketensync::region {

/// What a stream of chance is for. Each purpose has its own stream, so that a new question asked in one place never
/// changes an answer given in another.
enum class Purpose : std::uint64_t {
    household = 1,
    name,
    home,
    moving,
    uitkering,
    voorziening,
    registration,
    training,
    project,
    contact,
    uwv_dirt,
    uwv_number,
    municipal_dirt,
    provider_dirt,
    sheet_dirt,
    um_profile,
    identity,
    redelivery,
    change,
};

/// Chance that is the same on every machine: splitmix64 and our own distributions, for those of the standard library
/// differ from one library to the next. A stream is made from its key in a few nanoseconds; make many.
class Random {
public:
    Random(std::uint64_t seed, Purpose purpose, std::uint64_t first = 0, std::uint64_t second = 0);

    std::uint64_t next();
    /// From 0 up to, but not including, `limit`.
    std::uint32_t below(std::uint32_t limit);
    /// From `low` up to and including `high`.
    int between(int low, int high);
    /// From 0 up to 1.
    double unit();
    bool chance(double probability) { return unit() < probability; }
    /// A value between quantiles that lie equally far apart: {min, …, median, …, max}.
    int quantile(std::span<int const> quantiles);

    template <typename Container>
    auto const & pick(Container const & items)
    {
        return items[below(static_cast<std::uint32_t>(std::size(items)))];
    }

private:
    std::uint64_t m_state;
};

/// Mixes numbers into one of 64 bits, well spread.
std::uint64_t mix(std::uint64_t first, std::uint64_t second);

/// A choice from n things of unequal weight.
class Weighted {
public:
    Weighted() = default;
    explicit Weighted(std::span<double const> weights);
    /// Weights as ranks of a natural language have: 1 / (rank + flat) ^ steep.
    static Weighted zipf(std::size_t count, double flat, double steep);
    std::size_t choose(Random & random) const;

private:
    std::vector<double> m_until;
};

/// A one-to-one scrambling of 0 … size-1, for numbers that must be unique and look unordered.
class Permutation {
public:
    Permutation(std::uint64_t seed, std::uint64_t size);
    std::uint64_t operator()(std::uint64_t index) const;

private:
    std::array<std::uint64_t, 4> m_keys {};
    std::uint64_t m_size;
    unsigned m_half_bits;
};

} // namespace ketensync::region
