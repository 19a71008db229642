#include "daemon/web/api_acts.hpp"

#include "daemon/web/api.hpp"
#include "daemon/web/api_body.hpp"
#include "daemon/web/api_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ketensync::web {

namespace {

/// One thing that is done. `location` is where one sees what came of it.
struct Act {
    std::string_view path;
    std::string_view id;
    std::string_view summary;
    int status;
    std::string_view location;
    std::vector<Field> const & fields;
    std::string_view told; ///< the schema of the answer
    Result<Json> (Acts::*done)(Call const &);
};

std::vector<Act> const & table()
{
    constexpr auto source = "/sources/{source}";
    constexpr auto feed = "/sources/{source}/feeds/{feed}";
    static std::vector<Field> const run { Field::flag("full", "From the beginning, as if nothing had been read before"),
        Field::line("reason", false, "Why, for the audit log; nothing of persons") };
    static std::vector<Field> const why { Field::line("reason", false, "Why, for the audit log; nothing of persons") };
    static std::vector<Field> const pause { Field::moment("until", true, "When it is read again by itself, in UTC; within a year"),
        Field::line("reason", true, "Why, for the audit log and for who looks; nothing of persons") };
    static std::vector<Field> const nothing {};
    static std::vector<Field> const again { Field::line("code", false, "Only what was set aside for this reason: \"bsn-invalid\""),
        Field::number("id", false, 9'007'199'254'740'991, "Only the document of this number"),
        Field::number("atMost", true, retried_max, "No more than so many, the oldest first"), Field::line("reason", true, "Why, for the audit log; nothing of persons") };
    static std::vector<Field> const away { again[0], again[1],
        Field::number("atMost", true, dropped_max, "No more than so many, the oldest first: as many as you know of, so that what came since stays"), again[3] };
    static std::vector<Act> const all {
        { "/runs", "postRuns", "Begin a run of every feed", 202, "/feeds", run, "FeedActs", &Acts::begin },
        { "/sources/{source}/runs", "postRunsOfSource", "Begin a run of every feed of a source", 202, "/sources/{source}/feeds", run, "FeedActs", &Acts::begin },
        { "/sources/{source}/feeds/{feed}/runs", "postRunsOfFeed", "Begin a run of a feed", 202, feed, run, "FeedActs", &Acts::begin },
        { "/sources/{source}/feeds/{feed}/cancellations", "postCancellations", "End the reading of a feed that goes on", 202, feed, why, "FeedAct", &Acts::cancel },
        { "/sources/{source}/pauses", "postPauses", "Leave a source alone until a moment", 201, source, pause, "Pause", &Acts::pause },
        { "/sources/{source}/resumptions", "postResumptions", "Read a source that is paused again", 201, source, nothing, "Resumption", &Acts::resume },
        { "/sources/{source}/feeds/{feed}/quarantine/retries", "postRetries", "Try again what of a feed was set aside", 202, feed, again, "SetAside", &Acts::retry },
        { "/sources/{source}/feeds/{feed}/quarantine/drops", "postDrops", "Drop for good what of a feed was set aside", 201, feed, away, "SetAside", &Acts::drop },
    };
    return all;
}

constexpr auto refusals = std::to_array<std::pair<int, std::string_view>>({
    { 400, "The body is not as described, or asks for what cannot be meant" },
    { 403, "The proxy names nobody who may do this, or a page of another site sent it" },
    { 404, "There is no such source or feed" },
    { 408, "The body took too long" },
    { 409, "Not as things stand: paused, not paused, read already, not being read, or the service lets go of its state" },
    { 411, "There is no Content-Length" },
    { 413, "The body is too long" },
    { 415, "The body is not application/json" },
    { 417, "What waits for leave to be sent is not waited for" },
    { 503, "The service cannot do it now; nothing was done" },
    { 504, "It takes long, and goes on" },
});

Json reference(std::string_view kind, std::string_view name) { return { { "$ref", fmt::format("#/components/{}/{}", kind, name) } }; }

Json operation_of(Act const & act)
{
    auto parameters = Json::array();
    for (auto const & [name, description] : { std::pair("source", "The name of a source"), std::pair("feed", "The name of the feed in that source") }) {
        if (act.path.find(fmt::format("{{{}}}", name)) != std::string_view::npos) {
            parameters.push_back({ { "name", name }, { "in", "path" }, { "required", true }, { "description", description },
                { "schema", { { "type", "string" } } } });
        }
    }
    Json const version { { "API-Version", reference("headers", "ApiVersion") } };
    auto headers = version;
    headers["Location"] = { { "description", "Where one sees what came of it" }, { "required", true },
        { "schema", { { "type", "string" }, { "format", "uri-reference" } } } };
    Json responses { { std::to_string(act.status),
        { { "description", act.summary }, { "headers", headers },
            { "content", { { "application/json", { { "schema", reference("schemas", act.told) } } } } } } } };
    for (auto const & [status, description] : refusals) {
        if (status != 404 || !parameters.empty()) {
            responses[std::to_string(status)] = { { "description", description }, { "headers", version },
                { "content", { { "application/problem+json", { { "schema", reference("schemas", "Problem") } } } } } };
        }
    }
    return { { "operationId", act.id }, { "summary", act.summary }, { "tags", { "acts" } }, { "parameters", std::move(parameters) },
        { "requestBody", { { "required", true }, { "content", { { "application/json", { { "schema", schema_of(act.fields) } } } } } } },
        { "responses", std::move(responses) } };
}

Response answer(Acts & acts, Act const & act, Values const & values, Visitor const & visitor, Request const & request)
{
    if (!request.query.empty()) {
        return problem(400, "Bad Request", "there are no filters here; see openapi.json");
    }
    auto body = Json::parse(request.json, nullptr, false);
    if (auto const wrong = fault_in(body, act.fields); !wrong.empty()) {
        return problem(400, "Bad Request", wrong);
    }
    auto const value = [&values](std::string_view name) {
        auto const found = values.find(name);
        return found == values.end() ? std::string() : found->second;
    };
    Call const call { visitor.name, value("source"), value("feed"), std::move(body) };
    if (!call.source.empty() && !acts.knows(call.source, call.feed)) {
        return problem(404, "Not Found", "there is no such source or feed");
    }
    auto const told = (acts.*act.done)(call);
    if (told) {
        return answered(act.status, *told, { { "Location", std::string(api_path) + filled(act.location, values) } });
    }
    switch (told.error().failure) {
    case Failure::usage:
        return problem(400, "Bad Request", told.error().what);
    case Failure::busy:
        return problem(409, "Conflict", told.error().what);
    default:
        break;
    }
    auto later = problem(503, "Service Unavailable", told.error().what);
    later.headers.emplace_back("Retry-After", "5");
    return later;
}

std::string_view below(std::string_view path) { return path.starts_with(api_path) ? path.substr(api_path.size()) : std::string_view(); }

} // namespace

Route api_acts(Door const & door, std::shared_ptr<Acts> acts)
{
    Route route { std::string(api_path) + "/", true, [door, acts = std::move(acts)](Request const & request) {
                     for (auto const & act : table()) {
                         if (auto const values = match(act.path, below(request.path))) {
                             return door.admitted(settings::Role::operate, request,
                                 [&](Visitor const & visitor, Request const &) { return answer(*acts, act, *values, visitor, request); });
                         }
                     }
                     return problem(404, "Not Found", "there is no such path; see openapi.json");
                 } };
    route.waits = true;
    route.takes_json = true;
    route.manners = api_manners();
    return route;
}

bool is_act(std::string_view path)
{
    return std::ranges::any_of(table(), [path](Act const & act) { return match(act.path, path).has_value(); });
}

void describe_acts(Json & paths, Json & schemas)
{
    for (auto const & act : table()) {
        paths[std::string(act.path)]["post"] = operation_of(act);
    }
    Json const text { { "type", "string" } };
    auto const object = [](std::vector<std::string_view> const & required, Json const & properties) {
        return Json { { "type", "object" }, { "required", required }, { "properties", properties } };
    };
    Json const state { { "type", "string" }, { "enum", { "begun", "joined", "refused", "cancelled" } },
        { "description", "joined: it was being read already, and that run goes on; refused: see detail" } };
    schemas["FeedAct"] = object({ "source", "feed", "state" }, { { "source", text }, { "feed", text }, { "state", state }, { "detail", text } });
    schemas["FeedActs"] = object({ "items" }, { { "items", { { "type", "array" }, { "items", reference("schemas", "FeedAct") } } } });
    schemas["Pause"] = object({ "source", "until", "reason" },
        { { "source", text }, { "until", { { "type", "string" }, { "format", "date-time" } } }, { "reason", text } });
    schemas["Resumption"] = object({ "source" }, { { "source", text } });
    schemas["SetAside"] = object({ "documents" },
        { { "documents", { { "type", "integer" }, { "format", "int64" }, { "minimum", 0 }, { "description", "How many it was done to" } } } });
}

} // namespace ketensync::web
