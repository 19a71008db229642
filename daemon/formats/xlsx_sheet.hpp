#pragma once

#include "daemon/formats/xlsx_workbook.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats::xlsx {

/// One cell as the sheet has it; what its text means is in its type and style.
struct Cell {
    enum class Type : std::uint8_t { number, shared, text, boolean, error, iso_date };
    std::size_t column = 0; ///< from 0
    std::size_t style = 0;
    Type type = Type::number;
    bool formula = false;
    bool has_value = false;
    std::string_view text; ///< as long as the row
};

/// Follows a sheet and gives its rows, one at a time. The cells of a row are in the order of their columns.
class SheetPart : public PartEvents {
public:
    bool wants_text() const final { return true; }
    Result<void> text(std::string_view text) final;

protected:
    /// `number` is from 1. Only rows with a cell in them.
    virtual Result<void> row(std::size_t number, std::vector<Cell> & cells) = 0;
    explicit SheetPart(std::size_t row_bytes_max)
        : m_row_bytes_max(row_bytes_max)
    {
    }

private:
    Result<void> on_open(std::string_view name, Attributes const & attributes) final;
    Result<void> on_close(std::string_view name) final;
    Result<void> open_row(Attributes const & attributes);
    Result<void> open_cell(Attributes const & attributes);

    std::size_t m_row_bytes_max;
    std::size_t m_row = 0;
    bool m_inside = false; ///< of sheetData
    bool m_taking = false;
    bool m_spoken = false;
    std::string m_text; ///< of the row's cells, one after the other
    std::vector<std::size_t> m_starts; ///< of each cell in it
    std::vector<Cell> m_cells;
};

/// Writes the rows below the header as JSON, and gives them to the sink.
class RowWriter final : public SheetPart {
public:
    RowWriter(Workbook const & workbook, Layout const & layout, Limits const & limits, Sink const & sink);
    /// To be called behind the last row.
    Result<void> finish() const;

private:
    Result<void> row(std::size_t number, std::vector<Cell> & cells) override;
    Result<void> take_header(std::vector<Cell> const & cells);
    void name_columns(std::vector<std::string> names);
    Result<void> write(Cell const & cell);
    Result<std::string_view> text_of(Cell const & cell) const;

    struct Column {
        std::string member; ///< the name as JSON, with its colon; empty for a column without a name
        bool date = false; ///< plain numbers are dates
    };

    Workbook const & m_workbook;
    Layout const & m_layout;
    Limits const & m_limits;
    Sink const & m_sink;
    std::vector<Column> m_columns;
    bool m_named = false;
    std::string m_json;
    std::string m_scratch;
    std::size_t m_count = 0;
};

} // namespace ketensync::formats::xlsx
