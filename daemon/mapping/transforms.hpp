#pragma once

#include "daemon/mapping/evaluate.hpp"

namespace ketensync::mapping {

/// Does one step that makes one text of another. `text` has no blanks around it; of nothing, every transform makes
/// nothing.
std::optional<std::string_view> transform(
    Step const & step, std::string_view text, Tables const & tables, Scope const & scope, Invalid & invalid);

} // namespace ketensync::mapping
