#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace ketensync::warehouse {

/// Ends a connection whose other side keeps us waiting: a library that blocks in a read or a write gets an error as soon
/// as the socket is shut down under it. Has a duplicate of the socket, so that never another file is met. The thread that
/// waits lives as long as this object. `begin` and `end` are of the thread that uses the connection.
class Deadline {
public:
    Deadline(int socket, std::chrono::milliseconds patience);
    ~Deadline();
    Deadline(Deadline const &) = delete;
    Deadline & operator=(Deadline const &) = delete;

    /// From now on the other side has `patience` again.
    void begin();
    void end();
    /// The connection was ended here.
    bool passed() const;

private:
    void watch(std::stop_token const & stop);

    int m_socket;
    std::chrono::milliseconds m_patience;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_waiting = false;
    std::uint64_t m_turn = 0; ///< goes up at each beginning
    bool m_passed = false;
    std::jthread m_watching;
};

}
