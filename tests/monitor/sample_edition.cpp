#include "tests/monitor/sample_edition.hpp"

#include "daemon/monitor/protect_edition.hpp"
#include "tests/monitor/small_region.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ketensync::monitor {

namespace {

constexpr std::array<char const *, 6> names { "Ik in de kinderopvang!", "Statushouders voor de klas", "AI Annotatielab",
    "ZorgStart", "Techniek & <bouw>", "Werkervaring in het groen" };
constexpr std::array<char const *, 3> categories { "Doorstroombanen", "Scholingstrajecten", "Werk & \"perspectief\"" };
constexpr std::array<char const *, 2> themes { "Meedoen", "Vakmanschap en nieuwe techniek" };
constexpr std::array<char const *, 8> places { "Hilversum", "Wijdemeren", "Gooise Meren", "Huizen", "Blaricum", "Eemnes",
    "Laren", "Weesp" };

/// A second indicator, of people who are a part of those of the first.
void add_indicator(Edition & edition, std::string const & id, std::string const & title, std::string const & definition,
    std::int64_t in_four)
{
    auto indicator = edition.indicators.front();
    indicator.id = id;
    indicator.title = title;
    indicator.definition = definition;
    edition.indicators.push_back(indicator);
    std::vector<Table> added;
    for (auto table : edition.tables) {
        if (table.indicator != edition.indicators.front().id) {
            continue;
        }
        table.id.replace(0, table.indicator.size(), id);
        table.indicator = id;
        table.title = title;
        for (auto & figure : table.figures) {
            figure.cell.count = figure.cell.count * in_four / 4;
        }
        added.push_back(std::move(table));
    }
    std::ranges::move(added, std::back_inserter(edition.tables));
}

} // namespace

Edition sample_truth(int projects, int quarters, int persons)
{
    SmallRegion::Size size;
    size.projects = projects;
    size.categories = 3;
    size.municipalities = 8;
    size.quarters = quarters;
    size.persons = persons;
    size.late = 0;
    auto edition = SmallRegion(4711, size).edition(quarters / 2 - 1);
    edition.stage = Stage::published;
    edition.published = "2026-08-20T09:00:00Z";
    edition.known = "2026-07-15T09:00:00Z";
    edition.approvals = { { "A. de Vries", "2026-08-01T10:00:00Z" }, { "B. Smit", "2026-08-02T10:00:00Z" } };
    edition.indicators.front().definition = "Het aantal inwoners dat in een project is begonnen. Iemand telt één keer mee.";
    edition.indicators.front().sources = { "Projectadministratie", "Opleiders" };
    edition.indicators.front().valid_from = "2021-01-01";
    for (auto & dimension : edition.dimensions) {
        for (auto & member : dimension.members) {
            auto const number = member.code.empty() ? 0 : static_cast<std::size_t>(std::max(0, std::atoi(member.code.substr(member.code.find_first_of("0123456789:") == std::string::npos ? 0 : member.code.find_first_of("0123456789")).c_str())));
            if (member.kind == "project") {
                member.label = std::string(names[number % names.size()]) + (number < names.size() ? "" : " " + std::to_string(number));
            } else if (member.kind == "hoofdgroep") {
                member.label = categories[number % categories.size()];
            } else if (member.kind == "lijn") {
                member.label = themes[number % themes.size()];
            } else if (member.kind == "gemeente") {
                member.label = places[number % places.size()];
            }
        }
    }
    add_indicator(edition, "uitstroom", "Uitstroom", "Het aantal inwoners van wie het traject is geëindigd.", 3);
    add_indicator(edition, "plaatsingen", "Plaatsingen", "Het aantal inwoners dat vanuit een project aan het werk ging.", 2);
    auto const last = std::to_string(2021 + (quarters - 1) / 4) + "-K";
    for (auto & table : edition.tables) {
        for (auto & figure : table.figures) {
            for (std::size_t i = 0; i < table.dimensions.size(); ++i) {
                figure.cell.provisional = figure.cell.provisional
                    || (table.dimensions[i] == "kwartaal" && edition.dimensions[1].members[figure.at[i]].code.starts_with(last));
            }
        }
    }
    constexpr std::array<Progress, 3> progresses { Progress::on_course, Progress::attention, Progress::behind };
    constexpr std::array<char const *, 4> states { "nieuw", "loopt", "verlengd", "beëindigd" };
    for (std::size_t i = 0; i < edition.projects.size(); ++i) {
        auto & each = edition.projects[i];
        each.name = std::string(names[i % names.size()]) + (i < names.size() ? "" : " " + std::to_string(i));
        each.category = categories[i % categories.size()];
        each.theme = themes[i / 2 % themes.size()];
        each.status = states[i % states.size()];
        each.begin = "2023-09-01";
        each.end = "2026-12-31";
        each.end_before = each.status == "verlengd" ? "2025-12-31" : "";
        each.progress = progresses[i % progresses.size()];
        each.targets = { { "trajecten_gestart", 120, 90, each.progress }, { "plaatsingen", 60, 40, each.progress } };
        if (each.progress == Progress::behind) {
            each.explanation = { "Een opleider is gestopt. <b>Niet vet</b>", "Vanaf september geeft een andere opleider de lessen." };
        }
        if (i + 1 == edition.projects.size()) {
            each.qualitative = true;
            each.targets.clear();
            each.progress = Progress::unknown;
            each.milestones = { { "Het lokaal is open.", "Jaarverslag 2025", "2025-11-03" } };
        }
    }
    edition.themes = { { "Zorg", "Meedoen", "2024-01-01", "gebundeld" }, { "Detailhandel", "", "2024-01-01", "beëindigd" } };
    return edition;
}

Edition sample_edition(int projects, int quarters, int persons)
{
    auto shown = protect(sample_truth(projects, quarters, persons), {}, DisclosurePolicy {});
    if (!shown) {
        throw std::runtime_error(shown.error().what);
    }
    return std::move(shown->edition);
}

} // namespace ketensync::monitor
