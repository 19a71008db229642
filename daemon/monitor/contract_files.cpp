#include "daemon/monitor/contracts.hpp"

#include "daemon/monitor/ods.hpp"
#include "daemon/monitor/page_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ketensync::monitor {

namespace {

std::string name_of(ProviderSheet const & sheet) { return sheet.provider.empty() ? "Opleider onbekend" : sheet.provider; }

/// As it may stand in a path: letters, digits and dashes.
std::string slug_of(std::string const & name)
{
    std::string slug;
    for (char const each : name) {
        auto const lower = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
        if ((lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9')) {
            slug += lower;
        } else if (!slug.empty() && slug.back() != '-') {
            slug += '-';
        }
    }
    return slug.empty() ? "x" : slug;
}

std::vector<std::int64_t> totals_of(ProviderSheet const & sheet, std::size_t columns)
{
    std::vector<std::int64_t> totals(columns);
    for (auto const & contract : sheet.contracts) {
        std::ranges::transform(totals, contract.numbers, totals.begin(), std::plus<> {});
    }
    return totals;
}

std::string page_of(SheetPlan const & plan, Quarter quarter, std::string const & known, ProviderSheet const & sheet, Words const & words)
{
    Html html;
    html.element("p", plan.internal, { { "class", "lead" } });
    html.element("p", fmt::format("{}: {} tot en met {}, zoals bekend op {}.", title_of(quarter), in_words(first_day(quarter)),
        in_words(last_day(quarter)), in_words(known.substr(0, 10))));
    std::vector<Column> columns { { "Contract" }, { "Soort" } };
    for (auto const & column : plan.columns) {
        columns.push_back({ column.title, true });
    }
    std::vector<Row> rows;
    auto const add = [&](std::string const & title, std::string const & kind, std::vector<std::int64_t> const & numbers, bool total) {
        Row row { { words_in(title), words_in(kind) }, total };
        for (auto const number : numbers) {
            row.cells.push_back(words_in(in_dutch(number)));
        }
        rows.push_back(std::move(row));
    };
    for (auto const & contract : sheet.contracts) {
        add(contract.code + " " + contract.title, contract.kind, contract.numbers, false);
    }
    add("Alle contracten", "", totals_of(sheet, plan.columns.size()), true);
    html.element("h2", "Contracten").add(table("Wat is afgesproken en wat ervan kwam", columns, rows));
    html.element("h2", plan.levels_title);
    std::vector<Row> levels;
    for (auto const & contract : sheet.contracts) {
        for (auto const & [level, count] : contract.levels) {
            levels.push_back({ { words_in(contract.code + " " + contract.title), words_in(level), words_in(in_dutch(count)) }, false });
        }
    }
    if (levels.empty()) {
        html.element("p", "In dit kwartaal rondde niemand een cursus af.");
    } else {
        html.add(table(plan.levels_title, { { "Contract" }, { "Niveau" }, { "Aantal", true } }, levels));
    }
    html.element("h2", "Wat de woorden betekenen").open("dl");
    for (auto const & column : plan.columns) {
        html.element("dt", column.title).element("dd", column.meaning);
    }
    html.close("dl");
    return page(words, fmt::format("{}: {}, {}", plan.title, name_of(sheet), title_of(quarter)), html);
}

Result<std::string> sheet_of(SheetPlan const & plan, Quarter quarter, ProviderSheet const & sheet)
{
    std::vector<std::vector<OdsCell>> rows;
    rows.push_back({ fmt::format("{}: {}, {}", plan.title, name_of(sheet), title_of(quarter)) });
    rows.push_back({ plan.internal });
    std::vector<OdsCell> header { std::string("Contract"), std::string("Naam"), std::string("Soort") };
    for (auto const & column : plan.columns) {
        header.emplace_back(column.title);
    }
    rows.push_back(std::move(header));
    for (auto const & contract : sheet.contracts) {
        std::vector<OdsCell> row { contract.code, contract.title, contract.kind };
        row.insert(row.end(), contract.numbers.begin(), contract.numbers.end());
        rows.push_back(std::move(row));
    }
    rows.push_back({});
    rows.push_back({ plan.levels_title });
    for (auto const & contract : sheet.contracts) {
        for (auto const & [level, count] : contract.levels) {
            rows.push_back({ contract.code, level, count });
        }
    }
    return ods_of(code_of(quarter), rows);
}

} // namespace

Result<std::vector<PublishedFile>> contract_files(SheetPlan const & plan, Quarter quarter, std::string const & known,
    std::vector<ProviderSheet> const & sheets, Words const & words)
{
    std::vector<PublishedFile> files;
    std::set<std::string> taken;
    for (auto const & sheet : sheets) {
        auto const base = slug_of(name_of(sheet));
        auto name = base;
        for (int again = 2; !taken.insert(name).second; ++again) {
            name = fmt::format("{}-{}", base, again);
        }
        KETENSYNC_TRY_ASSIGN(auto ods, sheet_of(plan, quarter, sheet));
        files.push_back({ name + ".html", page_of(plan, quarter, known, sheet, words) });
        files.push_back({ name + ".ods", std::move(ods) });
    }
    files.push_back({ "monitor.css", words.style });
    return files;
}

} // namespace ketensync::monitor
