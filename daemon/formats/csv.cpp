#include "daemon/formats/csv.hpp"

#include "daemon/formats/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace ketensync::formats::csv {

namespace {

char const * find(char const * at, char const * end, char what)
{
    auto const * const found = std::memchr(at, what, static_cast<std::size_t>(end - at));
    return found == nullptr ? end : static_cast<char const *>(found);
}

/// From behind an opening quote to behind its closing quote; nothing when it never closes.
char const * quoted_end(char const * at, char const * end)
{
    for (;; at += 2) {
        at = find(at, end, '"');
        if (at == end) {
            return nullptr;
        }
        if (at + 1 == end || at[1] != '"') {
            return at + 1;
        }
    }
}

/// True when nothing but a line end, or the end, stands at `at`.
bool row_ends(char const * at, char const * end)
{
    return at == end || *at == '\n' || (*at == '\r' && (at + 1 == end || at[1] == '\n'));
}

/// Finds the rows of a page, one after the other.
class Rows {
public:
    Rows(std::string_view page, char separator, std::size_t bytes_max)
        : m_at(page.data())
        , m_end(page.data() + page.size())
        , m_separator(separator)
        , m_bytes_max(bytes_max)
    {
    }

    /// The next row that is not empty, without its line end; false at the end of the page.
    Result<bool> next(std::string_view & row)
    {
        while (m_at != m_end) {
            auto const * const start = m_at;
            auto const * line_end = find(m_at, m_end, '\n');
            if (find(start, line_end, '"') != line_end) {
                KETENSYNC_TRY_ASSIGN(line_end, quoted_row_end(start));
            }
            ++m_row;
            m_at = line_end == m_end ? m_end : line_end + 1;
            auto const * const last = line_end != start && line_end[-1] == '\r' ? line_end - 1 : line_end;
            row = { start, static_cast<std::size_t>(last - start) };
            if (!row.empty()) {
                return true;
            }
        }
        return false;
    }

private:
    /// The line end, or the page's, that ends the row; a row that holds a quote somewhere.
    Result<char const *> quoted_row_end(char const * at)
    {
        auto const * const start = at;
        for (;;) {
            if (at != m_end && *at == '"') {
                at = quoted_end(at + 1, m_end);
                if (at == nullptr || static_cast<std::size_t>(at - start) > m_bytes_max) {
                    return fail(Failure::bad_page, fmt::format("row {} opens a quote that does not close", m_row + 1));
                }
                if (!row_ends(at, m_end) && *at != m_separator) {
                    return fail(Failure::bad_page, fmt::format("row {} goes on behind a closing quote", m_row + 1));
                }
            }
            while (at != m_end && *at != m_separator && *at != '\n') {
                ++at;
            }
            if (at == m_end || *at == '\n') {
                return at;
            }
            ++at;
        }
    }

    char const * m_at;
    char const * m_end;
    char m_separator;
    std::size_t m_bytes_max;
    std::size_t m_row = 0;
};

/// Calls `field` with each field of a row, unquoted; false when the row's quotes are not sound.
template <typename Field>
bool for_each_field(std::string_view row, char separator, std::string & plain, Field field)
{
    auto const * at = row.data();
    auto const * const end = at + row.size();
    for (;;) {
        if (at != end && *at == '"') {
            auto const * const start = at + 1;
            at = quoted_end(start, end);
            if (at == nullptr || (at != end && *at != separator)) {
                return false;
            }
            std::string_view const inside(start, static_cast<std::size_t>(at - 1 - start));
            plain.clear();
            for (std::size_t from = 0; from < inside.size();) {
                auto const quote = std::min(inside.find('"', from), inside.size() - 1);
                plain.append(inside, from, quote + 1 - from);
                from = quote + (inside[quote] == '"' ? 2 : 1);
            }
            field(plain.size() == inside.size() ? inside : std::string_view(plain), plain.size() != inside.size());
        } else {
            auto const * const start = at;
            at = find(at, end, separator);
            field(std::string_view(start, static_cast<std::size_t>(at - start)), false);
        }
        if (at == end) {
            return true;
        }
        ++at;
    }
}

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The columns' names; a fault's sentence when they cannot be told apart.
Result<std::vector<std::string>> names(std::string_view header, Encoding encoding, Layout const & layout)
{
    std::string text;
    if (header.find('\0') != std::string_view::npos || !to_utf8(header, encoding, text)) {
        return fail(Failure::bad_data, "the header row is not text in the layout's encoding");
    }
    std::vector<std::string> columns;
    std::string plain;
    if (!for_each_field(
            text, layout.separator, plain, [&](std::string_view name, bool) { columns.emplace_back(trimmed(name)); })) {
        return fail(Failure::bad_data, "the header row's quotes are not sound");
    }
    auto sorted = columns;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        return fail(Failure::bad_data, "the header row names a column twice");
    }
    return columns;
}

