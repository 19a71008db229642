#include "daemon/monitor/edition.hpp"

#include "daemon/monitor/count_all.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::monitor {

namespace {

constexpr std::string_view left_out_id = "weggelaten";
constexpr std::string_view left_out_at = "weggelaten_bij";
constexpr std::string_view left_out_why = "fout";
constexpr std::string_view no_project = "geen";

std::int64_t number_or(std::string_view text, std::int64_t otherwise)
{
    std::int64_t value = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && parsed.ec == std::errc() ? value : otherwise;
}

/// What a theme is called on a day, through as many lists as there were.
std::string theme_on(std::vector<ThemeSuccession> const & themes, std::string name, std::string const & day)
{
    for (std::size_t steps = 0; steps < themes.size(); ++steps) {
        auto const next = std::ranges::find_if(themes, [&](ThemeSuccession const & one) {
            return one.from == name && one.day <= day && !one.to.empty() && one.to != name;
        });
        if (next == themes.end()) {
            return name;
        }
        name = next->to;
    }
    return name;
}

/// Goals by project, as the frame's targets.
using Goals = std::map<std::string, std::vector<std::int64_t>>;

Result<Goals> add_projects(Definitions const & definitions, Request const & request, Ask const & ask, Edition & edition)
{
    auto const & frame = definitions.frame;
    std::vector<std::string> columns { "deel", "titel", "hoofdgroep", "lijn", "stand", "van", "tot", "tot_eerder" };
    auto const targets_from = columns.size();
    for (auto const & target : frame.targets) {
        columns.push_back("doel_" + target);
    }
    Goals goals;
    auto const take = [&](std::vector<std::string_view> const & row) -> Result<void> {
        Project project;
        project.code = row[0];
        project.name = row[1];
        project.category = row[2];
        project.theme = theme_on(frame.themes, std::string(row[3]), edition.peildatum);
        project.theme_before = project.theme == row[3] ? "" : std::string(row[3]);
        project.status = row[4];
        project.begin = row[5];
        project.end = row[6];
        project.end_before = row[7];
        if (auto const noted = request.notes.projects.find(project.code); noted != request.notes.projects.end()) {
            project.qualitative = noted->second.qualitative;
            project.explanation = noted->second.explanation;
            project.milestones = noted->second.milestones;
        }
        auto & wanted = goals[project.code];
        if (wanted.empty()) {
            for (auto i = targets_from; i < row.size(); ++i) {
                wanted.push_back(number_or(row[i], 0));
            }
            edition.projects.push_back(std::move(project));
        }
        return {};
    };
    KETENSYNC_TRY(ask(question(frame, edition, frame.projects_sql, columns), take));
    std::ranges::sort(edition.projects, {}, &Project::code);
    return goals;
}

void judge(Frame const & frame, Goals const & goals, Edition & edition)
{
    auto const parts = std::ranges::find(frame.dimensions, MadeOf::parts, &DimensionPlan::made_of);
    for (auto & project : edition.projects) {
        if (project.qualitative) {
            continue;
        }
        for (std::size_t i = 0; i < frame.targets.size(); ++i) {
            auto const goal = goals.at(project.code)[i];
            auto const * cell = parts == frame.dimensions.end()
                ? nullptr
                : find_cell(edition, frame.targets[i], { { parts->id, project.code } });
            if (goal <= 0 || cell == nullptr) {
                continue;
            }
            project.targets.push_back(progress_of(
                frame.progress, frame.targets[i], goal, cell->count, project.begin, project.end, edition.peildatum));
            project.progress = worse(project.progress, project.targets.back().progress);
        }
    }
}

/// What is left out as figures, so that they are protected as the others are.
void add_left_out_table(Frame const & frame, Edition & edition)
{
    Dimension at { std::string(left_out_at), "Bij welk project", std::string(total_code), true, {} };
    Dimension why { std::string(left_out_why), "Wat eraan schort", std::string(total_code), true, {} };
    auto const total = Member { std::string(total_code), "Totaal", "totaal", { {} } };
    at.members = { total };
    why.members = { total };
    for (auto const & project : edition.projects) {
        at.members.push_back({ project.code, project.name, "project", {} });
    }
    at.members.push_back({ std::string(no_project), "Zonder bekend project", "geen", {} });
    for (auto const & fault : frame.faults) {
        why.members.push_back({ fault.code, fault.title, "fout", {} });
    }
    why.members.push_back({ std::string(not_placed_code), "Niet te plaatsen", "fout", {} });
    for (auto * const dimension : { &at, &why }) {
        for (std::size_t i = 1; i < dimension->members.size(); ++i) {
            dimension->members[0].breakdowns[0].push_back(dimension->members[i].code);
        }
    }
    auto const number_in = [](Dimension const & dimension, std::string_view code) {
        auto const found = std::ranges::find(dimension.members, code, &Member::code);
        return static_cast<std::size_t>(
            (found == dimension.members.end() ? dimension.members.end() - 1 : found) - dimension.members.begin());
    };
    std::vector<std::int64_t> counts(at.members.size() * why.members.size());
    for (auto const & one : edition.left_out) {
        auto const row = number_in(at, one.project);
        auto const column = number_in(why, one.fault);
        for (auto const r : { std::size_t { 0 }, row }) {
            for (auto const c : { std::size_t { 0 }, column }) {
                counts[r * why.members.size() + c] += one.count;
            }
        }
    }
    Table table { fmt::format("{}.{}.{}", left_out_id, left_out_at, left_out_why), std::string(left_out_id),
        "Gegevens die niet meetellen, naar project en fout", { at.id, why.id }, {} };
    for (std::size_t cell = 0; cell < counts.size(); ++cell) {
        table.figures.push_back({ { static_cast<std::uint32_t>(cell / why.members.size()),
                                      static_cast<std::uint32_t>(cell % why.members.size()) },
            { counts[cell], Shown::open, true } });
    }
    edition.indicators.push_back({ std::string(left_out_id), "Gegevens die niet meetellen",
        "Gegevens waar iets aan schort, zoals een einde voor het begin of een onbekend project. Zij tellen in geen enkel "
        "ander cijfer mee. De eigenaar van het project verbetert ze; daarna tellen ze wel mee.",
        "gegevens", "1", "Programmabureau", { "Alle bronnen" }, "", "", "publiek" });
    edition.dimensions.push_back(std::move(at));
    edition.dimensions.push_back(std::move(why));
    edition.tables.push_back(std::move(table));
}

}

