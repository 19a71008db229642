#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace ketensync::formats {

/// A zip archive with these parts, for tests; with a password, encrypted.
std::string zipped(std::map<std::string, std::string> const & parts, std::string const & password = {});

/// A workbook written by hand, for tests: the parts of one with the sheet "Blad1", to be changed before it is zipped.
struct Workbook {
    Workbook();
    std::map<std::string, std::string> parts;

    /// What stands between <sheetData> and its end.
    Workbook & rows(std::string_view xml);
    Workbook & shared_texts(std::string_view items);
    /// The formats of cells; xfs are <xf .../> elements.
    Workbook & styles(std::string_view formats, std::string_view xfs);
    Workbook & of_1904();
    std::string bytes() const { return zipped(parts); }
};

} // namespace ketensync::formats
