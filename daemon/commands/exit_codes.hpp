#pragma once

#include <span>
#include <string_view>

namespace ketensync::commands {

/// One way in which the program ends, for people: what it means and what they do about it.
struct ExitCode {
    int code;
    std::string_view brief;   ///< a few words, for --help
    std::string_view meaning; ///< one sentence
    std::string_view advice;  ///< what to do; one sentence
};

/// Every code there is, ascending. Help, man page and docs/exit-codes.md are made from it; `exit_code` of
/// daemon/base/error.hpp gives the same numbers.
std::span<ExitCode const> exit_codes();

} // namespace ketensync::commands
