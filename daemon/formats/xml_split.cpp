#include "daemon/formats/encoding.hpp"
#include "daemon/formats/xml.hpp"
#include "daemon/formats/xml_plain.hpp"
#include "daemon/formats/xml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::formats::xml {

namespace {

/// Follows one element path while the page goes by.
class Path {
public:
    explicit Path(std::string_view path)
    {
        while (!path.empty()) {
            auto const slash = std::min(path.find('/'), path.size());
            m_names.emplace_back(path.substr(0, slash));
            path.remove_prefix(std::min(slash + 1, path.size()));
        }
    }
    std::size_t length() const { return m_names.size(); }
    /// True when the element that opens at `depth` (the root is 1) is one that the path leads to.
    bool opened(std::size_t depth, std::string_view name)
    {
        if (depth == m_matched + 1 && m_matched < m_names.size() && m_names[m_matched] == name) {
            m_reached = std::max(m_reached, ++m_matched);
            return m_matched == m_names.size();
        }
        return false;
    }
    /// True when the element that closes at `depth` is one that the path leads to.
    bool closed(std::size_t depth)
    {
        bool const whole = depth == m_matched && depth == m_names.size();
        m_matched = std::min(m_matched, depth - 1);
        return whole;
    }
    /// The element that should hold the path's last ones was there.
    bool parent_seen() const { return m_reached + 1 >= m_names.size(); }

private:
    std::vector<std::string> m_names;
    std::size_t m_matched = 0; ///< of the open elements, from the root
    std::size_t m_reached = 0; ///< the most ever matched
};

/// Paths to documents that may lie in more than one place: "a/b | a/c".
std::vector<Path> paths_of(std::string_view text)
{
    std::vector<Path> paths;
    for (;;) {
        auto const bar = std::min(text.find('|'), text.size());
        auto one = text.substr(0, bar);
        while (one.starts_with(' ')) {
            one.remove_prefix(1);
        }
        while (one.ends_with(' ')) {
            one.remove_suffix(1);
        }
        paths.emplace_back(one);
        if (bar == text.size()) {
            return paths;
        }
        text.remove_prefix(bar + 1);
    }
}

class Splitter final : public Reader::Events, public PlainEvents {
public:
    Splitter(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
        : m_page(page)
        , m_layout(layout)
        , m_limits(limits)
        , m_sink(sink)
        , m_items(paths_of(layout.items))
        , m_context(layout.context)
    {
        for (auto const & items : m_items) {
            m_deepest = std::max(m_deepest, items.length());
        }
    }

    /// `encoding`: what the page is in whatever it declares; nothing to believe that.
    Result<void> run(std::optional<Encoding> encoding)
    {
        if (encoding.value_or(Encoding::utf8) == Encoding::utf8 && is_plain_page(m_page)) {
            KETENSYNC_TRY(follow_plain_page(m_page, *this));
        } else {
            KETENSYNC_TRY(m_reader.read(m_page, encoding, Failure::bad_page, *this));
        }
        if (std::none_of(m_items.begin(), m_items.end(), [](Path const & items) { return items.parent_seen(); })) {
            return fail(Failure::bad_page, fmt::format("the page has no place for '{}'", m_layout.items));
        }
        return {};
    }

    Result<void> opened(std::string_view name, std::vector<Reader::Attribute> const &) override
    {
        return plain_opened(name, m_reader.start());
    }
    Result<void> closed() override { return plain_closed(m_reader.end()); }

    Result<void> plain_opened(std::string_view name, std::size_t start) override
    {
        if (++m_depth > m_deepest + m_limits.depth_max) {
            return fail(Failure::bad_page, "the page is nested too deep");
        }
        for (auto & items : m_items) {
            if (items.opened(m_depth, name)) {
                m_start = start;
            }
        }
        if (m_context.opened(m_depth, name)) {
            m_context_start = start;
        }
        return {};
    }

    Result<void> plain_closed(std::size_t end) override
    {
        auto const depth = m_depth--;
        if (m_context.closed(depth)) {
            if (m_context_given) {
                return fail(
                    Failure::bad_page, fmt::format("'{}' occurs twice, or behind the documents", m_layout.context));
            }
            give_context(m_page.substr(m_context_start, end - m_context_start));
        }
        bool is_document = false;
        for (auto & items : m_items) {
            is_document = items.closed(depth) || is_document;
        }
        return is_document ? document(m_page.substr(m_start, end - m_start)) : Result<void>();
    }

private:
    Result<void> document(std::string_view document)
    {
        if (!m_context_given) {
            if (m_context.length() != 0) {
                return fail(Failure::bad_page, fmt::format("'{}' is missing before the documents", m_layout.context));
            }
            give_context({});
        }
        if (m_count++ == m_limits.items_max) {
            return fail(Failure::bad_page, fmt::format("the page holds more than {} documents", m_limits.items_max));
        }
        return m_sink.document(document);
    }

    void give_context(std::string_view context)
    {
        m_context_given = true;
        std::string text(declaration(m_reader.encoding()));
        text += context;
        if (m_sink.context && !text.empty()) {
            m_sink.context(text);
        }
    }

    std::string_view m_page;
    Layout const & m_layout;
    Limits const & m_limits;
    Sink const & m_sink;
    Reader m_reader;
    std::vector<Path> m_items;
    Path m_context;
    std::size_t m_deepest = 0; ///< steps of the longest of the paths
    std::size_t m_depth = 0;
    std::size_t m_start = 0;
    std::size_t m_context_start = 0;
    bool m_context_given = false;
    std::size_t m_count = 0;
};

} // namespace

Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
{
    if (page.starts_with("\xff\xfe") || page.starts_with("\xfe\xff")) {
        KETENSYNC_TRY_ASSIGN(auto const text, page_text(page, Encoding::utf16, limits.shared_bytes_max));
        return Splitter(text.bytes, layout, limits, sink).run(Encoding::utf8);
    }
    auto const text = without_mark(page);
    if (!mistaken_for(text).empty()) {
        return fail(
            Failure::bad_page, "the page is HTML, or XML with a DOCTYPE, which is refused, where XML is expected");
    }
    // Expat would take these for UTF-16 without being told.
    if (text.substr(0, 4).find('\0') != std::string_view::npos) {
        return fail(Failure::bad_page, "the page is UTF-16 without a byte order mark, or no text at all");
    }
    return Splitter(text, layout, limits, sink).run(std::nullopt);
}

} // namespace ketensync::formats::xml
