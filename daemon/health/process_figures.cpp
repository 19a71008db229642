#include "daemon/health/process_figures.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace ketensync::health {

namespace {

/// When the machine booted, in seconds since 1970. From the clocks, because a hardened unit does not see /proc/stat.
double boot_time(Instant now)
{
    timespec since_boot {};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot);
    return static_cast<double>(now.time_since_epoch().count()) / 1e3 - static_cast<double>(since_boot.tv_sec)
        - static_cast<double>(since_boot.tv_nsec) / 1e9;
}

} // namespace

ProcessFigures read_process_figures(Instant now)
{
    ProcessFigures figures;
    std::ifstream file("/proc/self/stat");
    std::string text;
    std::getline(file, text);
    auto const end_of_name = text.rfind(')'); // the name itself may hold spaces and brackets
    if (end_of_name != std::string::npos) {
        std::istringstream words(text.substr(end_of_name + 1));
        std::string skipped;
        double user = 0, system = 0, started = 0;
        std::uint64_t resident_pages = 0;
        for (int i = 0; i < 11; ++i) {
            words >> skipped;
        }
        words >> user >> system >> skipped >> skipped >> skipped >> skipped >> figures.threads >> skipped >> started
            >> figures.virtual_bytes >> resident_pages;
        auto const ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
        figures.cpu_seconds = (user + system) / ticks;
        figures.start_time = boot_time(now) + started / ticks;
        figures.resident_bytes = resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    std::error_code ignored;
    for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", ignored);
         !ignored && entry != std::filesystem::directory_iterator(); entry.increment(ignored)) {
        ++figures.open_files;
    }
    rlimit limit {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        figures.open_files_max = limit.rlim_cur;
    }
    return figures;
}

} // namespace ketensync::health
