#include "tests/formats/workbook.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <stdexcept>

namespace ketensync::formats {

namespace {

constexpr std::string_view relations
    = R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
constexpr std::string_view type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

std::string relation(std::string_view id, std::string_view kind, std::string_view target)
{
    return fmt::format(R"(<Relationship Id="{}" Type="{}{}" Target="{}"/>)", id, type, kind, target);
}

} // namespace

std::string zipped(std::map<std::string, std::string> const & parts, std::string const & password)
{
    zip_error_t error;
    zip_error_init(&error);
    auto * const whole = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(whole);
    auto * const zip = zip_open_from_source(whole, ZIP_TRUNCATE, &error);
    for (auto const & [name, content] : parts) {
        auto * const source = zip_source_buffer(zip, content.data(), content.size(), 0);
        auto const index = zip_file_add(zip, name.c_str(), source, 0);
        if (index < 0) {
            throw std::runtime_error(zip_strerror(zip));
        }
        if (!password.empty()) {
            zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_AES_128, password.c_str());
        }
    }
    if (zip_close(zip) != 0) {
        throw std::runtime_error(zip_strerror(zip));
    }
    zip_stat_t status;
    zip_stat_init(&status);
    zip_source_stat(whole, &status);
    std::string bytes(status.size, '\0');
    zip_source_open(whole);
    zip_source_read(whole, bytes.data(), bytes.size());
    zip_source_close(whole);
    zip_source_free(whole);
    return bytes;
}

Workbook::Workbook()
{
    parts["_rels/.rels"]
        = fmt::format("{}{}</Relationships>", relations, relation("rId1", "officeDocument", "xl/workbook.xml"));
    parts["xl/workbook.xml"] = R"(<workbook xmlns:r="r"><workbookPr/><sheets>)"
                               R"(<sheet name="Verborgen" sheetId="7" state="hidden" r:id="rId9"/>)"
                               R"(<sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>)";
    parts["xl/_rels/workbook.xml.rels"]
        = fmt::format("{}{}{}{}{}</Relationships>", relations, relation("rId1", "worksheet", "worksheets/sheet1.xml"),
            relation("rId9", "worksheet", "/xl/worksheets/sheet9.xml"), relation("rId2", "styles", "styles.xml"),
            relation("rId3", "sharedStrings", "./sharedStrings.xml"));
    parts["xl/worksheets/sheet9.xml"] = R"(<worksheet><sheetData><row><c t="str"><v>geheim</v></c></row><row>)"
                                        R"(<c><v>1</v></c></row></sheetData></worksheet>)";
    rows("");
    shared_texts("");
    styles("", R"(<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="49"/>)");
}

Workbook & Workbook::rows(std::string_view xml)
{
    parts["xl/worksheets/sheet1.xml"] = fmt::format(
        R"(<?xml version="1.0" encoding="UTF-8"?><x:worksheet xmlns:x="m"><x:cols/><x:sheetData>{}</x:sheetData><extLst><c><v>9</v></c></extLst></x:worksheet>)",
        xml);
    return *this;
}

Workbook & Workbook::shared_texts(std::string_view items)
{
    parts["xl/sharedStrings.xml"] = fmt::format("<sst>{}</sst>", items);
    return *this;
}

Workbook & Workbook::styles(std::string_view formats, std::string_view xfs)
{
    parts["xl/styles.xml"] = fmt::format("<styleSheet><numFmts>{}</numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"
                                         "</cellStyleXfs><cellXfs>{}</cellXfs></styleSheet>",
        formats, xfs);
    return *this;
}

Workbook & Workbook::of_1904()
{
    auto & book = parts["xl/workbook.xml"];
    book.replace(book.find("<workbookPr/>"), 13, R"(<workbookPr date1904="1"/>)");
    return *this;
}

} // namespace ketensync::formats
