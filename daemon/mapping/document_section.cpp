#include "daemon/mapping/document_section.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

using formats::Encoding;
using formats::Format;

/// What only formats of rows have.
constexpr auto of_tables = std::to_array<std::string_view>(
    { "separator", "header", "columns", "encoding", "position", "sheet", "header_row", "dates" });

template <typename Keys = std::initializer_list<std::string_view>>
void refuse(settings::Table const & table, std::string_view format, Keys const & keys)
{
    for (auto const key : keys) {
        if (table.has(key)) {
            table.fault(key, fmt::format("'{}' means nothing when format = \"{}\"", key, format));
            if (key == "position") {
                for (auto const & entry : table.tables(key)) {
                    entry.keys();
                }
            }
        }
    }
}

Encoding read_encoding(settings::Table const & table)
{
    auto const word = table.word("encoding", { "utf8", "cp1252", "iso_8859_1", "utf16", "detect" }, "utf8");
    return word == "cp1252"     ? Encoding::cp1252
        : word == "iso_8859_1" ? Encoding::iso_8859_1
        : word == "utf16"      ? Encoding::utf16
        : word == "detect"     ? Encoding::detect
                               : Encoding::utf8;
}

/// Of csv and xlsx: a row that names the columns, or their names here.
void read_columns(settings::Table const & table, formats::Layout & layout)
{
    layout.header = table.flag("header", true);
    layout.columns = table.texts("columns");
    if (!layout.header && layout.columns.empty()) {
        table.fault("header", "without a header the columns must be named: columns = [\"…\", \"…\"]");
    }
    if (layout.header && !layout.columns.empty()) {
        table.fault("columns", "the header names the columns already; remove 'columns', or say header = false");
    }
    auto sorted = layout.columns;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        table.fault("columns", "two columns have the same name");
    }
}

void read_xlsx(settings::Table const & table, formats::Layout & layout)
{
    constexpr std::int64_t last_row = 1'048'576;
    layout.sheet = table.text("sheet");
    read_columns(table, layout);
    layout.header_row = static_cast<std::size_t>(table.integer("header_row", 1, 1, last_row));
    if (!layout.header && table.has("header_row")) {
        table.fault("header_row", "there is no row that names the columns: header = false");
    }
    layout.dates = table.texts("dates");
}

void read_csv(settings::Table const & table, formats::Layout & layout)
{
    layout.encoding = read_encoding(table);
    auto const separator = table.text("separator", ";");
    if (separator.size() != 1 || separator == "\"" || separator == "\n") {
        table.fault("separator", "the separator is one character, as in \";\"");
    } else {
        layout.separator = separator.front();
    }
    read_columns(table, layout);
}

void read_positions(settings::Table const & table, formats::Layout & layout)
{
    layout.encoding = read_encoding(table);
    constexpr std::int64_t longest = 65'535;
    for (auto const & entry : table.tables("position")) {
        formats::Layout::Column column;
        column.name = entry.required_text("name");
        if (!entry.has("start") || !entry.has("length")) {
            entry.fault("name", "a position has a name, a start (from 1) and a length");
        }
        column.start = static_cast<std::size_t>(entry.integer("start", 1, 1, longest));
        column.length = static_cast<std::size_t>(entry.integer("length", 1, 1, longest));
        for (auto const & other : layout.positions) {
            if (other.name == column.name) {
                entry.fault("name", fmt::format("another position is called '{}' too", column.name));
            }
            if (column.start < other.start + other.length && other.start < column.start + column.length) {
                entry.fault("start", fmt::format("this lies over '{}'", other.name));
            }
        }
        layout.positions.push_back(std::move(column));
    }
    if (layout.positions.empty()) {
        table.fault(
            "format", "a fixed-width layout needs its positions: [[document.position]] with name, start and length");
    }
}

} // namespace

formats::Layout read_document_section(settings::TomlFile & file, settings::Table const & table)
{
    formats::Layout layout;
    if (!table.has("format")) {
        file.fault(table.place(), "'format' is missing here; one of: json, xml, csv, xlsx, fixed_width");
    }
    auto const format = table.word("format", { "json", "xml", "csv", "xlsx", "fixed_width" }, "");
    if (format == "json") {
        layout.format = Format::json;
        layout.items = table.text("items");
        refuse(table, format, { "context" });
        refuse(table, format, of_tables);
    } else if (format == "xml") {
        layout.format = Format::xml;
        layout.items = table.required_text("items");
        layout.context = table.text("context");
        refuse(table, format, of_tables);
    } else if (format == "csv") {
        layout.format = Format::csv;
        read_csv(table, layout);
        refuse(table, format, { "items", "context", "position", "sheet", "header_row", "dates" });
    } else if (format == "xlsx") {
        layout.format = Format::xlsx;
        read_xlsx(table, layout);
        refuse(table, format, { "items", "context", "separator", "encoding", "position" });
    } else if (format == "fixed_width") {
        layout.format = Format::fixed_width;
        read_positions(table, layout);
        refuse(table, format, { "items", "context", "separator", "header", "columns", "sheet", "header_row", "dates" });
    } else {
        table.keys();
    }
    return layout;
}

} // namespace ketensync::mapping
