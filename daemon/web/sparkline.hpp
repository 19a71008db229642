#pragma once

#include "daemon/health/snapshot.hpp"
#include "daemon/web/tongue.hpp"

#include <span>
#include <string>

namespace ketensync::web {

/// A feed's last runs as a picture the height of a line (SVG, no script, no colour without a shape): a bar for each, the
/// higher the more it brought; one that failed is a cross, one that goes on an open bar. What it shows is told in words as
/// well. Empty when there are none. Pure.
std::string sparkline(std::span<health::RunMark const> runs, Tongue const & say);

/// "7 van 8 gelukt", for beside it.
std::string runs_in_words(std::span<health::RunMark const> runs, Tongue const & say);

} // namespace ketensync::web
