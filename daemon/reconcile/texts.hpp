#pragma once

#include "daemon/reconcile/bits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// Distinct texts, numbered from 1 in the order in which they came; 0 is the empty text. 15 bytes a text besides its
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
    std::uint32_t add(std::string_view text) { return add(text, hash(text)); }
    /// The same in two steps: between them what is looked up can be fetched.
    static std::uint32_t hash(std::string_view text)
    {
        return static_cast<std::uint32_t>(hash_text(text.substr(0, size_max)) >> 32U);
    }
    void prefetch(std::uint32_t hash) const { __builtin_prefetch(&m_table[home(hash)]); }
    std::uint32_t add(std::string_view text, std::uint32_t hash)
    {
        text = text.substr(0, size_max);
        if (text.empty()) {
            return 0;
        }
        if (m_ends.size() * 5 > m_table.size() * 4) {
            grow();
        }
        auto at = home(hash);
        for (; m_table[at].number != 0; at = next(at)) {
            if (m_table[at].hash == hash && this->text(m_table[at].number) == text) {
                return m_table[at].number;
            }
        }
        auto const number = static_cast<std::uint32_t>(m_ends.size());
        m_table[at] = { hash, number };
        m_letters += text;
        m_ends.push_back(static_cast<std::uint32_t>(m_letters.size()));
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
        std::uint32_t hash = 0;
        std::uint32_t number = 0;
    };

    /// Homes ascend with hashes, so that growing moves the slots in one sweep.
    std::size_t home(std::uint32_t hash) const
    {
        return static_cast<std::size_t>(std::uint64_t { hash } * m_table.size() >> 32U);
    }
    std::size_t next(std::size_t at) const { return at + 1 == m_table.size() ? 0 : at + 1; }

    void grow()
    {
        std::vector<Slot> slots(m_table.size() + m_table.size() / 4);
        std::swap(slots, m_table);
        for (auto const & slot : slots) {
            if (slot.number != 0) {
                auto at = home(slot.hash);
                while (m_table[at].number != 0) {
                    at = next(at);
                }
                m_table[at] = slot;
            }
        }
    }

    std::string m_letters;
    std::vector<std::uint32_t> m_ends;
    std::vector<Slot> m_table; ///< open addressing, four fifths full at most
};

} // namespace ketensync::reconcile
