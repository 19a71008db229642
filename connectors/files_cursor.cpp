#include "connectors/files_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::connectors {

namespace {

/// Takes a number and the space behind it from the left of the line.
template <typename Number>
bool take(std::string_view & line, Number & number, int base)
{
    auto const * const end = line.data() + line.size();
    auto const parsed = std::from_chars(line.data(), end, number, base);
    if (parsed.ec != std::errc() || parsed.ptr == end || *parsed.ptr != ' ') {
        return false;
    }
    line.remove_prefix(static_cast<std::size_t>(parsed.ptr + 1 - line.data()));
    return true;
}

} // namespace

std::optional<FilesCursor> FilesCursor::parse(std::string_view text)
{
    FilesCursor cursor;
    while (!text.empty()) {
        auto const end = text.find('\n');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        Read read;
        if (!take(line, read.size, 10) || !take(line, read.changed_ns, 10) || !take(line, read.content.high, 16)
            || !take(line, read.content.low, 16) || line.empty()) {
            return std::nullopt;
        }
        cursor.m_files[std::string(line)] = read;
    }
    return cursor;
}

std::string FilesCursor::text() const
{
    std::string text;
    for (auto const & [name, read] : m_files) {
        text += fmt::format(
            "{} {} {:x} {:x} {}\n", read.size, read.changed_ns, read.content.high, read.content.low, name);
    }
    return text;
}

FilesCursor::Read const * FilesCursor::find(std::string const & name) const
{
    auto const found = m_files.find(name);
    return found == m_files.end() ? nullptr : &found->second;
}

bool FilesCursor::is_behind(FolderFile const & file) const
{
    return std::any_of(m_files.begin(), m_files.end(), [&](auto const & read) {
        return is_older(file, { read.first, read.second.size, read.second.changed_ns });
    });
}

void FilesCursor::keep(std::vector<FolderFile> const & files)
{
    std::map<std::string, Read> kept;
    for (auto const & file : files) {
        if (auto found = m_files.extract(file.name)) {
            kept.insert(std::move(found));
        }
    }
    m_files = std::move(kept);
}

} // namespace ketensync::connectors
