#include "daemon/formats/xlsx_sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace ketensync::formats::xlsx {

namespace {

constexpr std::size_t columns_max = 16'384; ///< that a sheet can have
constexpr std::size_t rows_max = 1'048'576;

tl::unexpected<Error> bad(std::size_t row, std::string_view what)
{
    return fail(Failure::bad_page, fmt::format("row {} of the sheet: {}", row, what));
}

/// The column of "AJ12", from 0; or columns_max.
std::size_t column_of(std::string_view reference)
{
    std::size_t column = 0;
    for (char const letter : reference) {
        if (letter < 'A' || letter > 'Z') {
            break;
        }
        column = column * 26 + static_cast<std::size_t>(letter - 'A' + 1);
        if (column > columns_max) {
            return columns_max;
        }
    }
    return column == 0 ? columns_max : column - 1;
}

std::string letters_of(std::size_t column)
{
    std::string letters;
    for (++column; column != 0; column = (column - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    }
    return letters;
}

Cell::Type type_of(std::string_view name)
{
    return name == "s"                         ? Cell::Type::shared
        : name == "str" || name == "inlineStr" ? Cell::Type::text
        : name == "b"                          ? Cell::Type::boolean
        : name == "e"                          ? Cell::Type::error
        : name == "d"                          ? Cell::Type::iso_date
                                               : Cell::Type::number;
}

void append_json(std::string_view text, std::string & json)
{
    json += '"';
    for (std::size_t from = 0; from < text.size();) {
        auto plain = from;
        while (plain < text.size() && text[plain] != '"' && text[plain] != '\\'
            && static_cast<unsigned char>(text[plain]) >= 0x20) {
            ++plain;
        }
        json.append(text, from, plain - from);
        if (plain < text.size()) {
            char const character = text[plain];
            if (character == '"' || character == '\\') {
                json += '\\';
                json += character;
            } else {
                fmt::format_to(std::back_inserter(json), "\\u{:04x}", static_cast<unsigned>(character));
            }
            ++plain;
        }
        from = plain;
    }
    json += '"';
}

/// A name of a column without what only makes it look well: line ends in it, blanks around it.
std::string tidied(std::string_view text)
{
    std::string tidy;
    for (char const character : text) {
        bool const blank = character == ' ' || character == '\n' || character == '\r' || character == '\t';
        if (!blank) {
            tidy += character;
        } else if (!tidy.empty() && tidy.back() != ' ') {
            tidy += ' ';
        }
    }
    if (tidy.ends_with(' ')) {
        tidy.pop_back();
    }
    return tidy;
}

} // namespace

Result<void> SheetPart::text(std::string_view text)
{
    if (m_taking) {
        m_text += text;
        if (m_text.size() > m_row_bytes_max) {
            return bad(m_row, fmt::format("it holds more than {} bytes", m_row_bytes_max));
        }
    }
    return {};
}

Result<void> SheetPart::on_open(std::string_view name, Attributes const & attributes)
{
    if (!m_inside) {
        m_inside = name == "sheetData";
        return {};
    }
    if (name == "c") {
        return open_cell(attributes);
    }
    if (name == "row") {
        return open_row(attributes);
    }
    if (m_cells.empty()) {
        return {};
    }
    m_spoken = m_spoken || name == "rPh";
    m_taking = (name == "v" || name == "t") && !m_spoken;
    m_cells.back().formula = m_cells.back().formula || name == "f";
    m_cells.back().has_value = m_cells.back().has_value || m_taking;
    return {};
}

Result<void> SheetPart::open_row(Attributes const & attributes)
{
    auto const before = m_row++;
    if (auto const number = attribute(attributes, "r"); !number.empty()) {
        std::from_chars(number.data(), number.data() + number.size(), m_row);
    }
    if (m_row <= before || m_row > rows_max) {
        return bad(before, "the row behind it is not in order");
    }
    m_cells.clear();
    m_starts.clear();
    m_text.clear();
    return {};
}

Result<void> SheetPart::open_cell(Attributes const & attributes)
{
    Cell cell;
    cell.column = m_cells.empty() ? 0 : m_cells.back().column + 1;
    for (auto const & [name, value] : attributes) {
        if (name == "r") {
            auto const column = column_of(value);
            if (column < cell.column) {
                return bad(m_row, "its cells are not in order");
            }
            cell.column = column;
        } else if (name == "s") {
            std::from_chars(value.data(), value.data() + value.size(), cell.style);
        } else if (name == "t") {
            cell.type = type_of(value);
        }
    }
    if (cell.column >= columns_max) {
        return bad(m_row, "a cell stands in no column");
    }
    m_cells.push_back(cell);
    m_starts.push_back(m_text.size());
    return {};
}

Result<void> SheetPart::on_close(std::string_view name)
{
    m_taking = false;
    m_spoken = m_spoken && name != "rPh";
    if (name == "sheetData") {
        m_inside = false;
    } else if (m_inside && name == "row" && !m_cells.empty()) {
        // Only now the text stays where it is.
        m_starts.push_back(m_text.size());
        for (std::size_t i = 0; i < m_cells.size(); ++i) {
            m_cells[i].text = std::string_view(m_text).substr(m_starts[i], m_starts[i + 1] - m_starts[i]);
        }
        auto done = row(m_row, m_cells);
        m_cells.clear();
        return done;
    }
    return {};
}

RowWriter::RowWriter(Workbook const & workbook, Layout const & layout, Limits const & limits, Sink const & sink)
    : SheetPart(limits.item_bytes_max)
    , m_workbook(workbook)
    , m_layout(layout)
    , m_limits(limits)
    , m_sink(sink)
{
    if (!layout.header) {
        name_columns(layout.columns);
    }
}

Result<void> RowWriter::finish() const
{
    return m_named ? Result<void>()
                   : fail(Failure::bad_page, fmt::format("row {} of the sheet names no columns", m_layout.header_row));
}

void RowWriter::name_columns(std::vector<std::string> names)
{
    m_named = true;
    m_columns.resize(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!names[i].empty()) {
            append_json(names[i], m_columns[i].member);
            m_columns[i].member += ':';
        }
        m_columns[i].date = std::find(m_layout.dates.begin(), m_layout.dates.end(), names[i]) != m_layout.dates.end();
    }
}

