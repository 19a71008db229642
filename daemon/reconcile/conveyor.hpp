#pragma once

#include "daemon/reconcile/ordered_rows.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ketensync::reconcile {

/// Pairs that are to be looked at, some places before they are: their rows, and then what the rows say, are fetched from
/// memory meanwhile. In the order in which they were put. One task's own.
class Conveyor {
public:
    explicit Conveyor(OrderedRows const & rows)
        : m_rows(rows)
    {
    }

    /// look(a, b) of the pair that was put on `length` pairs ago.
    template <typename Look>
    void put(std::uint32_t a, std::uint32_t b, Look const & look)
    {
        if (m_put - m_taken == length) {
            take(look);
        }
        m_rows.prefetch(a);
        m_rows.prefetch(b);
        m_pairs[m_put++ % length] = { a, b };
        if (m_put - m_taken > length / 2) {
            auto const & half_way = m_pairs[(m_put - length / 2) % length];
            m_rows.prefetch_differences(half_way.a, half_way.b);
        }
    }

    /// The rest of them.
    template <typename Look>
    void finish(Look const & look)
    {
        while (m_taken != m_put) {
            take(look);
        }
    }

private:
    static constexpr std::size_t length = 16;
    struct Pair {
        std::uint32_t a = 0;
        std::uint32_t b = 0;
    };

    template <typename Look>
    void take(Look const & look)
    {
        auto const pair = m_pairs[m_taken++ % length];
        look(pair.a, pair.b);
    }

    OrderedRows const & m_rows;
    std::array<Pair, length> m_pairs {};
    std::size_t m_put = 0;
    std::size_t m_taken = 0;
};

} // namespace ketensync::reconcile
