#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

// Sorting by digits: entries with a 32-bit `key`, which are then taken a run of equal keys at a time, and numbers.

/// By key, in three passes of nine bits; the six highest are the same within a part.
template <typename Entry>
void sort_by_key(std::vector<Entry> & entries, std::vector<Entry> & scratch)
{
    if (entries.size() < 64) {
        std::stable_sort(entries.begin(), entries.end(), [](auto const & a, auto const & b) { return a.key < b.key; });
        return;
    }
    scratch.resize(entries.size());
    for (unsigned shift = 0; shift < 27; shift += 9) {
        std::array<std::uint32_t, 512> places {};
        for (auto const & entry : entries) {
            ++places[entry.key >> shift & 511U];
        }
        std::uint32_t sum = 0;
        for (auto & place : places) {
            sum += std::exchange(place, sum);
        }
        for (auto const & entry : entries) {
            scratch[places[entry.key >> shift & 511U]++] = entry;
        }
        std::swap(entries, scratch);
    }
}

/// Stable, by `count` bits from `first` on.
inline void sort_by_bits(
    std::vector<std::uint64_t> & numbers, std::vector<std::uint64_t> & scratch, unsigned first, unsigned count)
{
    constexpr unsigned digit_bits = 11;
    scratch.resize(numbers.size());
    std::array<std::uint32_t, 1U << digit_bits> places;
    for (unsigned done = 0; done < count; done += digit_bits) {
        auto const bits = std::min(digit_bits, count - done);
        auto const shift = first + done;
        auto const mask = (1U << bits) - 1;
        std::fill_n(places.begin(), mask + 1, 0);
        for (auto const number : numbers) {
            ++places[number >> shift & mask];
        }
        std::uint32_t sum = 0;
        for (unsigned digit = 0; digit <= mask; ++digit) {
            sum += std::exchange(places[digit], sum);
        }
        for (auto const number : numbers) {
            scratch[places[number >> shift & mask]++] = number;
        }
        std::swap(numbers, scratch);
    }
}

template <typename Entry, typename Action>
void each_run(std::vector<Entry> const & entries, Action action)
{
    for (std::size_t from = 0; from < entries.size();) {
        auto to = from + 1;
        while (to < entries.size() && entries[to].key == entries[from].key) {
            ++to;
        }
        action(from, to);
        from = to;
    }
}

} // namespace ketensync::reconcile
