#pragma once

#include "daemon/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats {

/// A CSV file on disk read as a table, some megabytes of rows at a time: for files far larger than a page. The
/// separator is the one of , ; tab and | that the header has most of. Columns and values are without blanks around. A
/// file that is not UTF-8 is read as Windows-1252, see `converted`. One thread owns it.
class CsvTable {
public:
    /// Some rows. Views live until the next `next`.
    struct Rows {
        std::vector<std::string_view> fields; ///< row by row
        std::vector<std::string_view> lines; ///< each row as it stands in the file, without its line end
        std::size_t columns = 0;
        std::size_t size() const { return lines.size(); }
        std::string_view field(std::size_t row, std::size_t column) const { return fields[row * columns + column]; }
    };

    static Result<CsvTable> open(std::filesystem::path const & path, std::size_t row_bytes_max = 1U << 20U);

    std::vector<std::string> const & header() const { return m_header; }
    std::string const & header_line() const { return m_header_line; }
    char separator() const { return m_separator; }
    /// The next rows; none at the end. bad_data, with the line, for a row that has not as many columns as the header.
    Result<bool> next(Rows & rows);
    bool converted() const { return m_converted; }

private:
    CsvTable() = default;
    Result<void> read_header();
    Result<bool> fill();
    Result<bool> take_row(Rows & rows, bool is_header);
    tl::unexpected<Error> fault(std::string const & what) const;

    std::filesystem::path m_path;
    std::ifstream m_file;
    std::string m_buffer;
    std::size_t m_at = 0;
    bool m_ended = false;
    bool m_converted = false;
    std::size_t m_row_bytes_max = 0;
    std::uint64_t m_line = 1;
    char m_separator = ',';
    std::vector<std::string> m_header;
    std::string m_header_line;
    std::vector<std::unique_ptr<std::string>> m_unquoted; ///< fields that had quotes in them
};

/// `text` as a field of such a file: between quotes where it must be.
std::string csv_field(std::string_view text, char separator);

} // namespace ketensync::formats
