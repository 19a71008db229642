#include "daemon/pipeline/edition_state.hpp"

#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/shelf.hpp"
#include "daemon/pipeline/monitoring.hpp"
#include "daemon/pipeline/state.hpp"

#include <algorithm>
#include <array>

namespace ketensync::pipeline {

namespace {

using health::EditionState;
using Doubts = std::map<std::string, std::int64_t>; ///< by project, "" is the region

/// The figures with a target that so many pairs touch, at a project or of the region.
std::vector<EditionState::Figure> touched(
    monitor::Definitions const & definitions, monitor::Edition const & edition, Doubts const & doubts, std::string const & project)
{
    std::vector<EditionState::Figure> figures;
    auto const found = doubts.find(project);
    auto const parts = std::ranges::find(definitions.frame.dimensions, monitor::MadeOf::parts, &monitor::DimensionPlan::made_of);
    if (found == doubts.end() || parts == definitions.frame.dimensions.end()) {
        return figures;
    }
    for (auto const & target : definitions.frame.targets) {
        std::map<std::string, std::string> at;
        if (!project.empty()) {
            at[parts->id] = project;
        }
        auto const * const cell = monitor::find_cell(edition, target, at);
        auto const indicator = std::ranges::find(edition.indicators, target, &monitor::Indicator::id);
        if (cell != nullptr && cell->count > 0 && indicator != edition.indicators.end()) {
            figures.push_back({ indicator->title, cell->count, std::min(cell->count, found->second) });
        }
    }
    return figures;
}

Result<void> look(Plan const & plan, EditionState & state)
{
    auto const & config = plan.config;
    auto const file = config.state_folder / "state.sqlite";
    KETENSYNC_TRY_ASSIGN(auto const period, monitor::period_of(state.name));
    state.peildatum = monitor::in_words(period.end);
    KETENSYNC_TRY_ASSIGN(auto seal, read_seal(config));
    KETENSYNC_TRY_ASSIGN(auto database, store::Database::open(file, { .cache_bytes = 1U << 20, .read_only = true, .seal = std::move(seal) }));
    for (auto const & feed : plan.feeds) {
        state.feeds += feed.feed->schedule.every || !feed.feed->schedule.at.empty() ? 1U : 0U;
    }
    KETENSYNC_TRY_ASSIGN(state.stale, stale_feeds(plan, database, period.end, to_text(state.looked)));
    auto const definitions = monitor::read_definitions(config.mappings_folder / "monitor");
    if (!definitions) {
        return fail(Failure::configuration, definitions.error().front());
    }
    KETENSYNC_TRY_ASSIGN(auto const kept, monitor::Shelf(database).find(state.name));
    if (!kept) {
        return {};
    }
    auto const & edition = kept->truth;
    constexpr std::array stages { "concept", "vastgesteld", "gepubliceerd" };
    state.stage = kept->shown ? stages.back() : stages.at(static_cast<std::size_t>(edition.stage));
    state.known = edition.known;
    KETENSYNC_TRY_ASSIGN(auto const readers, Readers::open(plan));
    KETENSYNC_TRY_ASSIGN(auto const doubts, doubtful(database, *definitions, edition, readers.ask()));
    state.figures = touched(*definitions, edition, doubts, "");
    for (auto const & project : edition.projects) {
        EditionState::Project one { project.code, project.name, !project.qualitative && project.targets.empty(),
            project.progress == monitor::Progress::behind && project.explanation.cause.empty(), touched(*definitions, edition, doubts, project.code) };
        if (one.without_target || one.unexplained || !one.figures.empty()) {
            state.projects.push_back(std::move(one));
        }
    }
    return {};
}

}

EditionState edition_state(Plan const & plan, Instant now)
{
    EditionState state;
    state.looked = now;
    state.name = monitor::last_over(to_text(now)).name;
    state.stage = "nog geen concept";
    if (auto const looked = look(plan, state); !looked) {
        state.trouble = looked.error().what;
    }
    return state;
}

Result<std::optional<health::OwedEdition>> owed_edition(store::Database & state, Instant now)
{
    auto const period = monitor::last_over(to_text(now));
    auto const last_day = monitor::day_number(period.end);
    if (!last_day) {
        return fail(Failure::bug, "a half-year without an end");
    }
    health::OwedEdition const owed { period.name, Instant(std::chrono::days(*last_day + 1)) };
    KETENSYNC_TRY_ASSIGN(auto ours,
        state.prepare("SELECT EXISTS(SELECT 1 FROM edition) OR coalesce((SELECT started FROM run ORDER BY id LIMIT 1) < ?, 0)"));
    ours.bind(1, std::int64_t { owed.since.time_since_epoch().count() });
    KETENSYNC_TRY(ours.step());
    KETENSYNC_TRY_ASSIGN(bool const published, monitor::Shelf(state).is_published(owed.name));
    return ours.integer(0) == 0 || published ? std::nullopt : std::optional(owed);
}

}
