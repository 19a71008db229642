#include "daemon/commands/exit_codes.hpp"

#include <array>

namespace ketensync::commands {

namespace {

constexpr std::array table {
    ExitCode { 0, "done", "Done; nothing waits for you.", "Nothing." },
    ExitCode { 3, "done, with records set aside or left to review",
        "Done; some records were set aside, or pairs wait for a person. All the others are in the warehouse.",
        "Look at them when it suits you: --quarantine=list tells what was wrong with each, --review shows the pairs." },
    ExitCode { 64, "command line", "The command line is wrong: an unknown flag, a value that is none, or flags that do not go together.",
        "Read the sentence: it names the flag and the nearest one there is. --help shows all." },
    ExitCode { 65, "data not sound, or held",
        "What was delivered is not sound, or not believable (far too little, too much, or too much changed), and nothing was changed.",
        "Ask the source. If the delivery is right after all: --sync=SOURCE/FEED --accept-mass-change=RUN --reason=\"...\"." },
    ExitCode { 69, "source or warehouse does not answer", "A source, the warehouse or the service does not answer now.",
        "Wait for the next run; when it lasts, look at the network, the address that is allowed in the unit, and the other side." },
    ExitCode { 70, "bug", "A fault of the program itself.",
        "Nothing is lost: the transaction at hand was taken back. Report it with the bundle of --diagnostics=FILE." },
    ExitCode { 73, "cannot write", "A file or a disk cannot be written: full, read-only, or out of order.",
        "Make room or give the right to write; the service goes on by itself." },
    ExitCode { 75, "busy", "Another process works with this state or this warehouse.",
        "Wait until it is done; --status says what runs. Stop the service for commands that need it stopped." },
    ExitCode { 76, "answer not sound", "The answer of a source as a whole is not what its mapping and connector expect.",
        "Look whether the source changed its layout: --shape=SOURCE/FEED; the feed goes on from the same place when it is right again." },
    ExitCode { 77, "no permission", "A source, or this machine, refuses: credentials or rights are wrong or have run out.",
        "Renew the credential, or ask for the right; then restart the service." },
    ExitCode { 78, "configuration", "A file in conf/ or mappings/ is wrong, or the state belongs to another key or a newer version.",
        "--check names every fault with its file, line and column, and what to do." },
    ExitCode { 130, "interrupted", "It was asked to stop (Ctrl-C, or SIGTERM), and stopped in good order.", "Run it again; it goes on where it was." },
};

} // namespace

std::span<ExitCode const> exit_codes()
{
    return table;
}

} // namespace ketensync::commands
