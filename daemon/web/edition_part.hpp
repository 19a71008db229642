#pragma once

#include "daemon/health/edition_state.hpp"
#include "daemon/web/tongue.hpp"

#include <string>

namespace ketensync::web {

/// What the page for people tells of the edition of the Monitor that is to be made, as HTML: whether its feeds are fresh
/// enough, which pairs in doubt touch a figure and by how much, and which projects lack something. Nothing before anybody
/// looked.
std::string edition_part(health::EditionState const & state, Tongue const & say);

} // namespace ketensync::web
