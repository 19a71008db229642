#include "daemon/commands/showing_pages.hpp"

#include "daemon/pipeline/in_force.hpp"
#include "daemon/pipeline/run_story.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/pipeline/timeline.hpp"
#include "daemon/pipeline/wall_clock.hpp"
#include "daemon/web/configuration_page.hpp"
#include "daemon/web/page.hpp"
#include "daemon/web/planning_page.hpp"
#include "daemon/web/run_pages.hpp"
#include "daemon/web/timeline_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::commands {

namespace {

using web::Request;
using web::Response;
using web::Tongue;

/// Of one day on the page of what happened.
constexpr std::size_t events_max = 300;

/// What such a page is made from, for one request.
struct Showing {
    pipeline::Daemon & daemon;
    Request const & request;
    std::string user; ///< whom the proxy names; empty: nobody
    std::shared_ptr<health::Snapshot const> snapshot = daemon.snapshot();
    Instant now = daemon.clock().now();
    Tongue say { web::language_of(request) };

    Response page(std::string title, std::string place, std::string_view body, int status = 200) const
    {
        return web::kept(request,
            web::page({ .title = std::move(title), .path = std::move(place), .version = snapshot->version, .user = user, .language = say.language() },
                body, status));
    }
    Response refusal(Error const & error) const
    {
        int const status = error.failure == Failure::usage ? 404 : 503;
        return page(std::string(say("Dit lukt nu niet")), {}, fmt::format("<p lang=\"en\">{}</p>\n", web::escaped(error.what)), status);
    }
    Result<store::Database> state() const { return pipeline::open_state_to_look(daemon.plan()->config); }
    std::vector<web::FeedName> feeds() const
    {
        std::vector<web::FeedName> names;
        for (auto const & feed : snapshot->feeds) {
            names.push_back({ feed.source, feed.feed, feed.title });
        }
        return names;
    }
};

/// A number above zero, and nothing else.
std::optional<std::int64_t> number_in(std::string_view text)
{
    std::int64_t number = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0 ? std::optional(number) : std::nullopt;
}

Result<Response> runs(Showing const & showing)
{
    auto const & request = showing.request;
    pipeline::RunChoice choice;
    auto const asked = request.value("bron");
    choice.source = asked.substr(0, asked.find('/'));
    choice.feed = asked.size() > choice.source.size() ? asked.substr(choice.source.size() + 1) : std::string();
    choice.failed = !request.value("mislukt").empty();
    choice.before = number_in(request.value("voor")).value_or(0);
    KETENSYNC_TRY_ASSIGN(auto state, showing.state());
    KETENSYNC_TRY_ASSIGN(auto const chosen, pipeline::choose_runs(state, choice));
    return showing.page(std::string(showing.say("Lopen")), "/runs", web::runs_body(chosen, choice, showing.feeds(), showing.now, showing.say));
}

Result<pipeline::RunStory> story_of(Showing const & showing, bool with_samples)
{
    auto const number = number_in(showing.request.rest);
    KETENSYNC_TRY_ASSIGN(auto state, showing.state());
    auto const plan = showing.daemon.plan();
    std::optional<pipeline::RunStory> story;
    if (number) {
        KETENSYNC_TRY_ASSIGN(story, pipeline::run_story(state, *number, with_samples ? plan->schema.get() : nullptr));
    }
    if (!story) {
        return fail(Failure::usage, std::string(showing.say("Deze loop is er niet (meer).")));
    }
    return std::move(*story);
}

Result<Response> run(Showing const & showing)
{
    KETENSYNC_TRY_ASSIGN(auto const story, story_of(showing, false));
    std::string title;
    for (auto const & feed : showing.snapshot->feeds) {
        title = feed.source == story.run.source ? feed.title : title;
    }
    return showing.page(showing.say("Loop {}", story.run.id), "/runs", web::run_body(story, title, showing.now, showing.say));
}

Result<Response> changed(Showing const & showing)
{
    KETENSYNC_TRY_ASSIGN(auto const story, story_of(showing, true));
    return showing.page(showing.say("Loop {}: wat er veranderde", story.run.id), "/runs", web::samples_body(story, showing.say));
}

Result<Response> timeline(Showing const & showing)
{
    KETENSYNC_TRY_ASSIGN(auto const clock, pipeline::WallClock::in());
    auto day = clock.day(showing.now);
    if (auto const asked = showing.request.value("dag"); !asked.empty()) {
        KETENSYNC_TRY_ASSIGN(day, pipeline::day_of(asked));
    }
    KETENSYNC_TRY_ASSIGN(auto state, showing.state());
    KETENSYNC_TRY_ASSIGN(
        auto const happened, pipeline::timeline(state, clock.begin(day), clock.begin(day + std::chrono::days(1)), events_max));
    return showing.page(std::string(showing.say("Tijdlijn")), "/tijdlijn",
        web::timeline_body(happened, day, showing.feeds(), clock, showing.now, showing.say));
}

Result<Response> planning(Showing const & showing)
{
    KETENSYNC_TRY_ASSIGN(auto const clock, pipeline::WallClock::in());
    auto snapshot = *showing.snapshot;
    snapshot.taken = showing.now;
    return showing.page(std::string(showing.say("Planning")), "/planning", web::planning_body(snapshot, clock, showing.say));
}

Result<Response> configuration(Showing const & showing)
{
    auto const plan = showing.daemon.plan();
    auto const & snapshot = *showing.snapshot;
    web::ConfigurationShown shown { snapshot.configuration, snapshot.configuration_read, snapshot.reload_succeeded, {},
        pipeline::configuration_parts(*plan) };
    KETENSYNC_TRY_ASSIGN(auto state, showing.state());
    KETENSYNC_TRY_ASSIGN(shown.in_force, pipeline::last_in_force(state));
    shown.source = showing.request.value("bron");
    auto const & sources = plan->config.sources;
    for (auto const & source : sources) {
        shown.sources.push_back(source.name);
    }
    auto const source = std::ranges::find(sources, shown.source, &settings::Source::name);
    shown.source = source == sources.end() ? std::string() : shown.source;
    shown.settings = source == sources.end() ? settings::effective_without_sources(plan->config) : settings::effective_of(*source);
    return showing.page(
        std::string(showing.say("Instellingen")), "/configuratie", web::configuration_body(shown, showing.now, showing.say));
}

using Page = Result<Response> (*)(Showing const &);

Response make(pipeline::Daemon & daemon, Page page, Request const & request, std::string const & user)
{
    Showing const showing { daemon, request, user };
    auto made = page(showing);
    return made ? std::move(*made) : showing.refusal(made.error());
}

}

std::vector<web::Route> showing_pages(pipeline::Daemon & daemon, web::Door const & door)
{
    std::vector<web::Route> routes;
    auto const open = [&](std::string path, bool takes_rest, Page page) {
        routes.push_back({ std::move(path), takes_rest, [&daemon, page](Request const & request) { return make(daemon, page, request, {}); }, true });
    };
    auto const guarded = [&](std::string path, bool takes_rest, Page page) {
        routes.push_back(door.guarded(std::move(path), takes_rest, settings::Role::read, false,
            [&daemon, page](web::Visitor const & visitor, Request const & request) { return make(daemon, page, request, visitor.name); }));
    };
    open("/runs", false, runs);
    open("/runs/", true, run);
    open("/planning", false, planning);
    guarded("/veranderd/", true, changed);
    guarded("/tijdlijn", false, timeline);
    guarded("/configuratie", false, configuration);
    return routes;
}

}
