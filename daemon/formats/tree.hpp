#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace ketensync::formats {

/// One document as addressable values, whatever its format was: objects with named members, arrays, and scalars as
/// UTF-8 text exactly as the source wrote them (numbers keep every digit). CSV and fixed-width rows are one object of
/// texts; an XML element is always an object, whose attributes are members named "@name", whose own text (without the
/// space around it; absent when there is none) is "#text", and whose repeated child elements follow one another under
/// the same name.
///
/// Reused from document to document by one thread; views stay valid until `clear`, and no longer than the slice and the
/// parser that made them.
class Tree {
public:
    enum class Type : std::uint8_t { null, text, number, boolean, object, array };
    using Id = std::uint32_t;
    static constexpr Id none = 0xffff'ffff;
    static constexpr Id root = 0;

    struct Node {
        std::string_view name; ///< of a member of an object
        std::string_view text; ///< of a scalar; "true" or "false" of a boolean
        Id first = none; ///< first child of an object or array
        Id last = none;
        Id next = none; ///< next child of the same parent
        Type type = Type::null;
    };

    void clear();
    bool empty() const { return m_nodes.empty(); }
    /// Adds a node under `parent` (none for the root, which comes first) and gives its id.
    Id add(Id parent, std::string_view name, Type type, std::string_view text = {})
    {
        auto const id = static_cast<Id>(m_nodes.size());
        m_nodes.push_back({ name, text, none, none, none, type });
        if (parent != none) {
            auto & above = m_nodes[parent];
            (above.first == none ? above.first : m_nodes[above.last].next) = id;
            above.last = id;
        }
        return id;
    }
    /// Keeps a copy of `text` as long as the tree: for text that is not in the slice (unescaped, transcoded).
    std::string_view keep(std::string_view text);

    Node const & operator[](Id id) const { return m_nodes[id]; }
    Node & at(Id id) { return m_nodes[id]; }
    /// The first member of that name, or none.
    Id member(Id object, std::string_view name) const;
    std::size_t size() const { return m_nodes.size(); }

private:
    /// Memory for kept text; given back only with the tree, so that a document costs no allocation.
    struct Chunk {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
    };

    std::vector<Node> m_nodes;
    std::vector<Chunk> m_chunks;
    std::size_t m_chunk = 0; ///< the one in use
    std::size_t m_used = 0; ///< bytes of it
};

} // namespace ketensync::formats
