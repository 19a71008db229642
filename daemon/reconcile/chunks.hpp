#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ketensync::reconcile {

/// Items by number that never move: growing costs one chunk, not a copy of all, and numbers given back are used again.
/// One thread owns it.
template <typename T>
class Chunks {
public:
    std::uint32_t take()
    {
        if (!m_free.empty()) {
            auto const number = m_free.back();
            m_free.pop_back();
            return number;
        }
        if (m_used % in_chunk == 0) {
            m_chunks.push_back(std::make_unique<T[]>(in_chunk));
        }
        return static_cast<std::uint32_t>(m_used++);
    }
    void give_back(std::uint32_t number)
    {
        (*this)[number] = {};
        m_free.push_back(number);
    }
    T & operator[](std::uint32_t number) { return m_chunks[number / in_chunk][number % in_chunk]; }
    T const & operator[](std::uint32_t number) const { return m_chunks[number / in_chunk][number % in_chunk]; }
    std::size_t bytes() const
    {
        return m_chunks.size() * in_chunk * sizeof(T) + m_free.capacity() * sizeof(std::uint32_t);
    }
    void keep(auto & snapshot)
    {
        snapshot(m_free, m_used);
        for (std::size_t chunk = 0; chunk * in_chunk < m_used && snapshot.sound(); ++chunk) {
            if (snapshot.reading()) {
                m_chunks.push_back(std::make_unique<T[]>(in_chunk));
            }
            snapshot.bytes(m_chunks[chunk].get(), in_chunk * sizeof(T));
        }
    }

private:
    static constexpr std::size_t in_chunk = 4096;

    std::vector<std::unique_ptr<T[]>> m_chunks;
    std::vector<std::uint32_t> m_free;
    std::size_t m_used = 0;
};

} // namespace ketensync::reconcile
