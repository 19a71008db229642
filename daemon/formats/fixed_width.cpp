#include "daemon/formats/fixed_width.hpp"

#include "daemon/formats/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::formats::fixed_width {

namespace {

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

class FixedWidthParser final : public DocumentParser {
public:
    FixedWidthParser(Layout const & layout, Limits const & limits)
        : m_layout(layout)
        , m_limits(limits)
    {
        for (auto & column : m_layout.positions) {
            column.start = std::max<std::size_t>(column.start, 1);
            m_length = std::max(m_length, column.start - 1 + column.length);
        }
    }

    Result<void> parse(std::string_view context, std::string_view document, Tree & tree) override
    {
        if (m_layout.positions.size() >= m_limits.nodes_max) {
            return fail(Failure::bad_data, "the line has too many columns");
        }
        // Every encoding is read as UTF-8, so that positions are code points whatever it was.
        auto const text = row_text(document, take_mark(context, m_layout.encoding), tree);
        if (!text) {
            return fail(Failure::bad_data, "the line is not text in the layout's encoding");
        }
        m_starts.clear();
        if (!is_ascii(*text)) {
            for (std::size_t at = 0; at < text->size(); ++at) {
                if ((static_cast<unsigned char>((*text)[at]) & 0xc0U) != 0x80U) {
                    m_starts.push_back(at);
                }
            }
            m_starts.push_back(text->size());
        }
        auto const length = m_starts.empty() ? text->size() : m_starts.size() - 1;
        if (length < m_length) {
            return fail(
                Failure::bad_data, fmt::format("the line has {} positions where {} are laid out", length, m_length));
        }
        auto const root = tree.add(Tree::none, {}, Tree::Type::object);
        for (auto const & column : m_layout.positions) {
            auto const first = place(column.start - 1);
            auto const value = text->substr(first, place(column.start - 1 + column.length) - first);
            tree.add(root, column.name, Tree::Type::text, trimmed(value));
        }
        return {};
    }

private:
    /// The byte at which a character starts.
    std::size_t place(std::size_t character) const { return m_starts.empty() ? character : m_starts[character]; }

    Layout m_layout;
    Limits m_limits;
    std::size_t m_length = 0;
    std::vector<std::size_t> m_starts; ///< of each character and of the end; empty when every character is a byte
};

} // namespace

Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
{
    KETENSYNC_TRY_ASSIGN(auto const text, page_text(page, layout.encoding, limits.shared_bytes_max));
    if (auto const what = mistaken_for(text.bytes); !what.empty()) {
        return fail(Failure::bad_page, fmt::format("the page is {} where lines of fixed width are expected", what));
    }
    if (auto const context = with_mark({}, text.encoding, layout.encoding); sink.context && !context.empty()) {
        sink.context(context);
    }
    auto left = text.bytes;
    for (std::size_t count = 0; !left.empty();) {
        auto const end = std::min(left.find('\n'), left.size());
        auto line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty() || (left.empty() && line == "\x1a")) {
            continue;
        }
        if (count++ == limits.items_max) {
            return fail(Failure::bad_page, fmt::format("the page holds more than {} documents", limits.items_max));
        }
        KETENSYNC_TRY(sink.document(line));
    }
    return {};
}

std::unique_ptr<DocumentParser> parser(Layout const & layout, Limits const & limits)
{
    return std::make_unique<FixedWidthParser>(layout, limits);
}

} // namespace ketensync::formats::fixed_width
