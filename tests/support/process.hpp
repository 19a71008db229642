#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace ketensync::support {

/// A program that a test starts, ended at the latest with this object: only what was started here is ever ended here.
class Process {
public:
    struct Start {
        std::vector<std::string> command;
        std::vector<std::pair<std::string, std::string>> environment; ///< besides the test's own
        std::filesystem::path error; ///< where standard error goes; empty: the test's own
    };
    explicit Process(Start const & start);
    Process(Process const &) = delete;
    Process & operator=(Process const &) = delete;
    ~Process();

    /// The next line of its standard output, or nothing at its end.
    std::optional<std::string> line();
    /// Waits for its end; the exit code, or 128 + the signal that ended it. After `patience` it is ended by force: 124.
    int wait(std::chrono::seconds patience = std::chrono::seconds(120));
    /// Whether it ended: then `wait` gives at once how.
    bool ended() const;
    void signal(int number) const;
    pid_t pid() const { return m_pid; }
    /// All that it wrote to standard output until its end.
    std::string rest();
    long peak_kib() const { return m_peak_kib; }

private:
    pid_t m_pid = -1;
    int m_output = -1;
    std::string m_buffer;
    long m_peak_kib = 0;
};

} // namespace ketensync::support
