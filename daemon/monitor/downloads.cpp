#include "daemon/monitor/downloads.hpp"

#include "daemon/monitor/ods.hpp"
#include "daemon/monitor/view.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::monitor {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view folder = "bestanden/";
constexpr std::string_view schema_file = "cijfers.schema.json";
/// Free for everybody and everything.
constexpr std::string_view licence = "http://creativecommons.org/publicdomain/zero/1.0/deed.nl";

struct Sheet {
    std::vector<std::string> header;
    struct Line {
        std::vector<std::string> words; ///< code and label of each member
        Cell cell;
    };
    std::vector<Line> lines;
};

bool is_told(Cell const & cell) { return cell.shown == Shown::open || cell.shown == Shown::rounded; }

std::string status_of(Cell const & cell)
{
    std::string status;
    auto const add = [&](bool holds, char code) {
        if (holds) {
            status += status.empty() ? "" : " ";
            status += code;
        }
    };
    add(cell.provisional && is_told(cell), 'p');
    add(cell.shown == Shown::rounded, 'r');
    add(cell.shown == Shown::hidden, 'c');
    add(cell.shown == Shown::impossible, 'z');
    return status;
}

std::string number_of(Cell const & cell) { return is_told(cell) ? fmt::format("{}", cell.count) : std::string(); }

Sheet sheet_of(View const & view, Table const & table)
{
    Sheet sheet;
    for (auto const & id : table.dimensions) {
        sheet.header.push_back(id + "_code");
        sheet.header.push_back(id);
    }
    for (auto const & figure : table.figures) {
        Sheet::Line line { {}, figure.cell };
        for (std::size_t i = 0; i < figure.at.size(); ++i) {
            auto const & member = view.dimension(table.dimensions[i]).members[figure.at[i]];
            line.words.push_back(member.code);
            line.words.push_back(member.label);
        }
        sheet.lines.push_back(std::move(line));
    }
    sheet.header.push_back("aantal");
    sheet.header.push_back("status");
    return sheet;
}

std::string csv_of(Sheet const & sheet)
{
    auto text = csv_line(sheet.header);
    for (auto const & line : sheet.lines) {
        auto values = line.words;
        values.push_back(number_of(line.cell));
        values.push_back(status_of(line.cell));
        text += csv_line(values);
    }
    return text;
}

/// W3C CSV on the Web, beside the file that it is about.
std::string csvw_of(Table const & table, Sheet const & sheet, Indicator const & indicator)
{
    auto columns = Json::array();
    for (auto const & name : sheet.header) {
        Json column { { "name", name }, { "titles", name } };
        column["datatype"] = name == "aantal" ? "nonNegativeInteger" : "string";
        if (name == "aantal") {
            column["dc:description"] = indicator.definition;
            column["required"] = false;
        }
        columns.push_back(std::move(column));
    }
    Json const json { { "@context", Json::array({ "http://www.w3.org/ns/csvw", Json { { "@language", "nl" } } }) },
        { "url", table.id + ".csv" }, { "dc:title", table.title }, { "dc:license", Json { { "@id", licence } } },
        { "dialect", { { "delimiter", "," }, { "header", true }, { "encoding", "utf-8" } } },
        { "tableSchema", { { "columns", columns } } } };
    return json.dump(2) + "\n";
}

std::string json_of(Edition const & edition, Table const & table, Sheet const & sheet, Indicator const & indicator)
{
    auto lines = Json::array();
    for (auto const & line : sheet.lines) {
        Json one = Json::object();
        for (std::size_t i = 0; i < line.words.size(); ++i) {
            one[sheet.header[i]] = line.words[i];
        }
        one["aantal"] = is_told(line.cell) ? Json(line.cell.count) : Json(nullptr);
        one["status"] = status_of(line.cell);
        lines.push_back(std::move(one));
    }
    Json const json { { "$schema", schema_file }, { "uitgave", edition.name }, { "peildatum", edition.peildatum },
        { "id", table.id }, { "titel", table.title }, { "indicator", indicator.id }, { "omschrijving", indicator.definition },
        { "eenheid", indicator.unit }, { "versie", indicator.version }, { "bescherming", edition.protection },
        { "cijfers", lines } };
    return json.dump(1) + "\n";
}

std::string schema()
{
    Json const text { { "type", "string" } };
    Json const json { { "$schema", "https://json-schema.org/draft/2020-12/schema" }, { "title", "Cijfers van de Monitor" },
        { "type", "object" },
        { "required", Json::array({ "uitgave", "peildatum", "id", "titel", "indicator", "cijfers" }) },
        { "properties",
            { { "uitgave", { { "type", "string" }, { "pattern", "^[0-9]{4}-H[12]$" } } },
                { "peildatum", { { "type", "string" }, { "format", "date" } } }, { "id", text }, { "titel", text },
                { "indicator", text }, { "omschrijving", text }, { "eenheid", text }, { "versie", text },
                { "bescherming", text },
                { "cijfers",
                    { { "type", "array" },
                        { "items",
                            { { "type", "object" }, { "required", Json::array({ "aantal", "status" }) },
                                { "properties",
                                    { { "aantal", { { "type", Json::array({ "integer", "null" }) }, { "minimum", 0 } } },
                                        { "status", { { "type", "string" }, { "pattern", "^([prcz]( [prcz])*)?$" } } } } },
                                { "additionalProperties", text } } } } } } } };
    return json.dump(2) + "\n";
}

