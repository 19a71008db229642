#include "daemon/formats/shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ketensync::formats {

namespace {

using Type = Tree::Type;

/// Types of the elements of a list stand this much higher than those of a single value.
constexpr unsigned of_elements = 8;

constexpr std::uint16_t bit(Type type, unsigned shift)
{
    return static_cast<std::uint16_t>(1U << (static_cast<unsigned>(type) + shift));
}

constexpr auto scalars = static_cast<std::uint16_t>(bit(Type::text, 0) | bit(Type::number, 0) | bit(Type::boolean, 0)
    | bit(Type::text, of_elements) | bit(Type::number, of_elements) | bit(Type::boolean, of_elements));

/// Counts beyond this are halved: what was long ago weighs less.
constexpr std::uint64_t counted_max = 1'000'000;

/// What says something of an XML element rather than holding a value of its own.
bool is_plumbing(std::string_view name)
{
    return name.starts_with("@xmlns") || name.starts_with("@xsi:") || name == "@nil" || name == "@schemaLocation";
}

/// The text of an element, or an attribute, is no field that stands in it.
bool stands_in(std::string_view name)
{
    return name != "#text" && !name.starts_with('@');
}

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// An object whose keys are numbers of people would put those among the names.
bool looks_like_data(std::string_view name)
{
    constexpr std::size_t longest = 64;
    constexpr auto digits_max = 5;
    auto const digits = std::count_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    bool const odd = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; });
    return name.empty() || name.size() > longest || digits > digits_max || odd || name.find('@', 1) != std::string_view::npos;
}

std::string types_text(std::uint16_t types)
{
    static constexpr std::array<std::string_view, 6> names { "", "text", "number", "boolean", "object", "list" };
    auto const some = [&](unsigned shift, unsigned last) {
        std::string text;
        for (unsigned type = 1; type <= last; ++type) {
            if ((types >> (type + shift) & 1U) != 0) {
                text.append(text.empty() ? "" : " or ").append(names.at(type));
            }
        }
        return text;
    };
    auto text = some(0, 5);
    if (auto const inner = some(of_elements, 5); !inner.empty()) {
        text += " of " + inner;
    }
    return text;
}

} // namespace

Shape::Shape()
{
    m_nodes.emplace_back();
}

std::string Shape::path_text(Names const & names)
{
    std::string text;
    for (auto const & name : names) {
        text += text.empty() ? "" : ".";
        bool const plain = name.find_first_of(".`'\"[]{}^| ") == std::string::npos;
        text += plain ? name : '`' + name + '`';
    }
    return text;
}

bool Shape::is_known(std::string const & path) const
{
    return m_known.contains(path)
        || std::any_of(m_known_whole.begin(), m_known_whole.end(),
            [&](std::string const & whole) { return path.starts_with(whole); });
}

void Shape::know(std::vector<Names> const & fields, bool whole)
{
    for (auto const & names : fields) {
        if (whole) {
            m_known_whole.push_back(path_text(names) + '.');
        }
        for (std::size_t depth = 1; depth <= names.size(); ++depth) {
            m_known.insert(path_text({ names.begin(), names.begin() + static_cast<std::ptrdiff_t>(depth) }));
        }
    }
}

void Shape::begin()
{
    m_learning = learns();
    m_overflowed = false;
    for (auto & node : m_nodes) {
        node.run_values = 0;
        node.run_objects = 0;
        node.in_run = 0;
        node.shown = false;
    }
}

std::string Shape::path(Id at) const
{
    Names names;
    for (auto id = at; id != 0; id = m_nodes[id].parent) {
        names.push_back(m_nodes[id].name);
    }
    std::reverse(names.begin(), names.end());
    return path_text(names);
}

Shape::Id Shape::add(Id parent, std::string_view name)
{
    auto const id = static_cast<Id>(m_nodes.size());
    auto last = m_nodes[parent].first;
    while (last != none && m_nodes[last].next != none) {
        last = m_nodes[last].next;
    }
    (last == none ? m_nodes[parent].first : m_nodes[last].next) = id;
    m_nodes.emplace_back();
    m_nodes.back().name = name;
    m_nodes.back().parent = parent;
    return id;
}

