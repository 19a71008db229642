#include "daemon/mapping/evaluate.hpp"

#include "daemon/mapping/transforms.hpp"
#include "daemon/record/canonical.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

using formats::Tree;

/// As Tree::member, for the innermost loop of mapping: most names are told apart by their length and last letter.
Tree::Id member(Tree const & tree, Tree::Id object, std::string const & name)
{
    if (name.empty()) {
        return Tree::none;
    }
    auto const size = name.size();
    auto const last = name.back();
    for (auto id = tree[object].first; id != Tree::none; id = tree[id].next) {
        auto const & candidate = tree[id].name;
        if (candidate.size() == size && candidate.back() == last && candidate == name) {
            return id;
        }
    }
    return Tree::none;
}

bool has_elements(Tree const & tree, Tree::Id id)
{
    for (auto at = tree[id].first; at != Tree::none; at = tree[at].next) {
        if (!tree[at].name.starts_with('@')) {
            return true;
        }
    }
    return false;
}

/// The text of a scalar; of an XML element its own text. Nothing when a list or object stands where a value should.
std::optional<std::string_view> scalar(Tree const & tree, Tree::Id id)
{
    while (id != Tree::none && tree[id].type == Tree::Type::array) {
        id = tree[id].first;
    }
    if (id == Tree::none || tree[id].type == Tree::Type::null) {
        return std::string_view();
    }
    if (tree[id].type == Tree::Type::object) {
        if (tree[id].first == Tree::none) {
            return std::string_view();
        }
        auto const own = tree.member(id, "#text");
        if (own == Tree::none) {
            // An element with attributes only is empty, and may say why: xsi:nil="true".
            return has_elements(tree, id) ? std::nullopt : std::optional(std::string_view());
        }
        return tree[own].text;
    }
    return tree[id].text;
}

/// The first that fits among the elements of a list, or among elements of one name in a row.
Tree::Id first_that_fits(Tree const & tree, Tree::Id id, Path::Part const & part)
{
    bool const list = tree[id].type == Tree::Type::array;
    for (auto at = list ? tree[id].first : id; at != Tree::none; at = tree[at].next) {
        if ((list || tree[at].name == tree[id].name) && fits(tree, at, part)) {
            return at;
        }
    }
    return Tree::none;
}

std::optional<std::string_view> compose(
    Template const & made, Tables const & tables, Scope const & scope, Invalid & invalid)
{
    fmt::basic_memory_buffer<char, 256> text; // most keys are shorter, and cost no allocation
    for (auto const & [before, program] : made.parts) {
        auto const value = evaluate(program, tables, scope, invalid);
        if (!value || value->empty()) {
            return value;
        }
        text.append(before);
        text.append(*value);
    }
    text.append(made.end);
    return scope.arena.keep({ text.data(), text.size() });
}

std::optional<std::string_view> code(
    CodeList const & list, std::string_view word, Scope const & scope, Invalid & invalid)
{
    if (word.empty()) {
        return word;
    }
    auto const found = list.find(record::trimmed(word), scope.date, scope.told.source);
    if (!found) {
        invalid = { "code-unknown", "is not in the code list; add it there when it is sound" };
    }
    return found;
}

} // namespace

bool fits(Tree const & tree, Tree::Id id, Path::Part const & part)
{
    if (tree[id].type != Tree::Type::object) {
        return false;
    }
    auto const inner = tree.member(id, part.where);
    auto const text = inner == Tree::none ? std::nullopt : scalar(tree, inner);
    return text && *text == part.is;
}

Tree::Id find(Tree const & tree, Tree::Id item, Path const & path)
{
    if (path.usual != 0 && path.usual < tree.size() && tree[path.usual].name == path.parts.front().name) {
        return path.usual;
    }
    auto id = path.from_document ? Tree::root : item;
    for (auto const & part : path.parts) {
        while (id != Tree::none && tree[id].type == Tree::Type::array) {
            id = tree[id].first;
        }
        if (id == Tree::none || tree[id].type != Tree::Type::object) {
            return Tree::none;
        }
        id = member(tree, id, part.name);
        if (id != Tree::none && !part.where.empty()) {
            id = first_that_fits(tree, id, part);
        }
    }
    return id;
}

std::optional<std::string_view> evaluate(Program program, Tables const & tables, Scope const & scope, Invalid & invalid)
{
    std::optional<std::string_view> value = std::string_view();
    auto const * step = tables.steps.data() + program.first;
    auto const * const end = step + program.count;
    for (; step != end && value; ++step) {
        switch (step->what) {
        case Step::Do::take:
            value = scalar(scope.tree, find(scope.tree, scope.item, tables.paths[step->at]));
            if (!value) {
                invalid = { "shape-unexpected", "is a list or an object where a value was expected" };
            }
            break;
        case Step::Do::say:
            value = tables.words[step->at];
            break;
        case Step::Do::source:
            value = scope.told.source;
            break;
        case Step::Do::period:
            value = scope.told.period;
            break;
        case Step::Do::compose:
            value = compose(tables.templates[step->at], tables, scope, invalid);
            break;
        case Step::Do::unless_value:
            if (!record::trimmed(*value).empty()) {
                ++step;
            }
            break;
        case Step::Do::code:
            value = code(*tables.lists[step->at], *value, scope, invalid);
            break;
        case Step::Do::when: {
            auto const & conditions = tables.conditions[step->at];
            if (!std::all_of(conditions.begin(), conditions.end(),
                    [&](Condition const & condition) { return holds(condition, tables, scope); })) {
                value = std::string_view();
            }
            break;
        }
        case Step::Do::aged:
            if (auto const age = record::trimmed(*value); !age.empty()) {
                auto const date = evaluate(tables.programs[step->at], tables, scope, invalid);
                value = date ? born(age, record::trimmed(*date), scope, invalid) : std::nullopt;
            }
            break;
        default:
            value = transform(*step, record::trimmed(*value), tables, scope, invalid);
            break;
        }
    }
    return value;
}

bool holds(Condition const & condition, Tables const & tables, Scope const & scope)
{
    Invalid ignored;
    auto const value = evaluate(condition.value, tables, scope, ignored);
    auto const text = value ? record::trimmed(*value) : std::string_view();
    bool const is = condition.words.empty()
        ? !value || !text.empty()
        : std::find(condition.words.begin(), condition.words.end(), text) != condition.words.end();
    return is == condition.holds_when;
}

} // namespace ketensync::mapping
