#include "daemon/commands/contract_sheets.hpp"
#include "daemon/commands/monitor_out.hpp"
#include "daemon/commands/monitor_text.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/shelf.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/monitoring.hpp"
#include "daemon/pipeline/state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::commands {

namespace {

/// All that one call works with.
struct Making {
    Options const & options;
    Streams const & streams;
    pipeline::Plan const & plan;
    monitor::Period period;
    monitor::Definitions definitions;
    monitor::Notes notes;
    store::Database state;
};

template <typename Read>
auto read_or_tell(Read read, Streams const & streams) -> std::optional<typename Read::value_type>
{
    if (read) {
        return std::move(*read);
    }
    for (auto const & fault : read.error()) {
        streams.error << fault << '\n';
    }
    return std::nullopt;
}

Result<monitor::Edition> make(Making & making, std::string const & known, pipeline::Readers const & readers)
{
    monitor::Shelf shelf(making.state);
    KETENSYNC_TRY_ASSIGN(auto const before, shelf.last_shown_before(making.period.name));
    monitor::Request request { making.period, known, making.notes, nullptr, {} };
    if (before) {
        request.previous = &*before;
        request.previous_hash = monitor::hash_of(*request.previous);
    }
    return make_edition(making.definitions, request, readers.asks());
}

Result<EditionView> view_of(Making & making, monitor::Edition const & edition, pipeline::Readers const & readers)
{
    EditionView view { edition, making.definitions.frame, {}, {}, 0 };
    KETENSYNC_TRY_ASSIGN(
        auto const stale, pipeline::stale_feeds(making.plan, making.state, edition.peildatum, edition.known));
    view.objections = objections(edition, stale);
    KETENSYNC_TRY_ASSIGN(
        view.doubtful, pipeline::doubtful(making.state, making.definitions, edition, readers.ask()));
    KETENSYNC_TRY_ASSIGN(view.undelivered, pipeline::undelivered(making.state));
    return view;
}

Result<void> refuse_objections(EditionView const & view, Streams const & streams)
{
    for (auto const & objection : view.objections) {
        streams.error << "- " << objection << '\n';
    }
    return view.objections.empty()
        ? Result<void>()
        : fail(Failure::held, fmt::format("edition {} has {} objections", view.edition.name, view.objections.size()));
}

/// What the audit log says of an approval; the edition as known at that moment comes first.
std::string approval_of(monitor::Edition const & edition)
{
    return fmt::format("{} as known at {}, by ", edition.name, edition.known);
}

/// Two names are two people only when two accounts gave them.
Result<void> refuse_same_account(Making & making, monitor::Edition const & edition)
{
    KETENSYNC_TRY_ASSIGN(auto const entries, pipeline::Audit::read(making.state));
    bool const again = !edition.approvals.empty() && std::ranges::any_of(entries, [&](pipeline::Audit::Entry const & entry) {
        return entry.action == "approve" && entry.who == pipeline::Audit::account() && entry.detail.starts_with(approval_of(edition));
    });
    return again ? fail(Failure::usage,
               fmt::format("{} approved edition {} already: it takes another person, with an account of their own",
                   pipeline::Audit::account(), edition.name))
                 : Result<void>();
}

Result<void> approve(Making & making, pipeline::Readers const & readers, Clock const & clock)
{
    monitor::Shelf shelf(making.state);
    KETENSYNC_TRY_ASSIGN(auto const kept, shelf.find(making.period.name));
    if (!kept) {
        return fail(Failure::usage, fmt::format("there is no draft of edition {} yet: make it first", making.period.name));
    }
    KETENSYNC_TRY_ASSIGN(auto const view, view_of(making, kept->truth, readers));
    KETENSYNC_TRY(refuse_objections(view, making.streams));
    KETENSYNC_TRY(refuse_same_account(making, kept->truth));
    KETENSYNC_TRY_ASSIGN(
        auto const edition, shelf.approve(making.period.name, { making.options.approve, to_text(clock.now()) }));
    KETENSYNC_TRY(pipeline::Audit::note(making.plan.config, clock.now(), "approve",
        approval_of(edition) + making.options.approve));
    if (!making.options.quiet) {
        making.streams.out << fmt::format("{} heeft {} vastgesteld; dat deden er nu {} van de {}\n", making.options.approve,
            edition.name, edition.approvals.size(), monitor::Shelf::approvals_needed);
    }
    return {};
}

/// Shows to everybody what two people approved, and from then on the same.
Result<void> release(Making & making, pipeline::Readers const & readers, Clock const & clock)
{
    monitor::Shelf shelf(making.state);
    KETENSYNC_TRY_ASSIGN(auto kept, shelf.find(making.period.name));
    if (!kept || kept->truth.stage != monitor::Stage::approved || kept->shown) {
        return fail(Failure::held,
            fmt::format("edition {} is {}", making.period.name,
                kept && kept->shown ? "published: it stays as it is" : "not approved by two people"));
    }
    KETENSYNC_TRY_ASSIGN(auto const view, view_of(making, kept->truth, readers));
    KETENSYNC_TRY(refuse_objections(view, making.streams));
    KETENSYNC_TRY_ASSIGN(auto shown, shown_of(shelf, kept->truth, making.definitions.frame.disclosure));
    shown.stage = monitor::Stage::published;
    shown.published = to_text(std::chrono::floor<std::chrono::seconds>(clock.now()));
    KETENSYNC_TRY(shelf.publish(kept->truth, shown));
    KETENSYNC_TRY(pipeline::Audit::note(
        making.plan.config, clock.now(), "release", fmt::format("{} with SHA-256 {}", shown.name, monitor::hash_of(shown))));
    making.streams.out << fmt::format("{} is gepubliceerd, met SHA-256 {}\n", shown.name, monitor::hash_of(shown));
    // Where the service shows it.
    KETENSYNC_TRY(write_out(making.plan, shown, making.plan.config.state_folder / "monitor" / shown.name));
    KETENSYNC_TRY(write_list(making.plan, shelf));
    return making.options.out.empty() ? Result<void>() : write_out(making.plan, shown, making.options.out);
}

/// Whether a published edition comes out the same when it is made again.
Result<void> make_again(Making & making, monitor::Edition const & truth, pipeline::Readers const & readers)
{
    KETENSYNC_TRY_ASSIGN(auto again, make(making, truth.known, readers));
    again.stage = truth.stage;
    again.approvals = truth.approvals;
    again.published = truth.published;
    bool const same = to_json(again) == to_json(truth);
    making.streams.out << (same ? "opnieuw gemaakt: gelijk, tot op de byte\n"
                                : "opnieuw gemaakt: anders dan toen. Wat sindsdien is gewist of anders is gedefinieerd, telt niet meer mee\n");
    return same ? Result<void>() : fail(Failure::held, fmt::format("edition {} does not come out the same", truth.name));
}

/// The state, also while the service works in it.
Result<store::Database> open_beside(settings::Config const & config)
{
    KETENSYNC_TRY_ASSIGN(auto seal, pipeline::read_seal(config));
    KETENSYNC_TRY_ASSIGN(auto state,
        store::Database::open(config.state_folder / "state.sqlite", { .cache_bytes = 1U << 20, .seal = std::move(seal) }));
    KETENSYNC_TRY(pipeline::migrate_state(state));
    return state;
}

Result<void> work(Making & making, Clock const & clock)
{
    auto const & options = making.options;
    KETENSYNC_TRY_ASSIGN(auto const readers, pipeline::Readers::open(making.plan));
    if (!options.approve.empty()) {
        return approve(making, readers, clock);
    }
    if (options.release) {
        return release(making, readers, clock);
    }
    monitor::Shelf shelf(making.state);
    KETENSYNC_TRY_ASSIGN(auto const kept, shelf.find(making.period.name));
    if (kept && kept->shown) {
        KETENSYNC_TRY_ASSIGN(auto const view, view_of(making, kept->truth, readers));
        show(view, options, making.streams);
        if (!options.out.empty()) {
            KETENSYNC_TRY(write_out(making.plan, *kept->shown, options.out));
        }
        return options.dry_run ? make_again(making, kept->truth, readers) : Result<void>();
    }
    KETENSYNC_TRY_ASSIGN(auto const known, known_at(options, clock, making.period));
    KETENSYNC_TRY_ASSIGN(auto const edition, make(making, known, readers));
    KETENSYNC_TRY_ASSIGN(auto const view, view_of(making, edition, readers));
    if (!options.dry_run) {
        KETENSYNC_TRY(shelf.keep(edition));
        KETENSYNC_TRY(pipeline::Audit::note(
            making.plan.config, clock.now(), "monitor", fmt::format("draft of {} as known at {}", edition.name, edition.known)));
    }
    show(view, options, making.streams);
    if (!options.out.empty()) {
        KETENSYNC_TRY_ASSIGN(auto const shown, shown_of(shelf, edition, making.definitions.frame.disclosure));
        return write_out(making.plan, shown, options.out);
    }
    return {};
}

}

int monitor(Options const & options, Streams const & streams)
{
    if (auto const quarter = monitor::quarter_named(options.edition)) {
        return contract_sheets(options, streams, *quarter);
    }
    auto const period = monitor::period_of(options.edition);
    if (!period) {
        return tell(period.error(), streams);
    }
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto definitions = read_or_tell(monitor::read_definitions(plan->config.mappings_folder / "monitor"), streams);
    auto notes = read_or_tell(monitor::read_notes(pipeline::notes_file(options.config, period->name)), streams);
    if (!definitions || !notes) {
        return exit_code(Failure::configuration);
    }
    if (!std::filesystem::exists(plan->config.state_folder / "state.sqlite")) {
        return tell({ Failure::unavailable, "nothing was synchronised yet" }, streams);
    }
    auto state = open_beside(plan->config);
    if (!state) {
        return tell(state.error(), streams);
    }
    SystemClock const clock;
    Making making { options, streams, *plan, *period, std::move(*definitions), std::move(*notes), std::move(*state) };
    auto const done = work(making, clock);
    return done ? 0 : tell(done.error(), streams);
}

}
