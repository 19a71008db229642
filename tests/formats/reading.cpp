#include "tests/formats/reading.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>

namespace ketensync::formats {

Cut cut(std::string_view page, Layout const & layout, Limits const & limits)
{
    Cut cut;
    Sink const sink { [&](std::string_view context) {
                         ++cut.contexts;
                         cut.context = context;
                     },
        [&](std::string_view document) -> Result<void> {
            cut.documents.emplace_back(document);
            return {};
        } };
    cut.result = split(page, layout, limits, sink);
    return cut;
}

std::string written(Tree const & tree, Tree::Id id)
{
    auto const & node = tree[id];
    std::string text;
    switch (node.type) {
    case Tree::Type::null:
        return "null";
    case Tree::Type::text:
        return '"' + std::string(node.text) + '"';
    case Tree::Type::number:
    case Tree::Type::boolean:
        return std::string(node.text);
    case Tree::Type::object:
    case Tree::Type::array:
        break;
    }
    bool const object = node.type == Tree::Type::object;
    for (auto child = node.first; child != Tree::none; child = tree[child].next) {
        text += text.empty() ? "" : ",";
        text += object ? std::string(tree[child].name) + ':' : "";
        text += written(tree, child);
    }
    return object ? '{' + text + '}' : '[' + text + ']';
}

std::string read(std::string_view document, Layout const & layout, std::string_view context, Limits const & limits)
{
    Parser parser(layout, limits);
    Tree tree;
    auto const result = parser.parse(context, document, tree);
    if (!result) {
        EXPECT_EQ(result.error().failure, Failure::bad_data) << result.error().what;
        return "! " + result.error().what;
    }
    return written(tree);
}

std::string outcome(Result<void> const & result)
{
    if (result) {
        return "ok";
    }
    return (result.error().failure == Failure::bad_page ? "bad_page: " : "other: ") + result.error().what;
}

Fenced::Fenced(std::string_view bytes)
{
    constexpr std::size_t page = 4096;
    auto const room = (bytes.size() + page - 1) / page * page;
    m_size = room + page;
    m_memory = ::mmap(nullptr, m_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    auto * const start = static_cast<char *>(m_memory) + (room - bytes.size());
    std::copy(bytes.begin(), bytes.end(), start);
    ::mprotect(static_cast<char *>(m_memory) + room, page, PROT_NONE);
    m_bytes = { start, bytes.size() };
}

Fenced::~Fenced()
{
    ::munmap(m_memory, m_size);
}

} // namespace ketensync::formats
