#pragma once

#include <string>

namespace ketensync::commands {

// What is read elsewhere than on a terminal, from the same table of options as the parser and --help. Pure.

/// ketensync(8), in the macros of man(7). The same bytes for the same version.
std::string man_page();
/// A completion for bash. Values are offered where the table has a list of them; sources are those of /etc/ketensync.
std::string bash_completion();
/// docs/exit-codes.md.
std::string exit_code_page();

} // namespace ketensync::commands
