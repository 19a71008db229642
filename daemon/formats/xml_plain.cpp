#include "daemon/formats/xml_plain.hpp"

#include "daemon/formats/encoding.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace ketensync::formats::xml {

namespace {

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

constexpr auto name_bytes = [] {
    std::array<bool, 256> table {};
    for (unsigned c = 0; c < 128; ++c) {
        table[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
            || c == '.' || c == ':';
    }
    return table;
}();

bool may_begin_a_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Text that stands for itself: one line, without what XML reads otherwise.
bool is_plain_text(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >= 0x20 || c == '\t') && c != '&' && c != ']';
    });
}

class PlainReader {
public:
    PlainReader(std::string_view element, Limits const & limits, Tree & tree)
        : m_at(element.data())
        , m_end(element.data() + element.size())
        , m_limits(limits)
        , m_tree(tree)
    {
    }

    bool read(Tree const * context)
    {
        if (!open(context)) {
            return false;
        }
        while (m_depth > 0) {
            auto const * const start = m_at;
            auto const * const tag = static_cast<char const *>(std::memchr(m_at, '<', static_cast<std::size_t>(m_end - m_at)));
            if (tag == nullptr || tag + 1 == m_end) {
                return false;
            }
            std::string_view const text(start, static_cast<std::size_t>(tag - start));
            m_at = tag;
            if (!(tag[1] == '/' ? close(text) : std::all_of(text.begin(), text.end(), is_space) && open(nullptr))) {
                return false;
            }
        }
        return m_at == m_end;
    }

private:
    struct Open {
        Tree::Id node = Tree::none;
        std::string_view name; ///< with its prefix
    };
    static constexpr std::size_t depth_max = 32; ///< of what is read here; deeper is rare

    std::string_view name()
    {
        auto const * const start = m_at;
        while (m_at != m_end && name_bytes[static_cast<unsigned char>(*m_at)]) {
            ++m_at;
        }
        return { start, static_cast<std::size_t>(m_at - start) };
    }

    bool open(Tree const * context)
    {
        if (m_at == m_end || *m_at++ != '<' || m_depth == depth_max || m_depth >= m_limits.depth_max
            || m_tree.size() >= m_limits.nodes_max) {
            return false;
        }
        auto const whole = name();
        auto const colon = whole.find(':');
        auto const inner = whole.substr(colon == std::string_view::npos ? 0 : colon + 1);
        if (inner.empty() || m_at == m_end || !may_begin_a_name(whole.front()) || !may_begin_a_name(inner.front())
            || inner.find(':') != std::string_view::npos) {
            return false;
        }
        bool const empty = *m_at == '/';
        m_at += empty ? 1 : 0;
        if (m_at == m_end || *m_at++ != '>') {
            return false; // attributes, mostly
        }
        auto const parent = m_depth == 0 ? Tree::none : m_open[m_depth - 1].node;
        auto const node = m_tree.add(parent, parent == Tree::none ? std::string_view() : inner, Tree::Type::object);
        if (context != nullptr && !context->empty()) {
            copy(*context, Tree::root, m_tree, node, "context");
        }
        if (!empty) {
            m_open[m_depth++] = { node, whole };
        }
        return true;
    }

    bool close(std::string_view text)
    {
        auto const & open = m_open[m_depth - 1];
        m_at += 2;
        if (name() != open.name || m_at == m_end || *m_at++ != '>') {
            return false;
        }
        --m_depth;
        while (!text.empty() && is_space(text.front())) {
            text.remove_prefix(1);
        }
        while (!text.empty() && is_space(text.back())) {
            text.remove_suffix(1);
        }
        if (text.empty()) {
            return true;
        }
        bool const leaf = m_tree.size() == open.node + 1U;
        if (!leaf || !is_plain_text(text) || m_tree.size() >= m_limits.nodes_max) {
            return false;
        }
        m_tree.add(open.node, "#text", Tree::Type::text, text);
        return true;
    }

    char const * m_at;
    char const * m_end;
    Limits const & m_limits;
    Tree & m_tree;
    std::array<Open, depth_max> m_open {};
    std::size_t m_depth = 0;
};

} // namespace

bool read_plain(std::string_view element, Limits const & limits, Tree const * context, Tree & tree)
{
    // Of the characters that XML has not, those above ASCII begin with this byte.
    constexpr char not_always = '\xef';
    if (!is_ascii(element) && (!valid_utf8(element) || element.find(not_always) != std::string_view::npos)) {
        return false;
    }
    return PlainReader(element, limits, tree).read(context);
}

void copy(Tree const & source, Tree::Id from, Tree & tree, Tree::Id parent, std::string_view name)
{
    auto const & node = source[from];
    auto const id = tree.add(parent, name, node.type, node.text);
    for (auto child = node.first; child != Tree::none; child = source[child].next) {
        copy(source, child, tree, id, source[child].name);
    }
}

} // namespace ketensync::formats::xml
