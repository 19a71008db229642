#pragma once

#include "daemon/web/http.hpp"
#include "daemon/web/page_worker.hpp"

#include <Poco/Net/StreamSocket.h>
#include <poll.h>

#include <chrono>
#include <string>

namespace ketensync::web {

/// What a connection works with.
struct Exchange {
    std::vector<Route> const & routes;
    PageWorker & worker;
    std::size_t header_bytes_max;
    std::size_t posted_bytes_max;
    std::chrono::milliseconds longest; ///< from the first byte to the last, but for the time that the worker takes
    std::chrono::milliseconds page;    ///< that the worker may take
    Clock const & clock;
};

/// One connection of the server's loop: reads a request, writes the answer or has the worker make it, sees the other side
/// off. Never waits: each step takes what the socket gives now. Inside the folder only; the server's thread owns it.
class Connection {
public:
    Connection(Poco::Net::StreamSocket socket, Exchange const & exchange);
    Connection(Connection const &) = delete;
    Connection & operator=(Connection const &) = delete;
    ~Connection();

    /// What `events` must be polled for.
    short wanted() const;
    int descriptor() const { return m_socket.impl()->sockfd(); }
    bool reading() const { return m_state == State::reading || m_state == State::reading_posted; }
    bool waiting() const { return m_state == State::waiting; }
    std::chrono::milliseconds deadline() const { return m_deadline; }

    /// Goes on as far as it can. A header or a body that is too long is refused.
    void step();
    /// Nobody is on the other side any more.
    void break_off() { m_state = State::over; }
    /// The time is up: tells so, as far as the socket takes it at once.
    void expire();
    bool over() const { return m_state == State::over; }

private:
    /// waiting: for the worker. leaving: all is said; what the other side still sends is read and dropped, because closing a
    /// socket with unread bytes would take the answer back.
    enum class State { reading, reading_posted, waiting, writing, leaving, over };

    void read();
    void read_header(std::size_t from);
    void read_posted();
    void hand_over();
    void fetch();
    void say(std::string bytes);
    void write();
    void drain();

    Poco::Net::StreamSocket m_socket;
    Exchange const & m_exchange;
    std::chrono::milliseconds m_deadline; ///< monotonic
    State m_state = State::reading;
    std::string m_read; ///< header, then what is posted
    Asked m_asked;
    Route const * m_route = nullptr; ///< once it is known
    std::shared_ptr<PageWorker::Slip> m_slip;
    std::string m_answer;
    std::size_t m_written = 0;
};

} // namespace ketensync::web
