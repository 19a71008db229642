#pragma once

#include "daemon/mapping/evaluate.hpp"

namespace ketensync::mapping {

/// Does one step that makes one text of another. `text` has no blanks around it; of nothing, every transform makes
/// nothing.
std::optional<std::string_view> transform(
    Step const & step, std::string_view text, Tables const & tables, Scope const & scope, Invalid & invalid);

/// The year of birth of somebody of that age on that date. Only on the last day of a year an age says it; on another day
/// it may be either of two years, and there is no value.
std::optional<std::string_view> born(
    std::string_view age, std::string_view date, Scope const & scope, Invalid & invalid);

} // namespace ketensync::mapping
