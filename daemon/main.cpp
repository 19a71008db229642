#include "daemon/commands/command.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <malloc.h>
#include <pthread.h>
#include <string_view>
#include <unistd.h>

namespace {

/// Before any thread exists: every thread inherits it, so that signals only reach whoever waits for them, and none of
/// them ends the process halfway its work.
void block_signals()
{
    sigset_t signals;
    sigemptyset(&signals);
    for (int const signal : { SIGTERM, SIGINT, SIGHUP }) {
        sigaddset(&signals, signal);
    }
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN); // a reader that went away is a failed write, not the end
}

/// What grows with the number of records doubles now and then. Large blocks are taken from the system and go back to it,
/// instead of leaving holes in the heap: a quarter of the highest memory of a first load.
void give_large_blocks_back() { mallopt(M_MMAP_THRESHOLD, 4 << 20); }

bool takes_colors()
{
    char const * const refused = std::getenv("NO_COLOR");
    char const * const terminal = std::getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0')
        && (terminal == nullptr || std::string_view(terminal) != "dumb");
}

} // namespace

int main(int argc, char ** argv)
{
    using namespace ketensync;
    block_signals();
    give_large_blocks_back();
    auto const words = std::span<char const * const>(argv, static_cast<std::size_t>(argc)).subspan(argc > 0 ? 1 : 0);
    int const code = commands::answer(words, { std::cin, std::cout, std::cerr, takes_colors(), isatty(STDERR_FILENO) == 1 });
    std::cout.flush();
    return code == 0 && !std::cout ? exit_code(Failure::cannot_write) : code;
}
