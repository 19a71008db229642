#pragma once

#include "daemon/formats/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats {

/// What the documents of one feed look like: their fields at every depth, what stands in them, and how often there is a
/// value. From one run to the next it says what a source changed without telling: a field that is new, one that holds
/// another type of value, one that has no value any more.
///
/// It holds names and counts, never a value; a name that looks like data (a long one, one with many digits, one with an
/// @) is kept as "*". It holds `fields_max` fields at most: what lies beyond is not watched, and said to be so. What a
/// first whole run shows is taken as it is. Owned by one thread.
class Shape {
public:
    static constexpr std::size_t fields_max = 2'000;

    enum class What : std::uint8_t { nothing, added, retyped, vanished };
    /// A set of them.
    using Kinds = std::uint8_t;
    static constexpr Kinds kind(What what) { return static_cast<Kinds>(1U << static_cast<unsigned>(what)); }

    /// Something that differs from what was accepted, until a person accepts it (or the source takes it back).
    struct Notice {
        What what = What::nothing;
        std::string path; ///< "adres.postcode", as a mapping writes it
        bool in_run = false; ///< the documents of this run show it
    };
    struct Field {
        std::string path;
        std::string types; ///< "text", "number or text", "list of object"; empty: never had a value
        double share = 0; ///< of the documents (or objects) it could stand in, those that have a value for it
        bool inner = false; ///< other fields stand in it
        What what = What::nothing;
    };

    /// Names from the document down to a field.
    using Names = std::vector<std::string>;
    static std::string path_text(Names const & names);
    /// Fields that are spoken for: they and what they stand in are never new; with `whole`, nor what stands in them.
    void know(std::vector<Names> const & fields, bool whole = false);

    /// Nothing was read whole yet: what comes is taken as it is.
    bool learns() const { return m_nodes[0].objects == 0; }
    /// A run begins: from here on `take` counts for it.
    void begin();
    void take(Tree const & tree);
    /// Finds what has vanished in the run so far: fields without a single value in so many documents that chance is out
    /// of the question (one in a million), going by how often they had one. What is back is noticed no more.
    void judge();
    /// The run was whole: what it counted is added to what is known.
    void settle();

    std::vector<Notice> notices() const;
    /// More fields than are watched.
    bool overflowed() const { return m_overflowed; }
    /// Takes all that was noticed as it is from now on.
    void accept();
    /// Why a document is not what was accepted, going by what was noticed of these kinds; nothing for most.
    std::optional<Notice> objection(Tree const & tree, Kinds kinds) const;

    std::vector<Field> fields() const;
    /// How many fields hold values that nobody asked for: all but those that are known.
    std::size_t unread() const;
    bool is_known(std::string const & path) const;

    /// Without what the present run counted; with what it noticed.
    std::string encode() const;
    /// Nothing when it is damaged.
    static std::optional<Shape> decode(std::string_view text);

    Shape();

private:
    using Id = std::uint32_t;
    static constexpr Id none = 0xffff'ffff;
    struct Node {
        std::string name;
        Id parent = none;
        Id first = none;
        Id next = none;
        Id expected = none; ///< of its children, the one that comes next when documents are alike
        std::uint16_t types = 0; ///< accepted
        std::uint16_t fresh = 0; ///< seen and not accepted
        std::uint16_t in_run = 0; ///< types of this run
        What what = What::nothing;
        bool shown = false; ///< its name occurred in this run
        std::uint64_t values = 0; ///< objects it stood in with a value
        std::uint64_t objects = 0; ///< how often it was an object itself
        std::uint64_t run_values = 0;
        std::uint64_t run_objects = 0;
        std::uint64_t stamp = 0; ///< of the object that its last value stood in
    };

    Id add(Id parent, std::string_view name);
    Id child(Id parent, std::string_view name) const;
    Id child_for(Id parent, std::string_view name);
    void take_object(Tree const & tree, Tree::Id object, Id at);
    bool take_value(Tree const & tree, Tree::Id value, Id at, unsigned shift);
    std::string path(Id at) const;
    std::optional<Notice> objection(Tree const & tree, Tree::Id object, Id at, Kinds kinds) const;

    std::vector<Node> m_nodes; ///< the first is the document
    std::set<std::string> m_known;
    std::vector<std::string> m_known_whole; ///< paths with a dot behind
    std::uint64_t m_stamp = 0;
    bool m_learning = true;
    bool m_overflowed = false;
};

} // namespace ketensync::formats
