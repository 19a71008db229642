#include "daemon/web/api.hpp"

#include "daemon/web/api_acts.hpp"
#include "daemon/web/api_path.hpp"
#include "daemon/web/api_shapes.hpp"

#include <Poco/Net/HTTPResponse.h>

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ketensync::web {

namespace {

using health::Snapshot;

struct Parameter {
    std::string name;
    bool in_path = false;
    std::string description;
    std::vector<std::string_view> words; ///< empty: any
};

/// What can be asked for. `answer` gives nothing when there is no such thing.
struct Resource {
    std::string path; ///< below api_path: "/sources/{source}"
    std::string id;
    std::string summary;
    std::vector<Parameter> parameters;
    Json schema;
    std::function<std::optional<Json>(Values const &, Snapshot const &)> answer;
};

Json reference(std::string_view schema) { return { { "$ref", fmt::format("#/components/schemas/{}", schema) } }; }

Json list_of(std::string_view schema)
{
    return { { "type", "object" }, { "required", { "items" } },
        { "properties", { { "items", { { "type", "array" }, { "items", reference(schema) } } } } } };
}

bool asked(Values const & values, std::string_view name, std::string_view value)
{
    auto const found = values.find(name);
    return found == values.end() || found->second == value;
}

Json feeds(Values const & values, Snapshot const & snapshot)
{
    auto items = Json::array();
    for (auto const & feed : snapshot.feeds) {
        if (asked(values, "source", feed.source) && asked(values, "status", health::to_text(health::status_of(feed, snapshot)))) {
            items.push_back(object_of(feed_shape(), { feed, snapshot }));
        }
    }
    return { { "items", std::move(items) } };
}

std::vector<SourceAt> sources(Snapshot const & snapshot)
{
    std::vector<SourceAt> found;
    for (auto const & feed : snapshot.feeds) {
        if (found.empty() || found.back().name != feed.source) {
            found.push_back({ .name = feed.source, .title = feed.title });
            found.back().paused_until = feed.paused ? std::optional(feed.paused->until) : std::nullopt;
        }
        ++found.back().feeds;
        found.back().status = std::max(found.back().status, health::status_of(feed, snapshot));
    }
    return found;
}

std::optional<Json> source(std::string_view name, Snapshot const & snapshot)
{
    auto const all = sources(snapshot);
    auto const found = std::ranges::find(all, name, &SourceAt::name);
    return found == all.end() ? std::nullopt : std::optional(object_of(source_shape(), *found));
}

std::optional<Json> feed(Values const & values, Snapshot const & snapshot)
{
    for (auto const & feed : snapshot.feeds) {
        if (feed.source == values.at("source") && feed.feed == values.at("feed")) {
            return object_of(feed_shape(), { feed, snapshot });
        }
    }
    return std::nullopt;
}

Json checks(Values const & values, Snapshot const & snapshot)
{
    auto items = Json::array();
    for (auto const & check : health::evaluate(snapshot).checks) {
        if (asked(values, "status", health::to_text(check.status))) {
            items.push_back(object_of(check_shape(), check));
        }
    }
    return { { "items", std::move(items) } };
}

std::vector<Resource> const & resources()
{
    static Parameter const of_source { "source", true, "The name of a source", {} };
    static Parameter const with_status { "status", false, "Only what stands so", { "pass", "warn", "fail" } };
    static std::vector<Resource> const all {
        { "/service", "getService", "How the service stands, and what waits to be delivered", {}, reference("Service"),
            [](Values const &, Snapshot const & now) { return object_of(service_shape(), now); } },
        { "/checks", "getChecks", "Everything that is watched, and how it stands", { with_status }, list_of("Check"), checks },
        { "/sources", "getSources", "The sources", {}, list_of("Source"),
            [](Values const &, Snapshot const & now) {
                auto items = Json::array();
                for (auto const & each : sources(now)) {
                    items.push_back(object_of(source_shape(), each));
                }
                return Json { { "items", std::move(items) } };
            } },
        { "/sources/{source}", "getSource", "One source", { of_source }, reference("Source"),
            [](Values const & values, Snapshot const & now) { return source(values.at("source"), now); } },
        { "/sources/{source}/feeds", "getFeedsOfSource", "The feeds of a source", { of_source, with_status }, list_of("Feed"),
            [](Values const & values, Snapshot const & now) {
                return source(values.at("source"), now) ? std::optional(feeds(values, now)) : std::nullopt;
            } },
        { "/sources/{source}/feeds/{feed}", "getFeed", "One feed with its last run",
            { of_source, { "feed", true, "The name of the feed in that source", {} } }, reference("Feed"), feed },
        { "/feeds", "getFeeds", "The feeds of all sources, with their last runs",
            { { "source", false, "Only those of this source", {} }, with_status }, list_of("Feed"), feeds },
    };
    return all;
}

/// Adds the filters that were asked for; what is wrong with them otherwise.
std::string take_filters(Resource const & resource, Request const & request, Values & values)
{
    for (auto const & [name, value] : request.query) {
        auto const known = std::ranges::find_if(
            resource.parameters, [&](Parameter const & parameter) { return !parameter.in_path && parameter.name == name; });
        if (known == resource.parameters.end()) {
            return "there is no such filter here; see openapi.json";
        }
        if (!known->words.empty() && std::ranges::find(known->words, value) == known->words.end()) {
            return fmt::format("{} is one of: {}", known->name, fmt::join(known->words, ", "));
        }
        if (!values.emplace(name, value).second) {
            return fmt::format("{} was given twice", known->name);
        }
    }
    return {};
}

Json problem_answer(std::string_view description)
{
    return { { "description", description },
        { "headers", { { "API-Version", { { "$ref", "#/components/headers/ApiVersion" } } } } },
        { "content", { { "application/problem+json", { { "schema", reference("Problem") } } } } } };
}

Json operation_of(Resource const & resource)
{
    auto parameters = Json::array();
    for (auto const & parameter : resource.parameters) {
        Json schema { { "type", "string" } };
        if (!parameter.words.empty()) {
            schema["enum"] = parameter.words;
        }
        parameters.push_back({ { "name", parameter.name }, { "in", parameter.in_path ? "path" : "query" },
            { "required", parameter.in_path }, { "description", parameter.description }, { "schema", schema } });
    }
    Json responses { { "200",
        { { "description", resource.summary }, { "headers", { { "API-Version", { { "$ref", "#/components/headers/ApiVersion" } } } } },
            { "content", { { "application/json", { { "schema", resource.schema } } } } } } } };
    responses["400"] = problem_answer("A filter that is not known, or a value that it does not take");
    if (std::ranges::any_of(resource.parameters, &Parameter::in_path)) {
        responses["404"] = problem_answer("There is no such thing");
    }
    return { { "operationId", resource.id }, { "summary", resource.summary }, { "tags", { "status" } },
        { "parameters", std::move(parameters) }, { "responses", std::move(responses) } };
}

} // namespace

Response problem(int status, std::string_view title, std::string_view detail)
{
    auto response = answered(status, { { "type", "about:blank" }, { "title", title }, { "status", status }, { "detail", detail } });
    response.content_type = "application/problem+json";
    return response;
}

Response answered(int status, Json const & body, std::vector<std::pair<std::string, std::string>> headers)
{
    auto const replace = Json::error_handler_t::replace; // what is not UTF-8 must not fail the answer
    headers.emplace_back("API-Version", std::string(api_version));
    return { status, "application/json", body.dump(2, ' ', false, replace) + "\n", std::move(headers) };
}

std::shared_ptr<Manners const> api_manners()
{
    auto const methods = [](std::string_view path) -> std::string {
        path.remove_prefix(api_path.size());
        bool const is_read = path == "/openapi.json"
            || std::ranges::any_of(resources(), [path](Resource const & resource) { return match(resource.path, path).has_value(); });
        return is_read ? "GET, HEAD" : is_act(path) ? "POST" : "";
    };
    auto const refusal = [](int status, std::string_view sentence) {
        using Poco::Net::HTTPResponse;
        return problem(status, HTTPResponse::getReasonForStatus(static_cast<HTTPResponse::HTTPStatus>(status)), sentence);
    };
    return std::make_shared<Manners const>(Manners { methods, refusal });
}

Response answer_api(Request const & request, Snapshot const & snapshot)
{
    auto const asked = std::string_view(request.path).substr(api_path.size());
    if (asked == "/openapi.json") {
        return { 200, "application/json", api_description(),
            { { "API-Version", std::string(api_version) }, { "Access-Control-Allow-Origin", "*" } } };
    }
    for (auto const & resource : resources()) {
        auto values = match(resource.path, asked);
        if (!values) {
            continue;
        }
        if (auto const wrong = take_filters(resource, request, *values); !wrong.empty()) {
            return problem(400, "Bad Request", wrong);
        }
        if (auto const answer = resource.answer(*values, snapshot)) {
            return answered(200, *answer);
        }
        return problem(404, "Not Found", "there is no such source or feed");
    }
    return problem(404, "Not Found", "there is no such path; see openapi.json");
}

std::string api_description()
{
    auto paths = Json::object();
    for (auto const & resource : resources()) {
        paths[resource.path] = { { "get", operation_of(resource) } };
    }
    Json schemas { { "Service", schema_of(service_shape()) }, { "Check", schema_of(check_shape()) }, { "Source", schema_of(source_shape()) },
        { "Feed", schema_of(feed_shape()) }, { "Run", schema_of(run_shape()) } };
    describe_acts(paths, schemas);
    schemas["Problem"] = { { "type", "object" }, { "required", { "type", "title", "status", "detail" } },
        { "properties",
            { { "type", { { "type", "string" }, { "format", "uri-reference" } } }, { "title", { { "type", "string" } } },
                { "status", { { "type", "integer" }, { "minimum", 400 }, { "maximum", 599 } } },
                { "detail", { { "type", "string" } } } } } };
    Json const description { { "openapi", "3.0.3" },
        { "info",
            { { "title", "ketensync" }, { "version", api_version },
                { "description", "How the service that brings the records of a labour-market region together stands, and what may be done by "
                                 "hand. It tells nothing of persons. It answers on the machine itself only: what does something is asked "
                                 "through the proxy that signs people in, by who has the role `operate`." },
                { "contact", { { "name", "The operators of this installation" } } }, { "license", { { "name", "EUPL-1.2" } } } } },
        { "servers", { { { "url", api_path } } } }, { "tags", { { { "name", "status" } }, { { "name", "acts" } } } }, { "paths", std::move(paths) },
        { "components",
            { { "headers",
                  { { "ApiVersion",
                      { { "description", "The version of this interface in full" }, { "required", true }, { "schema", { { "type", "string" } } } } } } },
                { "schemas", std::move(schemas) } } } };
    return description.dump(2) + "\n";
}

} // namespace ketensync::web
