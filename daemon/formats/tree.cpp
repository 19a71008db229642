#include "daemon/formats/tree.hpp"

#include <algorithm>

namespace ketensync::formats {

void Tree::clear()
{
    m_nodes.clear();
    m_chunk = 0;
    m_used = 0;
}

std::string_view Tree::keep(std::string_view text)
{
    constexpr std::size_t chunk_bytes = 4096;
    while (m_chunk < m_chunks.size() && m_chunks[m_chunk].size - m_used < text.size()) {
        ++m_chunk;
        m_used = 0;
    }
    if (m_chunk == m_chunks.size()) {
        auto const size = std::max(chunk_bytes, text.size());
        m_chunks.push_back({ std::make_unique<char[]>(size), size });
    }
    auto * const place = m_chunks[m_chunk].bytes.get() + m_used;
    std::copy(text.begin(), text.end(), place);
    m_used += text.size();
    return { place, text.size() };
}

Tree::Id Tree::member(Id object, std::string_view name) const
{
    for (auto id = m_nodes[object].first; id != none; id = m_nodes[id].next) {
        if (m_nodes[id].name == name) {
            return id;
        }
    }
    return none;
}

} // namespace ketensync::formats
