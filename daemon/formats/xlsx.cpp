#include "daemon/formats/xlsx.hpp"

#include "daemon/formats/encoding.hpp"
#include "daemon/formats/xlsx_sheet.hpp"

#include <fmt/format.h>

namespace ketensync::formats::xlsx {

namespace {

using namespace std::literals;

/// What Office keeps everything else in than workbooks since 2007.
constexpr auto compound_file = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv;
/// A workbook with a password is a part of that name in such a file, written as UTF-16.
constexpr auto encrypted_part = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv;

} // namespace

Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
{
    if (page.starts_with(compound_file)) {
        return fail(Failure::bad_page,
            page.find(encrypted_part) != std::string_view::npos
                ? "the workbook is encrypted: deliver it without a password"
                : "the workbook is of the kind from before 2007 (.xls): save it as .xlsx");
    }
    if (!page.starts_with("PK")) {
        auto const what = mistaken_for(page);
        return fail(Failure::bad_page,
            fmt::format(
                "the page is {} where a workbook of Excel is expected", what.empty() ? "something else" : what));
    }
    KETENSYNC_TRY_ASSIGN(auto archive, ZipArchive::open(page, limits.unpacked_bytes_max));
    KETENSYNC_TRY_ASSIGN(auto const workbook, read_workbook(archive, layout, limits));
    RowWriter rows(workbook, layout, limits, sink);
    KETENSYNC_TRY(read_part(archive, workbook.sheet, rows));
    return rows.finish();
}

} // namespace ketensync::formats::xlsx
