#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::web {

/// What the placeholders of a path stand for, by name.
using Values = std::map<std::string, std::string, std::less<>>;

/// What those of `path` ("/sources/{source}") stand for in `asked`; nothing when it is not of that form.
std::optional<Values> match(std::string_view path, std::string_view asked);
/// The path with what they stand for in their places, as it may stand in an address.
std::string filled(std::string_view path, Values const & values);

} // namespace ketensync::web
