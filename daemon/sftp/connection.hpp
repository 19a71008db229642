#pragma once

#include "daemon/base/result.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace ketensync::sftp {

/// A TCP connection that can be cut from outside: by a stop token, and when an answer takes too long. Whoever waits for
/// it then sees its end. Owned by one thread.
class Connection {
public:
    /// Failure::unavailable when nobody answers in time, Failure::interrupted.
    static Result<std::unique_ptr<Connection>> open(
        std::string const & host, std::uint16_t port, std::chrono::milliseconds timeout, std::stop_token const & stop);
    ~Connection();
    Connection(Connection const &) = delete;
    Connection & operator=(Connection const &) = delete;

    int socket() const { return m_socket; }
    /// From now on it is cut after so long, until `rest`; starts anew when called again.
    void expect(std::chrono::milliseconds timeout);
    void rest();
    void cut();
    /// It was cut because an answer took too long.
    bool late() const;

private:
    explicit Connection(int socket);
    void watch(std::stop_token const & stop);

    int m_socket;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::uint64_t m_turn = 0; ///< of expectations, to tell one from the next
    std::chrono::milliseconds m_timeout { 0 }; ///< 0: nobody waits
    bool m_late = false;
    std::jthread m_watch; ///< last: it uses all above
};

} // namespace ketensync::sftp
