#include "daemon/web/routes.hpp"

#include "daemon/health/metrics.hpp"
#include "daemon/health/probes.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/edition_part.hpp"
#include "daemon/web/page.hpp"
#include "daemon/web/status_page.hpp"
#include "daemon/web/tongue.hpp"

namespace ketensync::web {

namespace {

using health::Probe;
using health::Snapshot;

Response response_of(health::Answer answer)
{
    return { answer.status, std::move(answer.content_type), std::move(answer.body) };
}

Response probe(Probe which, Request const & request, Snapshot const & snapshot)
{
    // A check is asked for by name, so its sentence is what is wanted.
    bool const verbose = request.asks("verbose") || !request.rest.empty();
    return response_of(
        health::answer_probe(health::evaluate(snapshot), { which, verbose, request.values("exclude"), request.rest }));
}

} // namespace

std::vector<Route> routes(LastSnapshot last, health::Heartbeats const & heartbeats, Clock const & clock, LastEdition edition)
{
    auto const with_snapshot = [last = std::move(last), &heartbeats, &clock](auto page) {
        return [last, &heartbeats, &clock, page](Request const & request) {
            Snapshot snapshot = *last();
            snapshot.taken = clock.now();
            snapshot.workers = heartbeats.states();
            return page(request, snapshot);
        };
    };
    auto const probe_page = [&](Probe which) {
        return with_snapshot(
            [which](Request const & request, Snapshot const & snapshot) { return probe(which, request, snapshot); });
    };
    return {
        { "/livez", false, probe_page(Probe::live) },
        { "/readyz", false, probe_page(Probe::ready) },
        { "/readyz/", true, probe_page(Probe::ready) },
        { "/startupz", false, probe_page(Probe::startup) },
        { "/health", false, with_snapshot([](Request const &, Snapshot const & snapshot) {
             return response_of(health::answer_health(health::evaluate(snapshot), snapshot));
         }) },
        { "/metrics", false, with_snapshot([](Request const &, Snapshot const & snapshot) {
             return Response { 200, "text/plain; version=0.0.4; charset=utf-8", health::metrics_text(snapshot) };
         }) },
        { .path = std::string(api_path) + "/", .takes_rest = true, .handler = with_snapshot(answer_api), .manners = api_manners() },
        { "/", false, with_snapshot([edition](Request const & request, Snapshot const & snapshot) {
             return kept(request, status_page(snapshot, language_of(request), edition ? edition_part(*edition(), Tongue(language_of(request))) : std::string()));
         }) },
        { "/opmaak.css", false,
            [](Request const &) { return Response { 200, "text/css; charset=utf-8", std::string(style_sheet()), {} }; } },
        { "/toetsen.js", false,
            [](Request const &) { return Response { 200, "text/javascript; charset=utf-8", std::string(key_script()), {} }; } },
    };
}

} // namespace ketensync::web
