// Loaded before the C library: counts every call of the process that changes a file, and ends the process the moment
// before the one whose number is in CRASH_AT. With FAIL_ERRNO the call fails instead, once, or from there on with
// FAIL_STICKY. COUNT_FILE gets the total at the end.

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

std::atomic<long> calls = 0;

struct Orders {
    long crash_at = -1;
    int fail_errno = 0;
    bool sticky = false;
};

Orders const & orders()
{
    static Orders const read = [] {
        Orders made;
        if (auto const * const text = std::getenv("CRASH_AT")) {
            made.crash_at = std::atol(text);
        }
        if (auto const * const text = std::getenv("FAIL_ERRNO")) {
            made.fail_errno = std::atoi(text);
        }
        made.sticky = std::getenv("FAIL_STICKY") != nullptr;
        return made;
    }();
    return read;
}

/// True when this call must fail.
bool counted()
{
    auto const & order = orders();
    auto const number = ++calls;
    if (order.crash_at <= 0 || (number != order.crash_at && !(order.sticky && number > order.crash_at))) {
        return false;
    }
    if (order.fail_errno == 0) {
        ::kill(::getpid(), SIGKILL);
    }
    errno = order.fail_errno;
    return true;
}

template <typename Function>
Function next(char const * name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

struct Report {
    ~Report()
    {
        if (auto const * const name = std::getenv("COUNT_FILE")) {
            if (auto * const file = std::fopen(name, "w")) {
                std::fprintf(file, "%ld\n", calls.load());
                std::fclose(file);
            }
        }
    }
} const report;

}

#define COUNTED(result, name, parameters, arguments)                                                                   \
    extern "C" result name parameters                                                                                  \
    {                                                                                                                  \
        static auto const real = next<result(*) parameters>(#name);                                                    \
        return counted() ? -1 : real arguments;                                                                        \
    }

COUNTED(ssize_t, write, (int file, void const * bytes, size_t size), (file, bytes, size))
COUNTED(ssize_t, pwrite, (int file, void const * bytes, size_t size, off_t at), (file, bytes, size, at))
COUNTED(ssize_t, pwrite64, (int file, void const * bytes, size_t size, off64_t at), (file, bytes, size, at))
COUNTED(int, fsync, (int file), (file))
COUNTED(int, fdatasync, (int file), (file))
COUNTED(int, ftruncate, (int file, off_t size), (file, size))
COUNTED(int, ftruncate64, (int file, off64_t size), (file, size))
COUNTED(int, rename, (char const * from, char const * to), (from, to))
COUNTED(int, unlink, (char const * name), (name))
