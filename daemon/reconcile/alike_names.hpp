#pragma once

#include <span>
#include <string_view>

namespace ketensync::reconcile {

/// Sets of first names that one person goes by, their words with a space between them: doopnaam and roepnaam, spellings
/// from other scripts. Folded (fold.hpp). Constant; any thread.
std::span<std::string_view const> alike_names();

} // namespace ketensync::reconcile