Shape::Id Shape::child(Id parent, std::string_view name) const
{
    auto id = m_nodes[parent].first;
    while (id != none && m_nodes[id].name != name) {
        id = m_nodes[id].next;
    }
    return id;
}

// Documents of a feed are much alike: nearly always it is the one behind the last.
Shape::Id Shape::child_for(Id parent, std::string_view name)
{
    auto id = m_nodes[parent].expected;
    if (id == none || m_nodes[id].name != name) {
        id = child(parent, name);
        if (id == none && looks_like_data(name)) {
            name = "*";
            id = child(parent, name);
        }
        if (id == none) {
            if (m_nodes.size() > fields_max) {
                m_overflowed = true;
                return none;
            }
            id = add(parent, name);
            auto & node = m_nodes[id];
            node.what = m_learning || is_known(path(id)) ? What::nothing : What::added;
        }
    }
    m_nodes[parent].expected = m_nodes[id].next;
    return id;
}

void Shape::take(Tree const & tree)
{
    if (!tree.empty() && tree[Tree::root].type == Type::object) {
        ++m_nodes[0].run_objects;
        take_object(tree, Tree::root, 0);
    }
}

void Shape::take_object(Tree const & tree, Tree::Id object, Id at)
{
    auto const stamp = ++m_stamp;
    m_nodes[at].expected = m_nodes[at].first;
    for (auto id = tree[object].first; id != Tree::none; id = tree[id].next) {
        if (tree[id].name == "#text" || is_plumbing(tree[id].name)) {
            continue; // it is the value of the element itself
        }
        auto const field = child_for(at, tree[id].name);
        if (field == none) {
            continue;
        }
        m_nodes[field].shown = true;
        if (take_value(tree, id, field, 0) && m_nodes[field].stamp != stamp) {
            m_nodes[field].stamp = stamp;
            ++m_nodes[field].run_values;
        }
    }
}

// True when there is a value at all.
bool Shape::take_value(Tree const & tree, Tree::Id value, Id at, unsigned shift)
{
    std::uint16_t type = 0;
    bool there = false;
    switch (tree[value].type) {
    case Type::null:
        return false;
    case Type::object: {
        auto const own = tree.member(value, "#text");
        bool inner = false;
        for (auto id = tree[value].first; id != Tree::none; id = tree[id].next) {
            inner = inner || stands_in(tree[id].name);
        }
        type = own != Tree::none && !inner ? bit(Type::text, shift) : inner ? bit(Type::object, shift) : 0;
        there = type != 0;
        m_nodes[at].run_objects += inner ? 1U : 0U;
        take_object(tree, value, at);
        break;
    }
    case Type::array:
        type = bit(Type::array, shift);
        for (auto id = tree[value].first; id != Tree::none; id = tree[id].next) {
            there = take_value(tree, id, at, of_elements) || there;
        }
        break;
    default:
        there = !is_blank(tree[value].text);
        type = there ? bit(tree[value].type, shift) : 0;
    }
    auto & node = m_nodes[at];
    node.in_run |= type;
    if (m_learning || node.types == 0) {
        node.types |= type;
    } else if (auto const other = static_cast<std::uint16_t>(type & ~node.types); other != 0) {
        // A list that was always empty says nothing of what is in it.
        bool const first_of_list = shift != 0 && (node.types >> of_elements) == 0;
        (first_of_list ? node.types : node.fresh) |= other;
        if (!first_of_list && node.what == What::nothing) {
            node.what = What::retyped;
        }
    }
    return there;
}

void Shape::judge()
{
    constexpr double chance = 1e-6;
    for (Id id = 1; id < m_nodes.size(); ++id) {
        auto & node = m_nodes[id];
        if (node.what == What::vanished && node.run_values > 0) {
            node.what = What::nothing;
        }
        auto const & above = m_nodes[node.parent];
        if (m_learning || node.what != What::nothing || node.run_values > 0 || above.run_objects == 0) {
            continue;
        }
        auto const share = static_cast<double>(node.values) / static_cast<double>(above.objects + 1);
        if (std::pow(1.0 - std::min(share, 1.0), static_cast<double>(above.run_objects)) < chance) {
            node.what = What::vanished;
        }
    }
}

