#include "daemon/monitor/figures.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace ketensync::monitor {

namespace {

using Json = nlohmann::ordered_json;

/// Goes up when a file of before can no longer be read.
constexpr int layout = 1;

constexpr std::array<std::pair<Stage, std::string_view>, 3> stages { { { Stage::draft, "draft" },
    { Stage::approved, "approved" }, { Stage::published, "published" } } };
constexpr std::array<std::pair<Progress, std::string_view>, 4> progresses { { { Progress::on_course, "on_course" },
    { Progress::attention, "attention" }, { Progress::behind, "behind" }, { Progress::unknown, "unknown" } } };
constexpr std::array<std::pair<Shown, std::string_view>, 4> showings { { { Shown::open, "open" },
    { Shown::rounded, "rounded" }, { Shown::hidden, "hidden" }, { Shown::impossible, "impossible" } } };

template <typename Value, std::size_t size>
std::string_view name_of(std::array<std::pair<Value, std::string_view>, size> const & names, Value value)
{
    return std::ranges::find(names, value, &std::pair<Value, std::string_view>::first)->second;
}

template <typename Value, std::size_t size>
Value value_of(std::array<std::pair<Value, std::string_view>, size> const & names, Json const & name)
{
    auto const text = name.get<std::string>();
    auto const found = std::ranges::find(names, text, &std::pair<Value, std::string_view>::second);
    if (found == names.end()) {
        throw nlohmann::json::other_error::create(501, "no such word", nullptr);
    }
    return found->first;
}

template <typename Item, typename Make>
Json list(std::vector<Item> const & items, Make make)
{
    auto all = Json::array();
    for (auto const & item : items) {
        all.push_back(make(item));
    }
    return all;
}

template <typename Item, typename Make>
std::vector<Item> items(Json const & all, Make make)
{
    std::vector<Item> found;
    for (auto const & one : all) {
        found.push_back(make(one));
    }
    return found;
}

Json in_json(Cell const & cell)
{
    return Json::array({ cell.count, name_of(showings, cell.shown), cell.provisional });
}
Cell cell_of(Json const & json)
{
    return { json.at(0).get<std::int64_t>(), value_of(showings, json.at(1)), json.at(2).get<bool>() };
}

Json in_json(Indicator const & one)
{
    return { { "id", one.id }, { "title", one.title }, { "definition", one.definition }, { "unit", one.unit },
        { "version", one.version }, { "owner", one.owner }, { "sources", one.sources }, { "valid_from", one.valid_from },
        { "valid_until", one.valid_until }, { "audience", one.audience } };
}
Indicator indicator_of(Json const & json)
{
    return { json.at("id"), json.at("title"), json.at("definition"), json.at("unit"), json.at("version"), json.at("owner"),
        json.at("sources"), json.at("valid_from"), json.at("valid_until"), json.at("audience") };
}

Json in_json(Dimension const & one)
{
    return { { "id", one.id }, { "title", one.title }, { "whole", one.whole }, { "exact", one.exact },
        { "members", list(one.members, [](Member const & member) -> Json {
             return { { "code", member.code }, { "label", member.label }, { "kind", member.kind },
                 { "breakdowns", member.breakdowns }, { "takes", member.takes } };
         }) },
        { "regroups", one.regroups } };
}
Dimension dimension_of(Json const & json)
{
    return { json.at("id"), json.at("title"), json.at("whole"), json.at("exact"),
        items<Member>(json.at("members"), [](Json const & member) -> Member {
            return { member.at("code"), member.at("label"), member.at("kind"), member.at("breakdowns"), member.at("takes") };
        }),
        json.at("regroups") };
}

Json in_json(Table const & one)
{
    return { { "id", one.id }, { "indicator", one.indicator }, { "title", one.title }, { "dimensions", one.dimensions },
        { "figures", list(one.figures, [](Figure const & figure) -> Json {
             return Json::array({ figure.at, in_json(figure.cell) });
         }) } };
}
Table table_of(Json const & json)
{
    return { json.at("id"), json.at("indicator"), json.at("title"), json.at("dimensions"),
        items<Figure>(json.at("figures"), [](Json const & figure) -> Figure {
            return { figure.at(0).get<std::vector<std::uint32_t>>(), cell_of(figure.at(1)) };
        }) };
}

Json in_json(Project const & one)
{
    return { { "code", one.code }, { "name", one.name }, { "category", one.category }, { "theme", one.theme },
        { "theme_before", one.theme_before }, { "status", one.status }, { "begin", one.begin }, { "end", one.end },
        { "end_before", one.end_before }, { "qualitative", one.qualitative },
        { "targets", list(one.targets, [](Target const & target) -> Json {
             return { { "indicator", target.indicator }, { "goal", target.goal }, { "expected", target.expected },
                 { "progress", name_of(progresses, target.progress) } };
         }) },
        { "milestones", list(one.milestones, [](Milestone const & milestone) -> Json {
             return { { "text", milestone.text }, { "source", milestone.source }, { "day", milestone.day } };
         }) },
        { "progress", name_of(progresses, one.progress) }, { "cause", one.explanation.cause },
        { "measure", one.explanation.measure } };
}
Project project_of(Json const & json)
{
    Project one { json.at("code"), json.at("name"), json.at("category"), json.at("theme"), json.at("theme_before"),
        json.at("status"), json.at("begin"), json.at("end"), json.at("end_before"), json.at("qualitative"), {}, {},
        value_of(progresses, json.at("progress")), { json.at("cause"), json.at("measure") } };
    one.targets = items<Target>(json.at("targets"), [](Json const & target) -> Target {
        return { target.at("indicator"), target.at("goal"), target.at("expected"),
            value_of(progresses, target.at("progress")) };
    });
    one.milestones = items<Milestone>(json.at("milestones"), [](Json const & milestone) -> Milestone {
        return { milestone.at("text"), milestone.at("source"), milestone.at("day") };
    });
    return one;
}

Json in_json(Revision const & one)
{
    return { { "table", one.table }, { "at", one.at }, { "before", in_json(one.before) }, { "after", in_json(one.after) },
        { "reason", one.reason } };
}
Revision revision_of(Json const & json)
{
    return { json.at("table"), json.at("at"), cell_of(json.at("before")), cell_of(json.at("after")), json.at("reason") };
}

Json in_json(LeftOut const & one)
{
    return { { "project", one.project }, { "fault", one.fault }, { "count", one.count }, { "records", one.records } };
}
LeftOut left_out_of(Json const & json)
{
    return { json.at("project"), json.at("fault"), json.at("count"), json.at("records") };
}

}

