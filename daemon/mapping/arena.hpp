#pragma once

#include <array>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace ketensync::mapping {

/// Keeps the texts that come into being while one document is mapped. Most documents need no more than the bytes it
/// brings, so that mapping allocates nothing but the records. Owned by one call.
class Arena {
public:
    std::string_view keep(std::string_view text)
    {
        char * const at = room(text.size());
        if (!text.empty()) {
            std::memcpy(at, text.data(), text.size());
        }
        return { at, text.size() };
    }
    /// Everything kept so far is forgotten; call when no view of it is used any more.
    void clear()
    {
        m_used = 0;
        m_more.clear();
    }

private:
    char * room(std::size_t size)
    {
        if (size <= m_first.size() - m_used) {
            m_used += size;
            return m_first.data() + (m_used - size);
        }
        return m_more.emplace_back(std::make_unique<char[]>(size)).get();
    }

    std::array<char, 3072> m_first; // left unset on purpose: only what was kept is ever read
    std::size_t m_used = 0;
    std::vector<std::unique_ptr<char[]>> m_more;
};

} // namespace ketensync::mapping
