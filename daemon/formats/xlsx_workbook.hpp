#pragma once

#include "daemon/base/result.hpp"
#include "daemon/formats/excel_number.hpp"
#include "daemon/formats/format.hpp"
#include "daemon/formats/xml_reader.hpp"
#include "daemon/formats/zip_archive.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::formats::xlsx {

/// The texts that cells refer to by number, one after the other in one piece of memory.
class SharedTexts {
public:
    explicit SharedTexts(std::size_t bytes_max)
        : m_bytes_max(bytes_max)
    {
    }
    /// False when they become larger than the bound.
    bool add(std::string_view text);
    std::optional<std::string_view> at(std::size_t number) const;

private:
    std::string m_text;
    std::vector<std::uint64_t> m_ends;
    std::size_t m_bytes_max;
};

/// What of a workbook its cells need, besides the sheet itself. Read once for a page; immutable from then on.
struct Workbook {
    std::string sheet; ///< the part that holds the sheet that is read
    Epoch epoch = Epoch::of_1900;
    std::vector<Shown> styles; ///< by the style of a cell
    SharedTexts texts;
};

/// Reads all but the sheet. Failure::bad_page for an archive that holds no workbook, or not the sheet that the layout
/// names (the message names those that it has).
Result<Workbook> read_workbook(ZipArchive & archive, Layout const & layout, Limits const & limits);

/// Reads a part of the archive as XML; no deeper than parts of a workbook are.
class PartEvents : public xml::Reader::Events {
public:
    Result<void> opened(std::string_view name, std::vector<xml::Reader::Attribute> const & attributes) final;
    Result<void> closed() final;

protected:
    using Attributes = std::vector<xml::Reader::Attribute>;
    virtual Result<void> on_open(std::string_view name, Attributes const & attributes) = 0;
    virtual Result<void> on_close(std::string_view name) = 0;
    /// Empty when there is none.
    static std::string_view attribute(Attributes const & attributes, std::string_view name);

private:
    std::vector<std::string> m_open;
    std::size_t m_depth = 0;
};
Result<void> read_part(ZipArchive & archive, std::string const & name, PartEvents & events);

/// Undoes _x000D_, which is how a workbook writes a character that XML cannot hold.
void unescape(std::string & text);

} // namespace ketensync::formats::xlsx
