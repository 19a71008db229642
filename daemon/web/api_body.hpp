#pragma once

#include "daemon/web/api_shapes.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::web {

/// One property of what a program posts: how it is described, and what that asks of a value. Both are made together, so that
/// they cannot differ. A plain value.
struct Field {
    std::string_view name; ///< camelCase
    bool required = false;
    Json schema;           ///< of OpenAPI 3.0
    std::function<bool(Json const &)> sound;
    std::string means;     ///< what a sound value is, for who sent another: "a text of 1 to 200 characters on one line"

    /// A text of people on one line, of at most 200 characters; when it is required, it is not empty.
    static Field line(std::string_view name, bool required, std::string_view description);
    /// From 1.
    static Field number(std::string_view name, bool required, std::int64_t most, std::string_view description);
    /// False when it is not there.
    static Field flag(std::string_view name, std::string_view description);
    /// "2026-12-31T18:00:00Z"; whether there is such a moment is for who reads it.
    static Field moment(std::string_view name, bool required, std::string_view description);
};

/// The object of these properties and no other.
Json schema_of(std::vector<Field> const & fields);
/// What a posted body is not that it should be, in a sentence; empty when it is as described.
std::string fault_in(Json const & body, std::vector<Field> const & fields);

} // namespace ketensync::web
