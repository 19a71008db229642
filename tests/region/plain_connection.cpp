#include "tests/region/plain_connection.hpp"

#include "tests/region/letters.hpp"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

namespace ketensync::region {
namespace {

constexpr std::size_t request_bytes_max = 64U << 10U;

struct Headers {
    std::string_view authorization;
    std::size_t content_length = 0;
    bool keep_alive = true;
};

Headers headers_of(std::string_view text)
{
    Headers headers;
    while (!text.empty()) {
        auto const end = text.find("\r\n");
        auto const line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
        auto const colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        auto const name = lower_ascii(line.substr(0, colon));
        auto value = line.substr(colon + 1);
        value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
        if (name == "authorization") {
            headers.authorization = value;
        } else if (name == "content-length") {
            std::from_chars(value.data(), value.data() + value.size(), headers.content_length);
        } else if (name == "connection") {
            headers.keep_alive = lower_ascii(value) != "close";
        }
    }
    return headers;
}

} // namespace

PlainConnection::~PlainConnection()
{
    ::close(m_socket);
}

bool PlainConnection::read_some()
{
    std::array<char, 16384> buffer;
    auto const count = ::recv(m_socket, buffer.data(), buffer.size(), 0);
    if (count > 0) {
        m_in.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    }
    m_ended = count == 0 || (errno != EAGAIN && errno != EINTR);
    return false;
}

bool PlainConnection::start_answer()
{
    auto const head_end = m_in.find("\r\n\r\n");
    if (head_end == std::string::npos) {
        m_ended = m_ended || m_in.size() > request_bytes_max;
        return false;
    }
    auto const text = std::string_view(m_in);
    auto const line = text.substr(0, text.find("\r\n"));
    auto const headers = headers_of(text.substr(line.size(), head_end - line.size()));
    auto const size = head_end + 4 + headers.content_length;
    if (headers.content_length > request_bytes_max) {
        m_ended = true;
        return false;
    }
    if (m_in.size() < size) {
        return false;
    }
    Request request;
    auto const first = line.find(' ');
    auto const second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) {
        m_answer = problem(400, "Bad Request");
        m_keep_alive = false;
    } else {
        auto const target = line.substr(first + 1, second - first - 1);
        auto const mark = target.find('?');
        request.method = line.substr(0, first);
        request.path = target.substr(0, mark);
        request.query = mark == std::string_view::npos ? std::string_view {} : target.substr(mark + 1);
        request.authorization = headers.authorization;
        request.body = text.substr(head_end + 4, headers.content_length);
        m_answer = m_site.answer(request);
        m_keep_alive = headers.keep_alive;
    }
    m_in.erase(0, size);
    m_sent = 0;
    m_answering = true;
    m_pieces.assign(m_answer.pieces.begin(), m_answer.pieces.end());
    m_next_piece = {};
    if (m_answer.close_at_once) {
        m_ended = true;
    } else if (m_pieces.empty()) {
        m_head = m_answer.head_text(m_keep_alive);
    } else {
        m_keep_alive = false;
        m_head.clear();
        m_answer.head.clear();
        m_answer.slice = {};
        m_answer.tail.clear();
    }
    return true;
}

bool PlainConnection::send_segments()
{
    std::array<std::string_view, 4> const texts { m_head, m_answer.head, m_answer.slice, m_answer.tail };
    for (;;) {
        std::array<iovec, 4> segments {};
        std::size_t count = 0;
        auto skip = m_sent;
        for (auto const text : texts) {
            auto const gone = std::min(skip, text.size());
            skip -= gone;
            if (gone < text.size()) {
                // writev does not write to what it sends; its interface is older than const.
                segments[count++] = { const_cast<char *>(text.data()) + gone, text.size() - gone };
            }
        }
        if (count == 0) {
            return true;
        }
        msghdr message {};
        message.msg_iov = segments.data();
        message.msg_iovlen = count;
        auto const sent = ::sendmsg(m_socket, &message, MSG_NOSIGNAL);
        if (sent < 0) {
            m_ended = errno != EAGAIN && errno != EINTR;
            return false;
        }
        m_sent += static_cast<std::size_t>(sent);
    }
}

PlainConnection::Wants PlainConnection::go_on(Time now)
{
    for (;;) {
        if (m_ended) {
            return Wants::closing;
        }
        if (!m_answering) {
            if (!start_answer() && !read_some()) {
                return m_ended ? Wants::closing : Wants::reading;
            }
            continue;
        }
        if (!send_segments()) {
            return m_ended ? Wants::closing : Wants::writing;
        }
        if (!m_pieces.empty()) {
            if (now < m_next_piece) {
                return Wants::waiting;
            }
            m_head = std::move(m_pieces.front().bytes);
            m_sent = 0;
            m_next_piece = now + std::chrono::milliseconds(m_pieces.front().wait_ms);
            m_pieces.pop_front();
            continue;
        }
        m_answering = false;
        m_answer = {};
        if (!m_keep_alive) {
            return Wants::closing;
        }
    }
}

} // namespace ketensync::region
