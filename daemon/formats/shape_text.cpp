// How a Shape is kept: a line for each field, the fields of one below it.

#include "daemon/formats/shape.hpp"

#include <fmt/format.h>

#include <charconv>

namespace ketensync::formats {

namespace {

constexpr std::string_view first_line = "shape 1\n";

/// The next number of a line, and the blank behind it.
template <typename Number>
bool take_number(std::string_view & line, Number & number)
{
    auto const [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc() || end == line.data() + line.size() || *end != ' ') {
        return false;
    }
    line.remove_prefix(static_cast<std::size_t>(end + 1 - line.data()));
    return true;
}

} // namespace

std::string Shape::encode() const
{
    std::string text(first_line);
    auto const write = [&](Id id) {
        auto const & node = m_nodes[id];
        // Places in the list are kept, so that a parent is named by its own.
        text += fmt::format("{} {} {} {} {} {} {}\n", id == 0 ? 0 : node.parent, node.types, node.fresh,
            static_cast<unsigned>(node.what), node.values, node.objects, node.name);
    };
    for (Id id = 0; id < m_nodes.size(); ++id) {
        write(id);
    }
    return text;
}

std::optional<Shape> Shape::decode(std::string_view text)
{
    if (!text.starts_with(first_line)) {
        return std::nullopt;
    }
    text.remove_prefix(first_line.size());
    Shape shape;
    bool document = true;
    while (!text.empty()) {
        auto const end = text.find('\n');
        if (end == std::string_view::npos || shape.m_nodes.size() > fields_max) {
            return std::nullopt;
        }
        auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        Id parent = 0;
        Node read;
        unsigned what = 0;
        if (!take_number(line, parent) || !take_number(line, read.types) || !take_number(line, read.fresh)
            || !take_number(line, what) || what > static_cast<unsigned>(What::vanished) || !take_number(line, read.values)
            || !take_number(line, read.objects) || parent >= shape.m_nodes.size() || line.empty() != document) {
            return std::nullopt;
        }
        auto & node = shape.m_nodes[document ? 0 : shape.add(parent, line)];
        node.types = read.types;
        node.fresh = read.fresh;
        node.what = static_cast<What>(what);
        node.values = read.values;
        node.objects = read.objects;
        document = false;
    }
    return document ? std::nullopt : std::optional(std::move(shape));
}

} // namespace ketensync::formats