void Shape::settle()
{
    for (auto & node : m_nodes) {
        node.values += node.run_values;
        node.objects += node.run_objects;
        node.run_values = 0;
        node.run_objects = 0;
    }
    while (std::any_of(m_nodes.begin(), m_nodes.end(), [](Node const & node) { return node.objects > counted_max; })) {
        for (auto & node : m_nodes) {
            node.values /= 2;
            node.objects /= 2;
        }
    }
}

std::vector<Shape::Notice> Shape::notices() const
{
    std::vector<Notice> all;
    for (Id id = 1; id < m_nodes.size(); ++id) {
        auto const & node = m_nodes[id];
        bool const in_run = node.what == What::added ? node.shown
            : node.what == What::retyped
            ? (node.in_run & node.fresh) != 0
            : node.run_values == 0 && m_nodes[node.parent].run_objects > 0;
        // Of a field that is new with all that stands in it, the outermost is told.
        if (node.what != What::nothing && !(node.what == What::added && m_nodes[node.parent].what == What::added)) {
            all.push_back({ node.what, path(id), in_run });
        }
    }
    return all;
}

void Shape::accept()
{
    for (auto & node : m_nodes) {
        if (node.what == What::vanished) {
            node.values = 0;
        }
        node.types |= node.fresh;
        node.fresh = 0;
        node.what = What::nothing;
    }
}

std::optional<Shape::Notice> Shape::objection(Tree const & tree, Kinds kinds) const
{
    bool const any = std::any_of(
        m_nodes.begin(), m_nodes.end(), [kinds](Node const & node) { return (kind(node.what) & kinds) != 0; });
    return any && tree[Tree::root].type == Type::object ? objection(tree, Tree::root, 0, kinds) : std::nullopt;
}

std::optional<Shape::Notice> Shape::objection(Tree const & tree, Tree::Id object, Id at, Kinds kinds) const
{
    // The same walk as `take`, over a shape of this object alone.
    Shape alone;
    alone.take_object(tree, object, 0);
    for (Id mine = alone.m_nodes[0].first; mine != none; mine = alone.m_nodes[mine].next) {
        auto const id = child(at, alone.m_nodes[mine].name);
        if (id == none) {
            continue;
        }
        auto const & node = m_nodes[id];
        bool const retyped = node.what == What::retyped && (alone.m_nodes[mine].types & node.fresh) != 0;
        if ((node.what == What::added || retyped) && (kind(node.what) & kinds) != 0) {
            return Notice { node.what, path(id), true };
        }
    }
    for (auto id = m_nodes[at].first; id != none; id = m_nodes[id].next) {
        if (m_nodes[id].what == What::vanished && (kind(What::vanished) & kinds) != 0) {
            auto const mine = alone.child(0, m_nodes[id].name);
            if (mine == none || alone.m_nodes[mine].run_values == 0) {
                return Notice { What::vanished, path(id), true };
            }
        }
    }
    for (auto id = tree[object].first; id != Tree::none; id = tree[id].next) {
        auto const field = child(at, looks_like_data(tree[id].name) ? "*" : tree[id].name);
        if (field == none) {
            continue;
        }
        bool const list = tree[id].type == Type::array;
        for (auto inner = list ? tree[id].first : id; inner != Tree::none; inner = tree[inner].next) {
            if (tree[inner].type == Type::object) {
                if (auto found = objection(tree, inner, field, kinds)) {
                    return found;
                }
            }
            if (!list) {
                break;
            }
        }
    }
    return std::nullopt;
}

std::vector<Shape::Field> Shape::fields() const
{
    std::vector<Field> all;
    for (Id id = 1; id < m_nodes.size(); ++id) {
        auto const & node = m_nodes[id];
        auto const of = m_nodes[node.parent].objects;
        all.push_back({ path(id), types_text(node.types | node.fresh),
            of == 0 ? 0 : std::min(1.0, static_cast<double>(node.values) / static_cast<double>(of)), node.first != none,
            node.what });
    }
    std::sort(all.begin(), all.end(), [](Field const & a, Field const & b) { return a.path < b.path; });
    return all;
}

std::size_t Shape::unread() const
{
    std::size_t count = 0;
    for (Id id = 1; id < m_nodes.size(); ++id) {
        auto const & node = m_nodes[id];
        bool const holds = ((node.types | node.fresh) & scalars) != 0;
        count += holds && !is_known(path(id)) ? 1U : 0U;
    }
    return count;
}

} // namespace ketensync::formats