Result<void> RowWriter::take_header(std::vector<Cell> const & cells)
{
    std::vector<std::string> names(cells.back().column + 1);
    for (auto const & cell : cells) {
        KETENSYNC_TRY_ASSIGN(auto const text, text_of(cell));
        names[cell.column] = tidied(text);
    }
    auto sorted = names;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(
        sorted.begin(), std::find_if(sorted.begin(), sorted.end(), [](auto const & name) { return !name.empty(); }));
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
        return bad(m_layout.header_row, "it names a column twice");
    }
    if (!sorted.empty()) {
        name_columns(std::move(names));
    }
    return {};
}

Result<void> RowWriter::row(std::size_t number, std::vector<Cell> & cells)
{
    if (m_layout.header && number <= m_layout.header_row) {
        return number == m_layout.header_row ? take_header(cells) : Result<void>();
    }
    KETENSYNC_TRY(finish());
    bool const empty = std::none_of(
        cells.begin(), cells.end(), [](Cell const & cell) { return !cell.text.empty() || cell.formula; });
    if (empty) {
        return {};
    }
    m_json.assign(1, '{');
    auto cell = cells.begin();
    for (std::size_t column = 0; column < m_columns.size() || cell != cells.end(); ++column) {
        bool const here = cell != cells.end() && cell->column == column;
        bool const named = column < m_columns.size() && !m_columns[column].member.empty();
        bool const filled = here && (!cell->text.empty() || cell->formula);
        if (named || filled) {
            m_json += m_json.size() == 1 ? "" : ",";
            named ? m_json += m_columns[column].member : (append_json('#' + letters_of(column), m_json), m_json += ':');
            if (!filled) {
                m_json += "null";
            } else if (auto written = write(*cell); !written) {
                return bad(number, fmt::format("{}: {}", letters_of(column), written.error().what));
            }
        }
        if (here) {
            ++cell;
        } else if (column >= m_columns.size() && cell != cells.end()) {
            column = cell->column - 1;
        }
    }
    m_json += '}';
    if (m_count++ == m_limits.items_max) {
        return fail(Failure::bad_page, fmt::format("the sheet holds more than {} rows", m_limits.items_max));
    }
    return m_sink.document(m_json);
}

Result<std::string_view> RowWriter::text_of(Cell const & cell) const
{
    if (cell.type != Cell::Type::shared) {
        return cell.text;
    }
    std::size_t number = std::numeric_limits<std::size_t>::max();
    std::from_chars(cell.text.data(), cell.text.data() + cell.text.size(), number);
    auto const text = m_workbook.texts.at(number);
    if (!text) {
        return fail(Failure::bad_page, "a cell refers to a text that the workbook has not");
    }
    return *text;
}

Result<void> RowWriter::write(Cell const & cell)
{
    auto const error = [&](std::string_view what) {
        m_json += "{\"error\":";
        append_json(what, m_json);
        m_json += '}';
    };
    if (cell.text.empty()) {
        // Of a text, nothing is a value that a formula can have.
        cell.type == Cell::Type::text && cell.has_value ? void(m_json += "\"\"")
                                                        : error("a formula that was never worked out");
        return {};
    }
    switch (cell.type) {
    case Cell::Type::number: {
        auto const shown = cell.style < m_workbook.styles.size() ? m_workbook.styles[cell.style] : Shown::number;
        bool const date = cell.column < m_columns.size() && m_columns[cell.column].date;
        if (shown != Shown::number || date) {
            if (excel_date(cell.text, m_workbook.epoch, shown == Shown::number ? Shown::date : shown, m_scratch)) {
                append_json(m_scratch, m_json);
                return {};
            }
        }
        excel_number(cell.text, m_scratch) ? void(m_json += m_scratch) : error("no number");
        return {};
    }
    case Cell::Type::boolean:
        m_json += cell.text == "1" || cell.text == "true" ? "true" : "false";
        return {};
    case Cell::Type::error:
        error(cell.text);
        return {};
    case Cell::Type::shared: {
        KETENSYNC_TRY_ASSIGN(auto const text, text_of(cell));
        append_json(text, m_json);
        return {};
    }
    case Cell::Type::iso_date:
        append_json(cell.text, m_json);
        return {};
    case Cell::Type::text:
        m_scratch.assign(cell.text);
        unescape(m_scratch);
        append_json(m_scratch, m_json);
        return {};
    }
    return {};
}

} // namespace ketensync::formats::xlsx
