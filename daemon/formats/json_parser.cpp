#include "daemon/formats/json.hpp"
#include "daemon/formats/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace ketensync::formats::json {

namespace {

/// A number below 256 that tells most names apart, from their length and both ends.
unsigned mark_of(std::string_view name)
{
    std::uint64_t front = 0;
    std::uint64_t back = 0;
    auto const size = std::min(name.size(), sizeof(front));
    std::memcpy(&front, name.data(), size);
    std::memcpy(&back, name.data() + (name.size() - size), size);
    return static_cast<unsigned>(((front ^ (back << 7U) ^ name.size()) * 0x9e37'79b9'7f4a'7c15U) >> 56U);
}

class JsonParser final : public DocumentParser {
public:
    explicit JsonParser(Limits const & limits)
        : m_limits(limits)
    {
    }

    Result<void> parse(std::string_view, std::string_view document, Tree & tree) override
    {
        if (!valid_utf8(document)) {
            return fail(Failure::bad_data, "the document is not UTF-8");
        }
        Reader reader(document);
        m_open.clear();
        if (!values(reader, tree)) {
            return fail(Failure::bad_data,
                fmt::format("the document is not sound JSON at byte {}: {}", reader.at(), reader.fault()));
        }
        return {};
    }

private:
    /// An object or array that is being read.
    struct Open {
        Tree::Id node = Tree::none;
        bool object = false;
        std::uint32_t members = 0;
        std::array<std::uint64_t, 4> seen {}; ///< a bit for each name so far: an unset bit means a new name
    };
    /// Up to so many members a repeated name is looked for at once; beyond, by sorting when the object ends.
    static constexpr std::uint32_t few = 64;

    /// The document's value, and all in it, without recursion.
    bool values(Reader & reader, Tree & tree)
    {
        std::string_view name;
        for (;;) {
            bool opened = false;
            if (tree.size() >= m_limits.nodes_max) {
                return reader.fail("it holds too many values");
            }
            if (!value(reader, tree, name, opened)) {
                return false;
            }
            // Behind a value, or inside a fresh bracket: what may follow, up to the start of the next value.
            for (bool first = opened;; first = false) {
                if (m_open.empty()) {
                    reader.peek();
                    return reader.at_end() || reader.fail("something follows the end");
                }
                auto & open = m_open.back();
                char const next = reader.peek();
                if (next == (open.object ? '}' : ']')) {
                    reader.take();
                    if (open.members > few && has_repeated_name(tree, open.node)) {
                        return reader.fail("a name occurs twice in an object");
                    }
                    m_open.pop_back();
                    continue;
                }
                if (!first) {
                    if (next != ',') {
                        return reader.fail("a comma or a closing bracket is expected");
                    }
                    reader.take();
                }
                name = {};
                if (open.object && !member_name(reader, tree, open, name)) {
                    return false;
                }
                break;
            }
        }
    }

    bool value(Reader & reader, Tree & tree, std::string_view name, bool & opened)
    {
        auto const parent = m_open.empty() ? Tree::none : m_open.back().node;
        std::string_view raw;
        switch (char const first = reader.peek()) {
        case '{':
        case '[':
            if (m_open.size() >= m_limits.depth_max) {
                return reader.fail("it is nested too deep");
            }
            reader.take();
            m_open.emplace_back();
            m_open.back().node = tree.add(parent, name, first == '{' ? Tree::Type::object : Tree::Type::array);
            m_open.back().object = first == '{';
            opened = true;
            return true;
        case '"':
            if (!text(reader, tree, raw)) {
                return false;
            }
            tree.add(parent, name, Tree::Type::text, raw);
            return true;
        case 't':
            tree.add(parent, name, Tree::Type::boolean, "true");
            return reader.word("true");
        case 'f':
            tree.add(parent, name, Tree::Type::boolean, "false");
            return reader.word("false");
        case 'n':
            tree.add(parent, name, Tree::Type::null);
            return reader.word("null");
        default:
            if (first != '-' && (first < '0' || first > '9')) {
                return reader.fail("a value is expected");
            }
            if (!reader.number(raw)) {
                return false;
            }
            tree.add(parent, name, Tree::Type::number, raw);
            return true;
        }
    }

    bool text(Reader & reader, Tree & tree, std::string_view & text)
    {
        bool escaped = false;
        if (!reader.string(text, escaped)) {
            return false;
        }
        if (escaped) {
            if (!reader.unescape(text, m_plain)) {
                return false;
            }
            text = tree.keep(m_plain);
        }
        return true;
    }

    bool member_name(Reader & reader, Tree & tree, Open & open, std::string_view & name)
    {
        if (reader.peek() != '"') {
            return reader.fail("a member's name is expected");
        }
        if (!text(reader, tree, name)) {
            return false;
        }
        auto const mark = mark_of(name);
        auto & seen = open.seen[mark / 64];
        auto const bit = std::uint64_t { 1 } << (mark % 64);
        if ((seen & bit) != 0 && open.members <= few && tree.member(open.node, name) != Tree::none) {
            return reader.fail("a name occurs twice in an object");
        }
        seen |= bit;
        ++open.members;
        if (reader.peek() != ':') {
            return reader.fail("a member has no colon");
        }
        reader.take();
        return true;
    }
    bool has_repeated_name(Tree const & tree, Tree::Id object)
    {
        m_names.clear();
        for (auto id = tree[object].first; id != Tree::none; id = tree[id].next) {
            m_names.push_back(tree[id].name);
        }
        std::sort(m_names.begin(), m_names.end());
        return std::adjacent_find(m_names.begin(), m_names.end()) != m_names.end();
    }

    Limits m_limits;
    std::vector<Open> m_open;
    std::vector<std::string_view> m_names;
    std::string m_plain;
};

} // namespace

std::unique_ptr<DocumentParser> parser(Limits const & limits)
{
    return std::make_unique<JsonParser>(limits);
}

} // namespace ketensync::formats::json
