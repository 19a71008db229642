#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

// Entries with a 32-bit `key`, put in its order and taken a run of equal keys at a time.

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
