#pragma once

#include "daemon/commands/command.hpp"

#include <optional>

namespace ketensync::commands {

/// Has the running service do what the words say, with the streams of this process, and gives its exit code. Nothing when no
/// service runs on that configuration: then this process does it, under the same lock. 77 when this account may not ask it.
std::optional<int> ask_service(Options const & options, std::span<char const * const> words, Streams const & streams);

} // namespace ketensync::commands
