#pragma once

#include "daemon/health/health.hpp"
#include "daemon/health/snapshot.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::web {

using Json = nlohmann::ordered_json;

/// One property of an object of the interface: how it is described, and where its value comes from. A value that is null is
/// left out, and its property is described as one that need not be there.
template <typename T>
struct Property {
    std::string_view name; ///< camelCase
    Json schema;           ///< of OpenAPI 3.0
    bool always = true;
    std::function<Json(T const &)> value;
};

template <typename T>
using Shape = std::vector<Property<T>>;

/// A feed, seen in its snapshot.
struct FeedAt {
    health::FeedState const & feed;
    health::Snapshot const & snapshot;
};

/// A source: the feeds of one name, which lie next to one another in the snapshot.
struct SourceAt {
    std::string_view name;
    std::string_view title;
    std::uint64_t feeds = 0;
    health::Status status = health::Status::pass; ///< the worst of its feeds
    std::optional<Instant> paused_until {};
};

Shape<health::Run> const & run_shape();
Shape<FeedAt> const & feed_shape();
Shape<SourceAt> const & source_shape();
Shape<health::Check> const & check_shape();
/// The service itself, with what waits to be delivered.
Shape<health::Snapshot> const & service_shape();

template <typename T>
Json object_of(Shape<T> const & shape, T const & thing)
{
    auto object = Json::object();
    for (auto const & property : shape) {
        if (auto value = property.value(thing); !value.is_null()) {
            object[std::string(property.name)] = std::move(value);
        }
    }
    return object;
}

template <typename T>
Json schema_of(Shape<T> const & shape)
{
    auto schema = Json::object({ { "type", "object" }, { "required", Json::array() }, { "properties", Json::object() } });
    for (auto const & property : shape) {
        schema["properties"][std::string(property.name)] = property.schema;
        if (property.always) {
            schema["required"].push_back(property.name);
        }
    }
    return schema;
}

} // namespace ketensync::web
