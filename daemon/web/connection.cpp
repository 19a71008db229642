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

Connection::Connection(Poco::Net::StreamSocket socket, std::chrono::milliseconds deadline)
    : m_socket(std::move(socket))
    , m_deadline(deadline)
{
    m_socket.setBlocking(false);
    m_socket.setNoDelay(true);
}

void Connection::step(std::vector<Route> const & routes, std::size_t header_bytes_max, Instant now)
{
    try {
        if (m_state == State::reading) {
            read_header(routes, header_bytes_max, now);
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

void Connection::read_header(std::vector<Route> const & routes, std::size_t header_bytes_max, Instant now)
{
    std::array<char, 4096> buffer {};
    for (;;) {
        int const size = receive(m_socket, buffer);
        if (size == nothing_now) {
            return;
        }
        if (size == 0) {
            m_state = State::over;
            return;
        }
        // Only the seam can hold an end that neither part holds by itself.
        auto const from = m_header.size() < 3 ? 0 : m_header.size() - 3;
        m_header.append(buffer.data(), static_cast<std::size_t>(size));
        auto const end = m_header.find("\r\n\r\n", from);
        if (end != std::string::npos && end + 4 <= header_bytes_max) {
            say(answer(std::string_view(m_header).substr(0, end + 4), routes, now));
            return;
        }
        if (m_header.size() > header_bytes_max) {
            say(refusal(431, "this request is too long", now));
            return;
        }
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

void Connection::expire(Instant now)
{
    if (m_state == State::reading && !m_header.empty()) {
        say(refusal(408, "this request took too long", now));
        step({}, 0, now);
    }
    m_state = State::over;
}

} // namespace ketensync::web
