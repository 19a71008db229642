#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace ketensync::support {

/// What `value` is not that `schema` says, in the words of JSON Schema that the description of our API uses; empty when nothing.
/// What is not described is a fault too. `description` is the whole OpenAPI document, for its references.
std::string differs(nlohmann::ordered_json const & value, nlohmann::ordered_json const & schema, nlohmann::ordered_json const & description);

/// What stands where `$ref` points, or the value itself.
nlohmann::ordered_json const & resolved(nlohmann::ordered_json const & value, nlohmann::ordered_json const & description);

} // namespace ketensync::support
