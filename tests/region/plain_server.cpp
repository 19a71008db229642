#include "tests/region/plain_server.hpp"

#include "tests/region/plain_connection.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <unordered_map>

namespace ketensync::region {
namespace {

[[noreturn]] void fail_with(char const * what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

/// The epoll loop: who can go on, goes on.
class PlainServer::Loop {
public:
    Loop(Site & site, std::uint16_t port)
        : m_site(site)
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        m_epoll = ::epoll_create1(EPOLL_CLOEXEC);
        m_wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (m_listener < 0 || m_epoll < 0 || m_wake < 0) {
            fail_with("plain server");
        }
        int const one = 1;
        ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        auto * generic = reinterpret_cast<sockaddr *>(&address);
        socklen_t size = sizeof address;
        if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 512) != 0
            || ::getsockname(m_listener, generic, &size) != 0) {
            fail_with("plain server cannot listen");
        }
        m_port = ntohs(address.sin_port);
        watch(EPOLL_CTL_ADD, m_listener, EPOLLIN);
        watch(EPOLL_CTL_ADD, m_wake, EPOLLIN);
    }

    ~Loop()
    {
        m_connections.clear();
        ::close(m_listener);
        ::close(m_epoll);
        ::close(m_wake);
    }

    Loop(Loop const &) = delete;
    Loop & operator=(Loop const &) = delete;

    std::uint16_t port() const { return m_port; }

    void wake()
    {
        std::uint64_t const one = 1;
        [[maybe_unused]] auto const written = ::write(m_wake, &one, sizeof one);
    }

    void run(std::stop_token const & stop)
    {
        std::array<epoll_event, 64> events {};
        while (!stop.stop_requested()) {
            auto const count = ::epoll_wait(m_epoll, events.data(), static_cast<int>(events.size()), timeout());
            for (int i = 0; i < count; ++i) {
                auto const socket = events[static_cast<std::size_t>(i)].data.fd;
                if (socket == m_listener) {
                    accept_all();
                } else if (auto const found = m_connections.find(socket); found != m_connections.end()) {
                    go_on(*found->second);
                }
            }
            go_on_waiting();
        }
    }

private:
    void watch(int how, int socket, std::uint32_t events) const
    {
        epoll_event event {};
        event.events = events;
        event.data.fd = socket;
        ::epoll_ctl(m_epoll, how, socket, &event);
    }

    int timeout() const { return m_waiting.empty() ? -1 : 5; }

    void accept_all()
    {
        for (;;) {
            auto const socket = ::accept4(m_listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket < 0) {
                return;
            }
            int const one = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            m_connections[socket] = std::make_unique<PlainConnection>(m_site, socket);
            watch(EPOLL_CTL_ADD, socket, EPOLLIN);
        }
    }

    void go_on(PlainConnection & connection)
    {
        auto const socket = connection.socket();
        switch (connection.go_on(std::chrono::steady_clock::now())) {
        case PlainConnection::Wants::reading:
            want(socket, EPOLLIN);
            break;
        case PlainConnection::Wants::writing:
            want(socket, EPOLLOUT);
            break;
        case PlainConnection::Wants::waiting:
            want(socket, 0);
            m_waiting[socket] = &connection;
            break;
        case PlainConnection::Wants::closing:
            m_waiting.erase(socket);
            m_wanted.erase(socket);
            m_connections.erase(socket);
            break;
        }
    }

    /// A system call only when it changes: a connection mostly goes on reading.
    void want(int socket, std::uint32_t events)
    {
        auto const [entry, added] = m_wanted.try_emplace(socket, EPOLLIN);
        if (entry->second != events) {
            entry->second = events;
            watch(EPOLL_CTL_MOD, socket, events);
        }
    }

    void go_on_waiting()
    {
        auto const now = std::chrono::steady_clock::now();
        auto const waiting = m_waiting;
        for (auto const & [socket, connection] : waiting) {
            if (connection->next_piece() <= now) {
                m_waiting.erase(socket);
                go_on(*connection);
            }
        }
    }

    Site & m_site;
    int m_listener = -1;
    int m_epoll = -1;
    int m_wake = -1;
    std::uint16_t m_port = 0;
    std::unordered_map<int, std::unique_ptr<PlainConnection>> m_connections;
    std::unordered_map<int, std::uint32_t> m_wanted;
    std::unordered_map<int, PlainConnection *> m_waiting;
};

PlainServer::PlainServer(Site & site, std::uint16_t port)
    : m_loop(std::make_unique<Loop>(site, port))
    , m_thread([this](std::stop_token const & stop) { m_loop->run(stop); })
{
}

PlainServer::~PlainServer()
{
    m_thread.request_stop();
    m_loop->wake();
    m_thread.join();
}

std::uint16_t PlainServer::port() const
{
    return m_loop->port();
}

} // namespace ketensync::region
