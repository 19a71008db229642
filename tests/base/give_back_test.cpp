#include "daemon/base/give_back.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

namespace ketensync {

namespace {

long resident_pages()
{
    long size = 0;
    long resident = 0;
    std::ifstream("/proc/self/statm") >> size >> resident;
    return resident;
}

/// Small blocks with one kept at the end, so that the heap cannot shrink from its end.
std::string worked_through(std::size_t blocks)
{
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < blocks; ++i) {
        kept.emplace_back(1'000, static_cast<char>('a' + i % 26));
    }
    return std::move(kept.back());
}

}

TEST(GiveBack, shrinks_a_process_that_worked)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer keeps its own heap";
#endif
    auto const last = worked_through(20'000);
    auto const before = resident_pages();
    give_back_memory();
    EXPECT_LT(resident_pages() * ::sysconf(_SC_PAGESIZE), before * ::sysconf(_SC_PAGESIZE) - 10'000'000);
    EXPECT_EQ(last.size(), 1'000U);
}

TEST(GiveBack, lets_every_thread_go_on)
{
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([](std::stop_token stop) {
            while (!stop.stop_requested()) {
                EXPECT_EQ(worked_through(100).size(), 1'000U);
            }
        });
    }
    for (int i = 0; i < 200; ++i) {
        give_back_memory();
    }
}

}
