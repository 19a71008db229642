#include "daemon/formats/csv_table.hpp"

#include "daemon/formats/encoding.hpp"
#include "daemon/formats/format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace ketensync::formats {

namespace {

constexpr std::size_t bytes_at_a_time = 8U << 20U;

std::string_view without_blanks(std::string_view text)
{
    auto const blank = [](char letter) { return letter == ' ' || letter == '\t'; };
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace

tl::unexpected<Error> CsvTable::fault(std::string const & what) const
{
    return fail(Failure::bad_data, fmt::format("{}:{}: {}", m_path.string(), m_line, what));
}

Result<CsvTable> CsvTable::open(std::filesystem::path const & path, std::size_t row_bytes_max)
{
    CsvTable table;
    table.m_path = path;
    table.m_row_bytes_max = row_bytes_max;
    table.m_file.open(path, std::ios::binary);
    if (!table.m_file || std::filesystem::is_directory(path)) {
        return fail(Failure::usage, fmt::format("{} cannot be read", path.string()));
    }
    KETENSYNC_TRY(table.read_header());
    return table;
}

/// Moves what is left to the front and reads on; false at the end of the file.
Result<bool> CsvTable::fill()
{
    if (m_ended) {
        return false;
    }
    m_buffer.erase(0, m_at);
    m_at = 0;
    auto const left = m_buffer.size();
    m_buffer.resize(left + bytes_at_a_time);
    m_file.read(m_buffer.data() + left, static_cast<std::streamsize>(bytes_at_a_time));
    m_buffer.resize(left + static_cast<std::size_t>(m_file.gcount()));
    m_ended = m_file.eof();
    if (m_file.bad()) {
        return fail(Failure::unavailable, fmt::format("{} cannot be read on", m_path.string()));
    }
    // A chunk may end within a character, so only whole lines are looked at.
    auto const whole = m_ended ? m_buffer.size() : m_buffer.rfind('\n') + 1;
    auto const fresh = std::string_view(m_buffer).substr(std::min(left, whole), whole - std::min(left, whole));
    if (fresh.find('\0') != std::string_view::npos) {
        return fault("the file holds NUL characters: it is no CSV, or is UTF-16; save it as UTF-8");
    }
    if (m_converted || !valid_utf8(fresh)) {
        std::string converted;
        if (!to_utf8(std::string_view(m_buffer).substr(left), Encoding::cp1252, converted)) {
            return fault("the file is neither UTF-8 nor Windows-1252");
        }
        m_buffer.replace(left, std::string::npos, converted);
        m_converted = true;
    }
    return true;
}

Result<void> CsvTable::read_header()
{
    KETENSYNC_TRY(fill());
    if (m_buffer.starts_with("\xEF\xBB\xBF")) {
        m_at = 3;
    }
    auto const line = std::string_view(m_buffer).substr(m_at, m_buffer.find_first_of("\r\n", m_at) - m_at);
    if (without_blanks(line).empty()) {
        return fault("the file is empty: its first line must name the columns");
    }
    if (auto const other = mistaken_for(line); !other.empty()) {
        return fault(fmt::format("the file is {}, not CSV", other));
    }
    std::size_t most = 0;
    for (char const separator : { ',', ';', '\t', '|' }) {
        auto const count = static_cast<std::size_t>(std::count(line.begin(), line.end(), separator));
        if (count > most) {
            most = count;
            m_separator = separator;
        }
    }
    Rows rows;
    KETENSYNC_TRY(take_row(rows, true));
    for (auto const field : rows.fields) {
        m_header.emplace_back(field);
    }
    for (auto const & name : m_header) {
        if (!name.empty() && std::count(m_header.begin(), m_header.end(), name) > 1) {
            return fault(fmt::format("two columns are called '{}'", name));
        }
    }
    m_header_line = rows.lines.front();
    return {};
}

/// One row of what is read; false when more must be read first.
Result<bool> CsvTable::take_row(Rows & rows, bool is_header)
{
    auto const begin = m_at;
    auto const separator = m_separator;
    auto const first = rows.fields.size();
    std::uint64_t lines = 0;
    auto const undo = [&]() -> Result<bool> {
        rows.fields.resize(first);
        m_at = begin;
        if (m_buffer.size() - begin > m_row_bytes_max) {
            return fault("a row does not end: see whether a quote is left open");
        }
        return false;
    };
    for (auto at = begin;;) {
        while (at < m_buffer.size() && m_buffer[at] == ' ') {
            ++at;
        }
        if (at < m_buffer.size() && m_buffer[at] == '"') {
            std::string * unquoted = nullptr;
            auto const from = ++at;
            std::size_t end = 0;
            while (true) {
                at = m_buffer.find('"', at);
                if (at == std::string::npos || (at + 1 == m_buffer.size() && !m_ended)) {
                    if (at == std::string::npos && m_ended) {
                        return fault("a quote is opened and never closed");
                    }
                    return undo();
                }
                if (at + 1 < m_buffer.size() && m_buffer[at + 1] == '"') {
                    at += 2;
                    if (unquoted == nullptr) {
                        unquoted = m_unquoted.emplace_back(std::make_unique<std::string>()).get();
                    }
                    continue;
                }
                end = at++;
                break;
            }
            auto field = std::string_view(m_buffer).substr(from, end - from);
            lines += static_cast<std::uint64_t>(std::count(field.begin(), field.end(), '\n'));
            if (unquoted != nullptr) {
                for (std::size_t i = 0; i < field.size(); ++i) {
                    *unquoted += field[i];
                    i += field[i] == '"' ? 1U : 0U;
                }
                field = *unquoted;
            }
            rows.fields.push_back(without_blanks(field));
            while (at < m_buffer.size() && m_buffer[at] == ' ') {
                ++at;
            }
        } else {
            auto const from = at;
            auto const * const text = m_buffer.data();
            for (auto const size = m_buffer.size(); at < size && text[at] != separator && text[at] != '\n';) {
                ++at;
            }
            if (at == m_buffer.size() && !m_ended) {
                return undo();
            }
            auto field = std::string_view(m_buffer).substr(from, at - from);
            if (field.ends_with('\r')) {
                field.remove_suffix(1);
            }
            rows.fields.push_back(without_blanks(field));
        }
        if (at < m_buffer.size() && m_buffer[at] == m_separator) {
            ++at;
            continue;
        }
        auto end = at;
        if (at < m_buffer.size() && m_buffer[at] == '\r') {
            ++at;
        } else if (end > begin && m_buffer[end - 1] == '\r') {
            --end;
        }
        if (at < m_buffer.size() && m_buffer[at] != '\n') {
            return fault("text stands behind a closing quote");
        }
        if (at == m_buffer.size() && !m_ended) {
            return undo();
        }
        auto const count = rows.fields.size() - first;
        if (!is_header && count != m_header.size()) {
            if (count == 1 && rows.fields.back().empty()) { // an empty line
                rows.fields.resize(first);
            } else {
                return fault(fmt::format("this row has {} columns, the header {}", count, m_header.size()));
            }
        } else {
            rows.lines.push_back(std::string_view(m_buffer).substr(begin, end - begin));
        }
        m_at = std::min(at + 1, m_buffer.size());
        m_line += lines + 1;
        return true;
    }
}

Result<bool> CsvTable::next(Rows & rows)
{
    rows.fields.clear();
    rows.lines.clear();
    rows.columns = m_header.size();
    m_unquoted.clear();
    while (rows.lines.empty()) {
        while (m_at < m_buffer.size()) {
            KETENSYNC_TRY_ASSIGN(bool const taken, take_row(rows, false));
            if (!taken) {
                break;
            }
        }
        if (rows.lines.empty()) {
            KETENSYNC_TRY_ASSIGN(bool const more, fill());
            if (!more) {
                return false;
            }
        }
    }
    return true;
}

std::string csv_field(std::string_view text, char separator)
{
    if (text.find_first_of("\"\r\n") == std::string_view::npos && text.find(separator) == std::string_view::npos) {
        return std::string(text);
    }
    std::string quoted = "\"";
    for (char const letter : text) {
        quoted += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return quoted + '"';
}

} // namespace ketensync::formats