Result<std::string> as_ods(Table const & table, Sheet const & sheet)
{
    std::vector<std::vector<OdsCell>> rows(1);
    rows[0].assign(sheet.header.begin(), sheet.header.end());
    for (auto const & line : sheet.lines) {
        std::vector<OdsCell> row(line.words.begin(), line.words.end());
        row.push_back(is_told(line.cell) ? OdsCell(line.cell.count) : OdsCell());
        row.emplace_back(status_of(line.cell));
        rows.push_back(std::move(row));
    }
    return ods_of(table.title, rows);
}

std::string terms_of(Edition const & edition)
{
    auto text = csv_line({ "id", "titel", "omschrijving", "eenheid", "versie", "verantwoordelijk", "bronnen", "vanaf", "tot" });
    for (auto const & each : edition.indicators) {
        if (each.audience == "publiek") {
            text += csv_line({ each.id, each.title, each.definition, each.unit, each.version, each.owner,
                fmt::format("{}", fmt::join(each.sources, "; ")), each.valid_from, each.valid_until });
        }
    }
    return text;
}

std::string dcat_of(View const & view, Words const & words)
{
    auto const & edition = view.edition();
    auto sets = Json::array();
    for (auto const * const table : view.tables()) {
        auto files = Json::array();
        for (auto const & [ending, media] : { std::pair { "csv", "text/csv" },
                 std::pair { "ods", "application/vnd.oasis.opendocument.spreadsheet" }, std::pair { "json", "application/json" } }) {
            files.push_back({ { "@type", "dcat:Distribution" }, { "dcat:downloadURL", { { "@id", table->id + "." + ending } } },
                { "dcat:mediaType", media }, { "dct:license", { { "@id", licence } } } });
        }
        auto const * const indicator = view.indicator(table->indicator);
        Json set { { "@type", "dcat:Dataset" }, { "dct:identifier", edition.name + "/" + table->id }, { "dct:title", table->title },
            { "dct:description", indicator->definition }, { "dct:publisher", words.say("region") },
            { "dct:language", "nl" }, { "dct:accrualPeriodicity", "twice a year" }, { "dct:license", { { "@id", licence } } },
            { "dct:temporal", { { "dcat:endDate", edition.peildatum } } }, { "dcat:distribution", files } };
        if (!edition.published.empty()) {
            set["dct:issued"] = edition.published;
        }
        sets.push_back(std::move(set));
    }
    Json const json { { "@context", { { "dcat", "http://www.w3.org/ns/dcat#" }, { "dct", "http://purl.org/dc/terms/" } } },
        { "@type", "dcat:Catalog" }, { "dct:title", words.say("site") }, { "dct:publisher", words.say("region") },
        { "dcat:dataset", sets } };
    return json.dump(1) + "\n";
}

} // namespace

std::string csv_line(std::vector<std::string> const & values)
{
    std::string line;
    for (std::size_t i = 0; i < values.size(); ++i) {
        line += i == 0 ? "" : ",";
        if (values[i].find_first_of(",\"\r\n") == std::string::npos) {
            line += values[i];
            continue;
        }
        line += '"';
        for (char const each : values[i]) {
            line += each;
            if (each == '"') {
                line += '"';
            }
        }
        line += '"';
    }
    return line + "\r\n";
}

Result<std::vector<PublishedFile>> downloads(Edition const & edition, Words const & words)
{
    if (edition.protection.empty() || !edition.left_out.empty()) {
        return fail(Failure::bug, "an edition that was not protected was about to be shown");
    }
    View const view(edition);
    std::vector<PublishedFile> files;
    auto const add = [&](std::string const & name, std::string bytes) {
        files.push_back({ std::string(folder) + name, std::move(bytes) });
    };
    for (auto const * const table : view.tables()) {
        auto const & indicator = *view.indicator(table->indicator);
        auto const sheet = sheet_of(view, *table);
        add(table->id + ".csv", csv_of(sheet));
        add(table->id + ".csv-metadata.json", csvw_of(*table, sheet, indicator));
        add(table->id + ".json", json_of(edition, *table, sheet, indicator));
        KETENSYNC_TRY_ASSIGN(auto ods, as_ods(*table, sheet));
        add(table->id + ".ods", std::move(ods));
    }
    add(std::string(schema_file), schema());
    add("begrippen.csv", terms_of(edition));
    add("dcat.jsonld", dcat_of(view, words));
    return files;
}

} // namespace ketensync::monitor
