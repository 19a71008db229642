#pragma once

#include "daemon/commands/options.hpp"

#include <istream>
#include <ostream>
#include <span>

namespace ketensync::commands {

/// Where a command reads and writes: answers from `in`, data to `out`, messages to `error`. Tests give their own.
struct Streams {
    std::istream & in;
    std::ostream & out;
    std::ostream & error;
    bool terminal = false; ///< `out` is a terminal that takes colours
    bool live = false;     ///< `error` is a terminal, on which a line may be written over
};

/// A command: does its work on the calling thread and returns the exit code (0, 3 or exit_code() of a Failure). The
/// signals TERM, INT and HUP are blocked when it is called; one that takes long makes a StopSignals.
using Function = int (*)(Options const & options, Streams const & streams);

struct CommandRow {
    Command command;
    Function function;
    bool by_service = false; ///< the service does it, when it runs: it has the state and the credentials
};

/// Every command there is. A new one is one row here and one in the option table.
std::span<CommandRow const> command_table();

/// Runs the command that `options` names. A bug that throws ends here, as 70.
int run(Options const & options, Streams const & streams);

/// Does what the words on the command line say: in this process, or by the service when that runs and can. Gives the exit
/// code.
int answer(std::span<char const * const> words, Streams const & streams);

int help(Options const & options, Streams const & streams);
int diagnostics(Options const & options, Streams const & streams);
int version(Options const & options, Streams const & streams);
int serve(Options const & options, Streams const & streams);
int check(Options const & options, Streams const & streams);
int sync(Options const & options, Streams const & streams);
int cancel(Options const & options, Streams const & streams);
int pause(Options const & options, Streams const & streams); ///< and resume
int publish(Options const & options, Streams const & streams);
int status(Options const & options, Streams const & streams);
int history(Options const & options, Streams const & streams);
int explain(Options const & options, Streams const & streams);
int learn(Options const & options, Streams const & streams);
int reconcile(Options const & options, Streams const & streams);
int review(Options const & options, Streams const & streams);
int shape(Options const & options, Streams const & streams);
int accept_shape(Options const & options, Streams const & streams);
int quarantine(Options const & options, Streams const & streams);
int backup(Options const & options, Streams const & streams);
int restore(Options const & options, Streams const & streams);
int reseal(Options const & options, Streams const & streams);
int refill(Options const & options, Streams const & streams);
int access(Options const & options, Streams const & streams);
int erase(Options const & options, Streams const & streams);
int processing(Options const & options, Streams const & streams);
int monitor(Options const & options, Streams const & streams);
int audit(Options const & options, Streams const & streams);
int show_config(Options const & options, Streams const & streams);
int test_alert(Options const & options, Streams const & streams);
int test_connection(Options const & options, Streams const & streams);
int new_source(Options const & options, Streams const & streams);
int map(Options const & options, Streams const & streams);
int dedupe(Options const & options, Streams const & streams); ///< and link

} // namespace ketensync::commands
