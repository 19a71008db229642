#pragma once

#include "daemon/reconcile/bits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// Distinct texts, numbered from 1 in the order in which they came; 0 is the empty text. 16 bytes a text besides its
/// letters. One thread adds; any number may read.
class Texts {
public:
    static constexpr std::size_t size_max = 255; ///< of one text; what is longer is cut off

    Texts()
        : m_ends(1)
        , m_table(64)
    {
    }

    /// The number of `text`, which is new when it equals `size()` before the call.
    std::uint32_t add(std::string_view text)
    {
        text = text.substr(0, size_max);
        if (text.empty()) {
            return 0;
        }
        auto const hash = hash_text(text);
        auto const tag = static_cast<std::uint32_t>(hash >> 32U);
        auto at = seek(hash, tag, text);
        if (m_table[at].number != 0) {
            return m_table[at].number;
        }
        auto const number = static_cast<std::uint32_t>(m_ends.size());
        m_table[at] = { tag, number };
        m_letters += text;
        m_ends.push_back(static_cast<std::uint32_t>(m_letters.size()));
        if (m_ends.size() * 10 > m_table.size() * 7) {
            grow();
        }
        return number;
    }

    std::string_view text(std::uint32_t number) const
    {
        return number == 0
            ? std::string_view()
            : std::string_view(m_letters).substr(m_ends[number - 1], m_ends[number] - m_ends[number - 1]);
    }
    std::size_t size() const { return m_ends.size(); }
    std::size_t bytes() const
    {
        return m_letters.capacity() + m_ends.capacity() * sizeof(std::uint32_t) + m_table.capacity() * sizeof(Slot);
    }
    /// Gives the index up: nothing can be added any more.
    void freeze() { m_table = std::vector<Slot>(); }

private:
    struct Slot {
        std::uint32_t tag = 0;
        std::uint32_t number = 0;
    };

    std::size_t seek(std::uint64_t hash, std::uint32_t tag, std::string_view wanted) const
    {
        auto const mask = m_table.size() - 1;
        auto at = static_cast<std::size_t>(hash) & mask;
        while (m_table[at].number != 0 && !(m_table[at].tag == tag && text(m_table[at].number) == wanted)) {
            at = (at + 1) & mask;
        }
        return at;
    }

    void grow()
    {
        m_table = std::vector<Slot>(m_table.size() * 2);
        auto const mask = m_table.size() - 1;
        for (std::uint32_t number = 1; number < m_ends.size(); ++number) {
            auto const hash = hash_text(text(number));
            auto at = static_cast<std::size_t>(hash) & mask;
            while (m_table[at].number != 0) {
                at = (at + 1) & mask;
            }
            m_table[at] = { static_cast<std::uint32_t>(hash >> 32U), number };
        }
    }

    std::string m_letters;
    std::vector<std::uint32_t> m_ends;
    std::vector<Slot> m_table; ///< open addressing, a power of two
};

} // namespace ketensync::reconcile
