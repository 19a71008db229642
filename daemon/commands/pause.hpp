#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <string>

namespace ketensync::commands {

/// Until when somebody means that a source is left alone: a day, with all of it, or a moment. Failure::usage when it is no
/// moment, or not in the year to come.
Result<Instant> pause_until(std::string const & text, Instant now);

} // namespace ketensync::commands