std::string joined(std::vector<std::string> const & columns, char separator)
{
    std::string text;
    for (auto const & column : columns) {
        if (!text.empty()) {
            text += separator;
        }
        text += '"';
        for (char const character : column) {
            text.append(character == '"' ? 2 : 1, character);
        }
        text += '"';
    }
    return text;
}

class CsvParser final : public DocumentParser {
public:
    CsvParser(Layout const & layout, Limits const & limits)
        : m_layout(layout)
        , m_limits(limits)
    {
        if (!layout.header) {
            m_columns = layout.columns;
        }
    }

    Result<void> parse(std::string_view context, std::string_view document, Tree & tree) override
    {
        if (context != m_context || !m_started) {
            m_context = context;
            m_started = true;
            auto header = context;
            m_encoding = take_mark(header, m_layout.encoding);
            if (m_layout.header) {
                m_started = false;
                m_columns.clear();
                KETENSYNC_TRY_ASSIGN(m_columns, names(header, m_encoding, m_layout));
                m_started = true;
            }
        }
        if (m_columns.size() >= m_limits.nodes_max) {
            return fail(Failure::bad_data, "the row has too many columns");
        }
        auto const text = row_text(document, m_encoding, tree);
        if (!text) {
            return fail(Failure::bad_data, "the row is not text in the layout's encoding");
        }
        auto const root = tree.add(Tree::none, {}, Tree::Type::object);
        std::size_t count = 0;
        bool const sound
            = for_each_field(*text, m_layout.separator, m_plain, [&](std::string_view value, bool changed) {
                  if (count < m_columns.size()) {
                      tree.add(root, m_columns[count], Tree::Type::text, changed ? tree.keep(value) : value);
                  }
                  ++count;
              });
        if (!sound) {
            return fail(Failure::bad_data, "the row's quotes are not sound");
        }
        if (count != m_columns.size()) {
            return fail(
                Failure::bad_data, fmt::format("the row has {} columns where {} are named", count, m_columns.size()));
        }
        return {};
    }

private:
    Layout m_layout;
    Limits m_limits;
    std::string m_context; ///< of the document before
    bool m_started = false; ///< there was one
    Encoding m_encoding = Encoding::utf8;
    std::vector<std::string> m_columns;
    std::string m_plain;
};

} // namespace

Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
{
    KETENSYNC_TRY_ASSIGN(auto const text, page_text(page, layout.encoding, limits.shared_bytes_max));
    if (auto const what = mistaken_for(text.bytes); !what.empty()) {
        return fail(Failure::bad_page, fmt::format("the page is {} where CSV is expected", what));
    }
    Rows rows(text.bytes, layout.separator, limits.item_bytes_max);
    std::string_view row;
    if (layout.header) {
        KETENSYNC_TRY_ASSIGN(bool const found, rows.next(row));
        if (!found) {
            return fail(Failure::bad_page, "the page is empty where a header row is expected");
        }
        if (auto columns = names(row, text.encoding, layout); !columns) {
            return fail(Failure::bad_page, std::move(columns).error().what);
        }
    }
    if (sink.context) {
        sink.context(with_mark(
            layout.header ? std::string(row) : joined(layout.columns, layout.separator), text.encoding, layout.encoding));
    }
    for (std::size_t count = 0;; ++count) {
        KETENSYNC_TRY_ASSIGN(bool const found, rows.next(row));
        if (!found) {
            return {};
        }
        if (count == limits.items_max) {
            return fail(Failure::bad_page, fmt::format("the page holds more than {} documents", limits.items_max));
        }
        KETENSYNC_TRY(sink.document(row));
    }
}

std::unique_ptr<DocumentParser> parser(Layout const & layout, Limits const & limits)
{
    return std::make_unique<CsvParser>(layout, limits);
}

} // namespace ketensync::formats::csv
