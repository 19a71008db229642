#pragma once

#include "daemon/formats/tree.hpp"
#include "daemon/mapping/arena.hpp"
#include "daemon/mapping/mapper.hpp"
#include "daemon/mapping/program.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ketensync::mapping {

/// What a program is evaluated in: one document, or one element of it. Used by one thread, for one document.
struct Scope {
    formats::Tree const & tree;
    formats::Tree::Id item; ///< where paths begin
    Told const & told;
    std::string_view date; ///< of the record, for code lists; canonical, or empty while it is not known
    Arena & arena;
    std::string & scratch;
};

/// Why there is no value though the source delivered one.
struct Invalid {
    std::string_view reason; ///< short and stable
    std::string what; ///< a phrase: "is not in code list 'regeling_bus'"
};

/// The value of a program: empty is no value; nothing is a fault, told in `invalid`. The view lives as long as the
/// document, the arena and the tables.
std::optional<std::string_view> evaluate(
    Program program, Tables const & tables, Scope const & scope, Invalid & invalid);

bool holds(Condition const & condition, Tables const & tables, Scope const & scope);

/// Where a path leads to, or Tree::none.
formats::Tree::Id find(formats::Tree const & tree, formats::Tree::Id item, Path const & path);

/// True when an element is one that a part of a path asks for.
bool fits(formats::Tree const & tree, formats::Tree::Id id, Path::Part const & part);

/// Calls `action` with every element at `path`, which are the elements of a list, or elements of one name in a row; and
/// so with every one on the way there: "AtlRelatie.ReIntegratievoorziening" is those of all relations.
template <typename Action>
void for_each(formats::Tree const & tree, Path const & path, Action const & action,
    formats::Tree::Id from = formats::Tree::root, std::size_t at = 0)
{
    using Type = formats::Tree::Type;
    using formats::Tree;
    if (tree[from].type != Type::object || at == path.parts.size()) {
        return;
    }
    auto const & part = path.parts[at];
    auto const use = [&](Tree::Id id) {
        if (tree[id].type == Type::null || (!part.where.empty() && !fits(tree, id, part))) {
            return;
        }
        if (at + 1 == path.parts.size()) {
            action(id);
        } else {
            for_each(tree, path, action, id, at + 1);
        }
    };
    for (auto id = tree.member(from, part.name); id != Tree::none; id = tree[id].next) {
        if (tree[id].name != part.name) {
            continue;
        }
        if (tree[id].type == Type::array) {
            for (auto inner = tree[id].first; inner != Tree::none; inner = tree[inner].next) {
                use(inner);
            }
        } else {
            use(id);
        }
    }
}

} // namespace ketensync::mapping
