#pragma once

#include "daemon/base/big_pages.hpp"
#include "daemon/base/tagged_index.hpp"
#include "daemon/reconcile/bits.hpp"

#include <cstddef>
#include <cstdint>
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
    {
    }

    /// The number of `text`, which is new when it equals `size()` before the call.
    std::uint32_t add(std::string_view text) { return add(text, hash(text)); }
    /// The same in two steps: between them what is looked up can be fetched.
    static std::uint32_t hash(std::string_view text)
    {
        return static_cast<std::uint32_t>(hash_text(text.substr(0, size_max)) >> 32U);
    }
    void prefetch(std::uint32_t hash) const { m_index.prefetch(hash); }
    std::uint32_t add(std::string_view text, std::uint32_t hash)
    {
        text = text.substr(0, size_max);
        if (text.empty()) {
            return 0;
        }
        if (auto const known = m_index.find(hash, [&](std::uint32_t number) { return this->text(number) == text; })) {
            return known;
        }
        auto const number = static_cast<std::uint32_t>(m_ends.size());
        m_index.add(hash, number);
        m_letters.insert(m_letters.end(), text.begin(), text.end());
        m_ends.push_back(static_cast<std::uint32_t>(m_letters.size()));
        return number;
    }

    std::string_view text(std::uint32_t number) const
    {
        return number == 0
            ? std::string_view()
            : std::string_view(m_letters.data() + m_ends[number - 1], m_ends[number] - m_ends[number - 1]);
    }
    std::size_t size() const { return m_ends.size(); }
    std::size_t bytes() const
    {
        return m_letters.capacity() + m_ends.capacity() * sizeof(std::uint32_t) + m_index.bytes();
    }
    void keep(auto & snapshot) { snapshot(m_letters, m_ends, m_index); }
    /// Gives the index up: nothing can be added any more.
    void freeze() { m_index.give_up(); }

private:
    BigVector<char> m_letters;
    BigVector<std::uint32_t> m_ends;
    TaggedIndex m_index; ///< by hash
};

} // namespace ketensync::reconcile
