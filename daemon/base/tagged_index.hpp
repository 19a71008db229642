#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ketensync {

/// Finds the number of a thing by 32 bits of its fingerprint, the tag; the things themselves lie with the caller, who
/// says which of those with one tag is meant. Numbers count from 1. 8 bytes a place, from three to four fifths of which
/// are taken; it grows by a fifth at a time, in one sweep, without a look at the things. One thread adds; any number
/// may read.
class TaggedIndex {
public:
    /// The number with this tag for which `same(number)`, or 0.
    template <typename Same>
    std::uint32_t find(std::uint32_t tag, Same const & same) const
    {
        for (auto at = home(tag); m_places[at].number != 0; at = next(at)) {
            if (m_places[at].tag == tag && same(m_places[at].number)) {
                return m_places[at].number;
            }
        }
        return 0;
    }

    void add(std::uint32_t tag, std::uint32_t number)
    {
        if (++m_count * 5 > m_places.size() * 4) {
            grow();
        }
        place({ tag, number });
    }

    /// Fetches what `find` will look at.
    void prefetch(std::uint32_t tag) const { __builtin_prefetch(&m_places[home(tag)]); }
    std::size_t bytes() const { return m_places.capacity() * sizeof(Place); }
    void keep(auto & snapshot) { snapshot(m_places, m_count); }
    /// Nothing can be found or added any more.
    void give_up() { m_places = std::vector<Place>(); }

private:
    struct Place {
        std::uint32_t tag = 0;
        std::uint32_t number = 0;
    };

    /// Homes ascend with tags: that is what lets it grow in a sweep.
    std::size_t home(std::uint32_t tag) const
    {
        return static_cast<std::size_t>(std::uint64_t { tag } * m_places.size() >> 32U);
    }
    std::size_t next(std::size_t at) const { return at + 1 == m_places.size() ? 0 : at + 1; }

    void place(Place const & placed)
    {
        auto at = home(placed.tag);
        while (m_places[at].number != 0) {
            at = next(at);
        }
        m_places[at] = placed;
    }

    void grow()
    {
        std::vector<Place> places(m_places.size() + m_places.size() / 4);
        std::swap(places, m_places);
        for (auto const & kept : places) {
            if (kept.number != 0) {
                place(kept);
            }
        }
    }

    std::vector<Place> m_places = std::vector<Place>(64);
    std::size_t m_count = 0;
};

} // namespace ketensync
