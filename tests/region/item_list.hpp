#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// The JSON items of one list, one behind another with a comma between, so that a page is a slice of it and is served
/// without being put together. The bytes are our own, or those of a file that somebody has mapped.
class ItemList {
public:
    ItemList() = default;
    /// Over bytes of somebody else, who keeps them: `ends` has the offset behind each item.
    ItemList(std::string_view bytes, std::span<std::uint64_t const> ends)
        : m_view(bytes)
        , m_ends_view(ends)
    {
    }

    /// Where the next item is written; call `end_item` when it is there.
    std::string & out() { return m_bytes; }
    void end_item()
    {
        m_ends.push_back(m_bytes.size());
        m_bytes += ',';
    }
    void add(std::string_view item)
    {
        m_bytes += item;
        end_item();
    }

    std::size_t size() const { return ends().size(); }
    std::string_view bytes() const { return m_view.empty() ? std::string_view(m_bytes) : m_view; }
    /// The items from `first` on, at most `count`, with commas between them.
    std::string_view slice(std::size_t first, std::size_t count) const
    {
        auto const until = ends();
        if (first >= until.size() || count == 0) {
            return {};
        }
        auto const last = count < until.size() - first ? first + count : until.size();
        auto const begin = first == 0 ? 0 : until[first - 1] + 1;
        return bytes().substr(begin, until[last - 1] - begin);
    }

private:
    std::span<std::uint64_t const> ends() const
    {
        return m_view.empty() ? std::span<std::uint64_t const>(m_ends) : m_ends_view;
    }

    std::string m_bytes;
    std::vector<std::uint64_t> m_ends;
    std::string_view m_view;
    std::span<std::uint64_t const> m_ends_view;
};

} // namespace ketensync::region
