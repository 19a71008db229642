#include "daemon/mapping/document_section.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace ketensync::mapping {

namespace {

using formats::Encoding;
using formats::Format;

void refuse(settings::Table const & table, std::string_view format, std::initializer_list<std::string_view> keys)
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
    auto const word = table.word("encoding", { "utf8", "cp1252", "iso_8859_1" }, "utf8");
    return word == "cp1252" ? Encoding::cp1252 : word == "iso_8859_1" ? Encoding::iso_8859_1 : Encoding::utf8;
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
        file.fault(table.place(), "'format' is missing here; one of: json, csv, fixed_width, xml");
    }
    auto const format = table.word("format", { "json", "csv", "fixed_width", "xml" }, "");
    if (format == "json") {
        layout.format = Format::json;
        layout.items = table.text("items");
        refuse(table, format, { "context", "separator", "header", "columns", "encoding", "position" });
    } else if (format == "xml") {
        layout.format = Format::xml;
        layout.items = table.required_text("items");
        layout.context = table.text("context");
        refuse(table, format, { "separator", "header", "columns", "encoding", "position" });
    } else if (format == "csv") {
        layout.format = Format::csv;
        read_csv(table, layout);
        refuse(table, format, { "items", "context", "position" });
    } else if (format == "fixed_width") {
        layout.format = Format::fixed_width;
        read_positions(table, layout);
        refuse(table, format, { "items", "context", "separator", "header", "columns" });
    } else {
        table.keys();
    }
    return layout;
}

} // namespace ketensync::mapping
