#include "daemon/monitor/ods.hpp"

#include "daemon/formats/zip_writer.hpp"
#include "daemon/monitor/html.hpp"

namespace ketensync::monitor {

namespace {

void add_cell(Html & xml, OdsCell const & cell)
{
    if (auto const * const text = std::get_if<std::string>(&cell)) {
        xml.open("table:table-cell", { { "office:value-type", "string" } }).element("text:p", *text).close("table:table-cell");
    } else if (auto const * const number = std::get_if<std::int64_t>(&cell)) {
        auto const value = std::to_string(*number);
        xml.open("table:table-cell", { { "office:value-type", "float" }, { "office:value", value } });
        xml.element("text:p", value).close("table:table-cell");
    } else {
        xml.empty("table:table-cell", {});
    }
}

} // namespace

Result<std::string> ods_of(std::string const & name, std::vector<std::vector<OdsCell>> const & rows)
{
    constexpr auto office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
    constexpr auto tables = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
    constexpr auto texts = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";
    constexpr std::size_t name_max = 31;
    Html xml;
    xml.open("office:document-content", { { "xmlns:office", office }, { "xmlns:table", tables }, { "xmlns:text", texts },
                                            { "office:version", "1.2" } });
    xml.open("office:body").open("office:spreadsheet").open("table:table", { { "table:name", name.substr(0, name_max) } });
    for (auto const & row : rows) {
        xml.open("table:table-row");
        for (auto const & cell : row) {
            add_cell(xml, cell);
        }
        xml.close("table:table-row");
    }
    xml.close("table:table").close("office:spreadsheet").close("office:body").close("office:document-content");

    constexpr auto kind = "application/vnd.oasis.opendocument.spreadsheet";
    constexpr auto manifest_names = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
    Html manifest;
    manifest.open("manifest:manifest", { { "xmlns:manifest", manifest_names }, { "manifest:version", "1.2" } });
    manifest.empty("manifest:file-entry", { { "manifest:full-path", "/" }, { "manifest:media-type", kind } });
    manifest.empty("manifest:file-entry", { { "manifest:full-path", "content.xml" }, { "manifest:media-type", "text/xml" } });
    manifest.close("manifest:manifest");
    std::string const declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    // The first part tells what it is, to whoever looks at the first bytes only.
    return formats::zip_of({ { "mimetype", kind, true }, { "content.xml", declaration + xml.bytes(), false },
        { "META-INF/manifest.xml", declaration + manifest.bytes(), false } });
}

} // namespace ketensync::monitor