std::string to_json(Edition const & edition)
{
    auto const as_json = [](auto const & one) { return in_json(one); };
    Json const json { { "layout", layout }, { "name", edition.name },
        { "period",
            { { "name", edition.period.name }, { "title", edition.period.title }, { "begin", edition.period.begin },
                { "end", edition.period.end } } },
        { "peildatum", edition.peildatum }, { "known", edition.known }, { "stage", name_of(stages, edition.stage) },
        { "approvals", list(edition.approvals, [](Approval const & one) -> Json {
             return { { "by", one.by }, { "at", one.at } };
         }) },
        { "published", edition.published }, { "previous", edition.previous }, { "previous_hash", edition.previous_hash },
        { "protection", edition.protection }, { "indicators", list(edition.indicators, as_json) },
        { "dimensions", list(edition.dimensions, as_json) }, { "projects", list(edition.projects, as_json) },
        { "themes", list(edition.themes, [](ThemeSuccession const & one) -> Json {
             return { { "from", one.from }, { "to", one.to }, { "day", one.day }, { "note", one.note } };
         }) },
        { "revisions", list(edition.revisions, as_json) }, { "left_out", list(edition.left_out, as_json) },
        { "tables", list(edition.tables, as_json) } };
    return json.dump() + '\n';
}

Result<Edition> edition_from_json(std::string_view text)
{
    try {
        auto const json = Json::parse(text);
        if (json.at("layout") != layout) {
            return fail(Failure::bad_data, "this edition was written by another version of the program");
        }
        Edition edition;
        edition.name = json.at("name");
        auto const & period = json.at("period");
        edition.period = { period.at("name"), period.at("title"), period.at("begin"), period.at("end") };
        edition.peildatum = json.at("peildatum");
        edition.known = json.at("known");
        edition.stage = value_of(stages, json.at("stage"));
        edition.approvals = items<Approval>(
            json.at("approvals"), [](Json const & one) -> Approval { return { one.at("by"), one.at("at") }; });
        edition.published = json.at("published");
        edition.previous = json.at("previous");
        edition.previous_hash = json.at("previous_hash");
        edition.protection = json.at("protection");
        edition.indicators = items<Indicator>(json.at("indicators"), indicator_of);
        edition.dimensions = items<Dimension>(json.at("dimensions"), dimension_of);
        edition.projects = items<Project>(json.at("projects"), project_of);
        edition.themes = items<ThemeSuccession>(json.at("themes"), [](Json const & one) -> ThemeSuccession {
            return { one.at("from"), one.at("to"), one.at("day"), one.at("note") };
        });
        edition.revisions = items<Revision>(json.at("revisions"), revision_of);
        edition.left_out = items<LeftOut>(json.at("left_out"), left_out_of);
        edition.tables = items<Table>(json.at("tables"), table_of);
        return edition;
    } catch (nlohmann::json::exception const & error) {
        return fail(Failure::bad_data, fmt::format("this is no edition of the Monitor (rule {} of JSON)", error.id));
    }
}

}
