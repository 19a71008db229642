// What an operator reads here is Dutch; what programs read is not.

#include "daemon/commands/monitor_text.hpp"

#include "daemon/commands/reading.hpp"
#include "daemon/monitor/calendar.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace ketensync::commands {

namespace {

using monitor::Edition;

/// The dimension of which projects are members.
std::string parts_of(monitor::Frame const & frame)
{
    auto const found = std::ranges::find(frame.dimensions, monitor::MadeOf::parts, &monitor::DimensionPlan::made_of);
    return found == frame.dimensions.end() ? std::string() : found->id;
}

std::string title_of(Edition const & edition, std::string const & indicator)
{
    auto const found = std::ranges::find(edition.indicators, indicator, &monitor::Indicator::id);
    return found == edition.indicators.end() ? indicator : found->title;
}

std::string fault_of(monitor::Frame const & frame, std::string const & code)
{
    auto const found = std::ranges::find(frame.faults, code, &monitor::FaultPlan::code);
    return found == frame.faults.end() ? "Niet te plaatsen" : found->title;
}

std::int64_t reached(EditionView const & view, std::string const & indicator, std::string const & project)
{
    auto const * cell = monitor::find_cell(view.edition, indicator, { { parts_of(view.frame), project } });
    return cell == nullptr ? 0 : cell->count;
}

void show_json(EditionView const & view, Streams const & streams)
{
    auto const line = [&](nlohmann::ordered_json const & json) { streams.out << json.dump() << '\n'; };
    auto const & edition = view.edition;
    constexpr std::array stages { "draft", "approved", "published" };
    auto approvals = nlohmann::ordered_json::array();
    for (auto const & one : edition.approvals) {
        approvals.push_back(one.by);
    }
    line({ { "type", "edition" }, { "name", edition.name }, { "stage", stages.at(static_cast<std::size_t>(edition.stage)) },
        { "peildatum", edition.peildatum }, { "known", edition.known }, { "approvals", approvals },
        { "previous", edition.previous }, { "revisions", edition.revisions.size() }, { "undelivered", view.undelivered },
        { "objections", view.objections } });
    for (auto const & project : edition.projects) {
        auto targets = nlohmann::ordered_json::array();
        for (auto const & target : project.targets) {
            targets.push_back({ { "indicator", target.indicator }, { "goal", target.goal }, { "expected", target.expected },
                { "reached", reached(view, target.indicator, project.code) }, { "progress", word(target.progress) } });
        }
        auto const doubts = view.doubtful.find(project.code);
        line({ { "type", "project" }, { "code", project.code }, { "name", project.name }, { "status", project.status },
            { "progress", word(project.progress) }, { "explained", !project.explanation.cause.empty() }, { "targets", targets },
            { "doubtful", doubts == view.doubtful.end() ? 0 : doubts->second } });
    }
    for (auto const & one : edition.left_out) {
        line({ { "type", "left_out" }, { "project", one.project }, { "fault", one.fault }, { "count", one.count },
            { "records", one.records } });
    }
}

void show_projects(EditionView const & view, std::ostream & out)
{
    out << fmt::format("\n{}{}{}\n", padded("project", 44), padded("stand", 18), "hoe ver");
    for (auto const & project : view.edition.projects) {
        out << padded(project.code + ' ' + project.name, 44) << padded(project.status, 18) << word(project.progress);
        if (project.qualitative) {
            out << ", zonder cijfers";
        } else if (project.targets.empty()) {
            out << ", geen doel bekend";
        }
        out << '\n';
        for (auto const & target : project.targets) {
            out << fmt::format("    {}{} van {}, nu verwacht {}: {}\n", padded(title_of(view.edition, target.indicator), 22),
                reached(view, target.indicator, project.code), target.goal, target.expected, word(target.progress));
        }
        if (auto const doubts = view.doubtful.find(project.code); doubts != view.doubtful.end()) {
            out << fmt::format("    hoogstens {} te veel: dubbelen die nog te beoordelen zijn\n", doubts->second);
        }
    }
}

}

void show(EditionView const & view, Options const & options, Streams const & streams)
{
    if (options.json) {
        show_json(view, streams);
        return;
    }
    auto const & edition = view.edition;
    auto & out = streams.out;
    constexpr std::array stages { "concept", "vastgesteld", "gepubliceerd" };
    out << fmt::format("{} {}: {}, peildatum {}, zoals bekend op {}\n", view.frame.title, edition.name,
        stages.at(static_cast<std::size_t>(edition.stage)), monitor::in_words(edition.peildatum), edition.known);
    for (auto const & approval : edition.approvals) {
        out << fmt::format("vastgesteld door {} op {}\n", approval.by, approval.at);
    }
    if (!edition.previous.empty()) {
        out << fmt::format("{} cijfers zijn anders dan in {}\n", edition.revisions.size(), edition.previous);
    }
    show_projects(view, out);
    if (!edition.left_out.empty()) {
        out << "\nTelt niet mee, tot het verbeterd is:\n";
    }
    for (auto const & one : edition.left_out) {
        out << fmt::format("{}{:>6}  {}\n", padded(one.project.empty() ? "(geen bekend project)" : one.project, 24), one.count,
            fault_of(view.frame, one.fault));
    }
    if (auto const all = view.doubtful.find(""); all != view.doubtful.end()) {
        out << fmt::format("\nIn de regio hoogstens {} te veel: dubbelen die nog te beoordelen zijn (--review)\n", all->second);
    }
    if (view.undelivered > 0) {
        out << fmt::format("\n{} leveringen wachten nog op het magazijn: wat daarin staat, telt nog niet mee\n", view.undelivered);
    }
    out << (view.objections.empty() ? "\nNiets staat publicatie in de weg.\n" : "\nNog niet te publiceren:\n");
    for (auto const & objection : view.objections) {
        out << "- " << objection << '\n';
    }
}

}
