#pragma once

#include "daemon/reconcile/bits.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

/// Numbers patterns in the order in which they come and counts them. There are thousands where there are millions of
/// pairs, so that finding one costs a look or two. One thread's own.
class PatternNumbers {
public:
    PatternNumbers()
        : m_places(1024)
    {
    }

    std::uint32_t take(std::uint64_t pattern)
    {
        auto & place = m_places[find(pattern)];
        if (place.count++ != 0) {
            return place.number;
        }
        auto const number = m_size++;
        place.pattern = pattern;
        place.number = number;
        if (std::size_t { m_size } * 2 > m_places.size()) {
            grow();
        }
        return number;
    }

    std::size_t size() const { return m_size; }
    /// each(pattern, number, count), in no order.
    template <typename Action>
    void each(Action const & action) const
    {
        for (auto const & place : m_places) {
            if (place.count != 0) {
                action(place.pattern, place.number, place.count);
            }
        }
    }

private:
    struct Place {
        std::uint64_t pattern = 0;
        std::uint64_t count = 0; ///< 0: nothing is there
        std::uint32_t number = 0;
    };

    std::size_t find(std::uint64_t pattern) const
    {
        auto const mask = m_places.size() - 1;
        auto at = static_cast<std::size_t>(mix(0, pattern)) & mask;
        while (m_places[at].count != 0 && m_places[at].pattern != pattern) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void grow()
    {
        auto const before = std::exchange(m_places, std::vector<Place>(m_places.size() * 4));
        for (auto const & place : before) {
            if (place.count != 0) {
                m_places[find(place.pattern)] = place;
            }
        }
    }

    std::vector<Place> m_places; ///< by hash
    std::uint32_t m_size = 0;
};

} // namespace ketensync::reconcile
