#pragma once

#include "daemon/commands/interview.hpp"
#include "daemon/commands/source_draft.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace ketensync::commands {

/// What is wrong with an answer; nothing when it is sound.
using Wrong = std::optional<std::string>;

/// Asks where a source is and how we log in there, by its connector; what the draft knows already is proposed. Of secrets only
/// the names are asked for, and it is said where in `secrets_folder` a file that is not there yet belongs.
Result<void> ask_reach(Interview & interview, SourceDraft & draft, std::filesystem::path const & secrets_folder);

} // namespace ketensync::commands
