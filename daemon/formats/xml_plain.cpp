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

/// Of the characters that XML has not, those above ASCII begin with 0xef; what holds that byte is left to the reader.
bool is_sound_text(std::string_view text)
{
    return is_ascii(text) || (valid_utf8(text) && text.find('\xef') == std::string_view::npos);
}

constexpr auto declarations = std::to_array<std::string_view>({ R"(<?xml version="1.0" encoding="UTF-8"?>)",
    R"(<?xml version="1.0" encoding="utf-8"?>)", R"(<?xml version="1.0"?>)",
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)", R"(<?xml version='1.0' encoding='UTF-8'?>)" });

/// Where the root element begins.
std::size_t root_of(std::string_view page)
{
    auto const * const declared = std::find_if(declarations.begin(), declarations.end(),
        [&](std::string_view declaration) { return page.starts_with(declaration); });
    auto const begin = declared == declarations.end() ? 0 : declared->size();
    return std::min(page.find_first_not_of(" \t\r\n", begin), page.size());
}

/// A name of plain letters, with its prefix, from `at`, which moves behind it.
std::string_view name_at(std::string_view page, std::size_t & at)
{
    auto const start = at;
    while (at < page.size() && name_bytes[static_cast<unsigned char>(page[at])]) {
        ++at;
    }
    return page.substr(start, at - start);
}

bool is_plain_name(std::string_view name)
{
    auto const colon = name.find(':');
    auto const inner = name.substr(colon == std::string_view::npos ? 0 : colon + 1);
    return !inner.empty() && may_begin_a_name(name.front()) && may_begin_a_name(inner.front())
        && inner.find(':') == std::string_view::npos;
}

/// As is_plain_text, of any number of lines.
bool is_plain_in_page(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) >= 0x20 && c != '&' && c != ']') || is_space(c);
    });
}

} // namespace

bool is_plain_page(std::string_view page)
{
    constexpr std::size_t page_depth_max = 48;
    std::array<std::string_view, page_depth_max> open;
    std::size_t depth = 0;
    auto at = root_of(page);
    if (!is_sound_text(page)) {
        return false;
    }
    do {
        auto const tag = page.find('<', at);
        if (tag == std::string_view::npos || !is_plain_in_page(page.substr(at, tag - at)) || (depth == 0 && tag != at)) {
            return false;
        }
        at = tag + 1;
        bool const closes = at < page.size() && page[at] == '/';
        at += closes ? 1 : 0;
        auto const name = name_at(page, at);
        bool const empty = !closes && at < page.size() && page[at] == '/';
        at += empty ? 1 : 0;
        if (at >= page.size() || page[at++] != '>' || !is_plain_name(name)) {
            return false;
        }
        if (closes && (depth == 0 || open[--depth] != name)) {
            return false;
        }
        if (!closes && !empty) {
            if (depth == page_depth_max) {
                return false;
            }
            open[depth++] = name;
        }
    } while (depth > 0);
    return page.find_first_not_of(" \t\r\n", at) == std::string_view::npos;
}

Result<void> follow_plain_page(std::string_view page, PlainEvents & events)
{
    for (auto tag = page.find('<', root_of(page)); tag != std::string_view::npos; tag = page.find('<', tag + 1)) {
        auto at = tag + 1;
        if (page[at] == '/') {
            KETENSYNC_TRY(events.plain_closed(page.find('>', at) + 1));
            continue;
        }
        auto const name = name_at(page, at);
        KETENSYNC_TRY(events.plain_opened(name.substr(name.find(':') + 1), tag));
        if (page[at] == '/') {
            KETENSYNC_TRY(events.plain_closed(at + 2));
        }
    }
    return {};
}

bool read_plain(std::string_view element, Limits const & limits, Tree const * context, Tree & tree)
{
    return is_sound_text(element) && PlainReader(element, limits, tree).read(context);
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
