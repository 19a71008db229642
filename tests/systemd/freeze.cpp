// Stops one thread of a process, and only that one, until the process is gone. Usage: freeze THREAD_ID
// A stop signal would stop all of them; a debugger that stands still stops the one that it looks at.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/ptrace.h>
#include <sys/wait.h>

int main(int count, char ** words)
{
    if (count < 2) {
        return 64;
    }
    int const thread = std::atoi(words[1]);
    if (::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0 || ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0) {
        std::perror("freeze");
        return 1;
    }
    int status = 0;
    while (::waitpid(thread, &status, __WALL) == thread && !WIFEXITED(status) && !WIFSIGNALED(status)) {
        // It stays as it is, whatever comes. An end of the process ends the wait.
    }
    return 0;
}
