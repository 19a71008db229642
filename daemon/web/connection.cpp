#include "daemon/web/connection.hpp"

#include <Poco/Exception.h>

#include <array>
#include <cerrno>

namespace ketensync::web {

namespace {

constexpr int nothing_now = -1;

/// Poco tells "not now" in three ways: a negative size, its own exception, or one with the system's number.
template <typename Action>
int as_far_as_it_goes(Action action)
{
    try {
        int const size = action();
        return size < 0 ? nothing_now : size;
    } catch (Poco::Exception const & exception) {
        if (exception.code() == EAGAIN || exception.code() == EWOULDBLOCK) {
            return nothing_now;
        }
        throw;
    }
}

/// Bytes read; 0 at the end; nothing_now when there are none yet. Throws Poco::Exception when the connection broke.
int receive(Poco::Net::StreamSocket & socket, std::array<char, 4096> & buffer)
{
    return as_far_as_it_goes([&] { return socket.receiveBytes(buffer.data(), static_cast<int>(buffer.size())); });
}

} // namespace

Connection::Connection(Poco::Net::StreamSocket socket, Exchange const & exchange)
    : m_socket(std::move(socket))
    , m_exchange(exchange)
    , m_deadline(exchange.clock.monotonic() + exchange.longest)
{
    m_socket.setBlocking(false);
    m_socket.setNoDelay(true);
}

Connection::~Connection()
{
    if (m_slip) {
        m_slip->give_up();
    }
}

short Connection::wanted() const
{
    // While the worker is at it, what the other side still sends waits.
    return m_state == State::writing ? POLLOUT : m_state == State::waiting ? short { 0 } : POLLIN;
}

void Connection::step()
{
    try {
        if (reading()) {
            read();
        }
        if (m_state == State::waiting) {
            fetch();
        }
        if (m_state == State::writing) {
            write();
        }
        if (m_state == State::leaving) {
            drain();
        }
    } catch (Poco::Exception const &) {
        m_state = State::over;
    }
}

void Connection::read()
{
    std::array<char, 4096> buffer {};
    while (reading()) {
        int const size = receive(m_socket, buffer);
        if (size == nothing_now) {
            return;
        }
        if (size == 0) {
            m_state = State::over;
            return;
        }
        // Only the seam can hold an end that neither part holds by itself.
        auto const from = m_read.size() < 3 ? 0 : m_read.size() - 3;
        m_read.append(buffer.data(), static_cast<std::size_t>(size));
        if (m_state == State::reading) {
            read_header(from);
        }
        if (m_state == State::reading_posted) {
            read_posted();
        }
    }
}

void Connection::read_header(std::size_t from)
{
    auto const now = m_exchange.clock.now();
    auto const end = m_read.find("\r\n\r\n", from);
    if (end != std::string::npos && end + 4 <= m_exchange.header_bytes_max) {
        auto understood
            = understand(std::string_view(m_read).substr(0, end + 4), m_exchange.routes, m_exchange.posted_bytes_max, now);
        if (auto * const refused = std::get_if<std::string>(&understood)) {
            return say(std::move(*refused));
        }
        m_asked = std::get<Asked>(std::move(understood));
        m_route = m_asked.route;
        m_read.erase(0, end + 4);
        m_state = State::reading_posted;
    } else if (m_read.size() > m_exchange.header_bytes_max) {
        say(refusal(nullptr, 431, "this request is too long", now));
    }
}

void Connection::read_posted()
{
    if (m_read.size() < m_asked.posted_bytes) {
        return;
    }
    m_read.resize(m_asked.posted_bytes);
    if (!take_posted(std::move(m_read), m_asked)) {
        return say(refusal(m_route, 400, "this is not a form", m_exchange.clock.now()));
    }
    if (!m_asked.route->waits) {
        return say(answer(m_asked, m_exchange.clock.now()));
    }
    hand_over();
}

void Connection::hand_over()
{
    m_slip = m_exchange.worker.take(std::move(m_asked));
    if (!m_slip) {
        return say(refusal(m_route, 503, "too many pages are asked for at once; try again", m_exchange.clock.now(), { { "Retry-After", "5" } }));
    }
    m_state = State::waiting;
    m_deadline = m_exchange.clock.monotonic() + m_exchange.page;
}

void Connection::fetch()
{
    if (m_slip->done()) {
        m_deadline = m_exchange.clock.monotonic() + m_exchange.longest;
        say(m_slip->take());
    }
}

void Connection::say(std::string bytes)
{
    m_answer = std::move(bytes);
    m_state = State::writing;
}

void Connection::write()
{
    while (m_written < m_answer.size()) {
        int const sent = as_far_as_it_goes([&] {
            return m_socket.sendBytes(m_answer.data() + m_written, static_cast<int>(m_answer.size() - m_written));
        });
        if (sent <= 0) {
            return;
        }
        m_written += static_cast<std::size_t>(sent);
    }
    m_socket.shutdownSend();
    m_state = State::leaving;
}

void Connection::drain()
{
    std::array<char, 4096> buffer {};
    // A few at a time: whoever never stops sending has until the deadline, and not the whole loop.
    for (int i = 0; i < 16; ++i) {
        int const size = receive(m_socket, buffer);
        if (size == nothing_now) {
            return;
        }
        if (size == 0) {
            m_state = State::over;
            return;
        }
    }
}

void Connection::expire()
{
    auto const now = m_exchange.clock.now();
    bool const silent = m_state == State::reading && m_read.empty();
    if (reading() && !silent) {
        say(refusal(m_route, 408, "this request took too long", now));
    } else if (m_state == State::waiting) {
        say(m_slip->give_up()
                ? refusal(m_route, 503, "the service had no time for this; nothing was done", now, { { "Retry-After", "5" } })
                : refusal(m_route, 504, "this takes long, and goes on; what came of it is seen later", now));
    }
    if (m_state == State::writing) {
        step();
    }
    m_state = State::over;
}

} // namespace ketensync::web
