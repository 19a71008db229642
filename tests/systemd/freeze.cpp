// Stops one thread of a process, and only that one, until the process is gone. Usage: freeze THREAD_ID
// A stop signal would stop all of them; a debugger that stands still stops the one that it looks at. It is stopped at its
// work when that can be had, and says so: "at work", or "waiting" when it never does anything but wait for work.

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// It waits until another thread rings; that is how it waits for work.
bool waits(int thread)
{
    std::ifstream file("/proc/" + std::to_string(thread) + "/syscall");
    long number = -1;
    file >> number;
    return number == SYS_futex || number == SYS_ppoll || number == SYS_poll || number == SYS_epoll_wait || number == SYS_rt_sigtimedwait;
}

}

int main(int count, char ** words)
{
    if (count < 2) {
        return 64;
    }
    int const thread = std::atoi(words[1]);
    if (::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) {
        std::perror("freeze");
        return 1;
    }
    int status = 0;
    bool at_work = false;
    for (int tries = 0; tries < 3000 && !at_work; ++tries) {
        ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr);
        if (::waitpid(thread, &status, __WALL) != thread || WIFEXITED(status) || WIFSIGNALED(status)) {
            return 1;
        }
        at_work = !waits(thread);
        if (!at_work && tries < 2999) {
            ::ptrace(PTRACE_CONT, thread, nullptr, nullptr);
            ::usleep(static_cast<useconds_t>(500 + tries % 1000));
        }
    }
    std::puts(at_work ? "at work" : "waiting");
    std::fflush(stdout);
    while (::waitpid(thread, &status, __WALL) == thread && !WIFEXITED(status) && !WIFSIGNALED(status)) {
        // It stays as it is, whatever comes. An end of the process ends the wait.
    }
    return 0;
}
