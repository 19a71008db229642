#pragma once

#include <string>
#include <utility>

namespace ketensync {

/// What went wrong, classed by what the caller does next. The comments say who acts; `exit_code` is what a command
/// ends with (the values of sysexits.h, the public list is in ARCHITECTURE.md).
enum class Failure {
    unavailable, ///< 69: a source or the warehouse does not answer now. Retry, later.
    busy,        ///< 75: somebody else holds what we need. Retry, later.
    bad_data,    ///< 65: this item is not sound. Set it aside; its neighbours go on.
    bad_page,    ///< 76: the answer as a whole is not sound. End this feed's run, keep its cursor.
    held,        ///< 65: not believable. Nothing is changed; a person decides.
    refused,     ///< 77: credentials or rights. Stop asking; a person acts.
    configuration, ///< 78: a file we were given is wrong. A person acts.
    cannot_write,  ///< 73: disk full, read-only, i/o error. Stop; nothing was committed.
    usage,         ///< 64: the command line is wrong.
    interrupted,   ///< 130: asked to stop. Nothing is wrong.
    bug,           ///< 70: cannot happen.
};

/// One expected failure. `what` is one sentence for an operator: it never holds personal data or a secret.
struct Error {
    Failure failure = Failure::bug;
    std::string what;
};

constexpr int exit_code(Failure failure)
{
    switch (failure) {
    case Failure::unavailable: return 69;
    case Failure::busy: return 75;
    case Failure::bad_data:
    case Failure::held: return 65;
    case Failure::bad_page: return 76;
    case Failure::refused: return 77;
    case Failure::configuration: return 78;
    case Failure::cannot_write: return 73;
    case Failure::usage: return 64;
    case Failure::interrupted: return 130;
    case Failure::bug: return 70;
    }
    return 70;
}

/// True when the same call may succeed later without anybody doing anything.
constexpr bool may_retry(Failure failure)
{
    return failure == Failure::unavailable || failure == Failure::busy;
}

}
