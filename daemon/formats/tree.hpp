#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats {

/// One document as addressable values, whatever its format was: objects with named members, arrays, and scalars as
/// UTF-8 text exactly as the source wrote them (numbers keep every digit). CSV and fixed-width rows are one object of
/// texts; an XML element is an object whose attributes are members named "@name", whose own text is "#text", and whose
/// repeated child elements follow one another under the same name.
///
/// Reused from document to document by one thread; views stay valid until `clear`, and no longer than the slice that
/// was parsed.
class Tree {
public:
    enum class Type : std::uint8_t { null, text, number, boolean, object, array };
    using Id = std::uint32_t;
    static constexpr Id none = 0xffff'ffff;
    static constexpr Id root = 0;

    struct Node {
        std::string_view name; ///< of a member of an object
        std::string_view text; ///< of a scalar; "true" or "false" of a boolean
        Id first = none;       ///< first child of an object or array
        Id last = none;
        Id next = none;        ///< next child of the same parent
        Type type = Type::null;
    };

    void clear();
    bool empty() const { return m_nodes.empty(); }
    /// Adds a node under `parent` (none for the root, which comes first) and gives its id.
    Id add(Id parent, std::string_view name, Type type, std::string_view text = {});
    /// Keeps a copy of `text` as long as the tree: for text that is not in the slice (unescaped, transcoded).
    std::string_view keep(std::string text);

    Node const & operator[](Id id) const { return m_nodes[id]; }
    Node & at(Id id) { return m_nodes[id]; }
    /// The first member of that name, or none.
    Id member(Id object, std::string_view name) const;
    std::size_t size() const { return m_nodes.size(); }

private:
    std::vector<Node> m_nodes;
    std::deque<std::string> m_kept;
};

}
