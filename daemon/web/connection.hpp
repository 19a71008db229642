#pragma once

#include "daemon/web/http.hpp"

#include <Poco/Net/StreamSocket.h>
#include <poll.h>

#include <chrono>
#include <string>

namespace ketensync::web {

/// One connection of the server's loop: reads a request's header, writes the answer, sees the other side off. Never
/// waits: each step takes what the socket gives now. Inside the folder only; the server's thread owns it.
class Connection {
public:
    Connection(Poco::Net::StreamSocket socket, std::chrono::milliseconds deadline);

    /// What `events` must be polled for.
    short wanted() const { return m_state == State::writing ? POLLOUT : POLLIN; }
    int descriptor() const { return m_socket.impl()->sockfd(); }
    bool reading() const { return m_state == State::reading; }
    std::chrono::milliseconds deadline() const { return m_deadline; }

    /// Reads on; once the header is whole, answers it. A header of more than `header_bytes_max` is refused.
    void step(std::vector<Route> const & routes, std::size_t header_bytes_max, Instant now);
    /// The time is up: tells so, as far as the socket takes it at once.
    void expire(Instant now);
    bool over() const { return m_state == State::over; }

private:
    /// leaving: all is said; what the other side still sends is read and dropped, because closing a socket with unread
    /// bytes would take the answer back.
    enum class State { reading, writing, leaving, over };

    void read_header(std::vector<Route> const & routes, std::size_t header_bytes_max, Instant now);
    void say(std::string bytes);
    void write();
    void drain();

    Poco::Net::StreamSocket m_socket;
    std::chrono::milliseconds m_deadline; ///< of the whole exchange, monotonic
    State m_state = State::reading;
    std::string m_header;
    std::string m_answer;
    std::size_t m_written = 0;
};

} // namespace ketensync::web