Cell const * find_cell(Edition const & edition, std::string_view indicator, std::map<std::string, std::string> const & at)
{
    for (auto const & table : edition.tables) {
        bool const has_all = std::ranges::all_of(
            at, [&](auto const & one) { return std::ranges::find(table.dimensions, one.first) != table.dimensions.end(); });
        if (table.indicator != indicator || !has_all) {
            continue;
        }
        std::size_t place = 0;
        bool there = true;
        for (auto const & id : table.dimensions) {
            auto const dimension = std::ranges::find(edition.dimensions, id, &Dimension::id);
            auto const chosen = at.find(id);
            auto const & wanted = chosen == at.end() ? dimension->whole : chosen->second;
            auto const member = std::ranges::find(dimension->members, wanted, &Member::code);
            there = there && member != dimension->members.end();
            place = place * dimension->members.size() + static_cast<std::size_t>(member - dimension->members.begin());
        }
        if (there) {
            return &table.figures[place].cell;
        }
    }
    return nullptr;
}

Result<Edition> make_edition(Definitions const & definitions, Request const & request, std::vector<Ask> const & asks)
{
    auto const & frame = definitions.frame;
    Edition edition;
    edition.name = request.period.name;
    edition.period = request.period;
    edition.peildatum = request.period.end;
    edition.known = request.known;
    edition.themes = frame.themes;
    KETENSYNC_TRY_ASSIGN(auto const goals, add_projects(definitions, request, asks.front(), edition));
    auto axes = axes_of(frame, edition);
    KETENSYNC_TRY(count_all(definitions, axes, asks, edition));
    edition.dimensions = std::move(axes.dimensions);
    add_left_out_table(frame, edition);
    judge(frame, goals, edition);
    if (request.previous != nullptr) {
        edition.previous = request.previous->name;
        edition.previous_hash = request.previous_hash;
        edition.revisions = revisions(*request.previous, edition, request.notes.revision_reason);
    }
    return edition;
}

std::vector<std::string> objections(Edition const & edition, std::vector<std::string> const & stale)
{
    std::vector<std::string> found;
    for (auto const & feed : stale) {
        found.push_back(fmt::format("{} is na {} niet meer gelezen", feed, in_words(edition.peildatum)));
    }
    for (auto const & project : edition.projects) {
        if (project.progress == Progress::behind && project.explanation.cause.empty()) {
            found.push_back(fmt::format(
                "project {} ({}) loopt achter: geef oorzaak en maatregel", project.code, project.name));
        }
    }
    return found;
}

}
