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

/// Calls `action` with every element at `path`, which are the elements of a list, or elements of one name in a row.
template <typename Action>
void for_each(formats::Tree const & tree, Path const & path, Action const & action)
{
    auto const first = find(tree, formats::Tree::root, path);
    if (first == formats::Tree::none) {
        return;
    }
    using Type = formats::Tree::Type;
    if (tree[first].type == Type::array) {
        for (auto id = tree[first].first; id != formats::Tree::none; id = tree[id].next) {
            action(id);
        }
        return;
    }
    for (auto id = first; id != formats::Tree::none; id = tree[id].next) {
        if (tree[id].name == tree[first].name && tree[id].type != Type::null) {
            action(id);
        }
    }
}

} // namespace ketensync::mapping
