#include "daemon/web/server.hpp"

#include "daemon/web/connection.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <optional>
#include <thread>

namespace ketensync::web {

using std::chrono::milliseconds;

namespace {

constexpr int backlog = 512;
/// The longest the loop sleeps while it has connections: how exactly their deadlines are kept.
constexpr milliseconds turn { 100 };
constexpr milliseconds patience { 10'000 };

/// What another thread ends a poll with.
class Bell {
public:
    Bell()
        : m_descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
    {
        if (m_descriptor < 0) {
            throw Poco::SystemException("eventfd", errno);
        }
    }
    ~Bell() { ::close(m_descriptor); }
    Bell(Bell const &) = delete;
    Bell & operator=(Bell const &) = delete;

    void ring() const { static_cast<void>(::eventfd_write(m_descriptor, 1)); }
    void hush() const
    {
        eventfd_t rung = 0;
        static_cast<void>(::eventfd_read(m_descriptor, &rung));
    }
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
};

class LoopServer final : public Server {
public:
    LoopServer(Poco::Net::ServerSocket socket, std::vector<Route> routes, Clock const & clock,
        health::Heartbeats & heartbeats, Log const & log, ServerLimits limits)
        : m_socket(std::move(socket))
        , m_port(m_socket.address().port())
        , m_routes(std::move(routes))
        , m_clock(clock)
        , m_log(log)
        , m_limits(limits)
        , m_beat(heartbeats.add("web"))
        , m_worker(limits.pages_waiting, [this] { m_bell.ring(); }, clock, heartbeats)
        , m_thread([this](std::stop_token const & stop) { run(stop); })
    {
    }

    std::uint16_t port() const override { return m_port; }

private:
    void run(std::stop_token const & stop)
    {
        std::stop_callback const wake(stop, [this] { m_bell.ring(); });
        while (!stop.stop_requested()) {
            try {
                one_turn();
            } catch (std::exception const & exception) { // not one connection's trouble: those stay with it
                m_log.error("web: {}", exception.what());
                static_cast<void>(m_clock.wait_for(turn, stop));
            }
        }
    }

    void one_turn()
    {
        m_polled.clear();
        for (auto const & connection : m_connections) {
            m_polled.push_back({ connection.descriptor(), connection.wanted(), 0 });
        }
        m_polled.push_back({ m_socket.impl()->sockfd(), POLLIN, 0 });
        m_polled.push_back({ m_bell.descriptor(), POLLIN, 0 });
        // Without connections there is no deadline to keep, and nothing to wake up for.
        auto const wait = m_connections.empty() ? m_beat.idle() : turn;
        static_cast<void>(::poll(m_polled.data(), m_polled.size(), static_cast<int>(wait.count())));
        m_beat.busy(patience);
        m_bell.hush(); // before anybody is looked after: what is done from here on rings anew
        auto polled = m_polled.begin();
        for (auto & connection : m_connections) {
            auto const told = (polled++)->revents;
            if (connection.waiting() && (told & (POLLHUP | POLLERR)) != 0) {
                connection.break_off();
            } else if (told != 0 || connection.waiting()) {
                connection.step();
            }
        }
        if (polled->revents != 0) {
            accept_all();
        }
        close_what_is_over();
    }

    void accept_all()
    {
        while (auto socket = accept_one()) {
            if (m_connections.size() >= m_limits.connections) {
                make_room();
            }
            m_connections.emplace_back(std::move(*socket), m_exchange);
            // Most requests are there already: those are answered before anybody else gets a turn.
            m_connections.back().step();
            if (m_connections.back().over()) {
                m_connections.pop_back();
            }
        }
    }

    std::optional<Poco::Net::StreamSocket> accept_one()
    {
        try {
            return m_socket.acceptConnection();
        } catch (Poco::Exception const & exception) { // mostly: nobody is waiting any more
            if (exception.code() == EMFILE || exception.code() == ENFILE) {
                make_room();
            }
        }
        return std::nullopt;
    }

    /// The list is in order of age.
    void make_room()
    {
        auto const slowest = std::find_if(
            m_connections.begin(), m_connections.end(), [](auto const & each) { return each.reading(); });
        if (slowest != m_connections.end()) {
            m_connections.erase(slowest);
        } else if (!m_connections.empty()) {
            m_connections.pop_front();
        }
    }

    void close_what_is_over()
    {
        auto const now = m_clock.monotonic();
        for (auto & connection : m_connections) {
            if (!connection.over() && connection.deadline() <= now) {
                connection.expire();
            }
        }
        m_connections.remove_if([](auto const & connection) { return connection.over(); });
    }

    Poco::Net::ServerSocket m_socket;
    std::uint16_t const m_port;
    std::vector<Route> const m_routes;
    Clock const & m_clock;
    Log const & m_log;
    ServerLimits const m_limits;
    health::Heartbeats::Beat m_beat;
    Bell m_bell;
    PageWorker m_worker;
    Exchange const m_exchange { m_routes, m_worker, m_limits.header_bytes, m_limits.posted_bytes, m_limits.exchange, m_limits.page,
        m_clock };
    std::list<Connection> m_connections;
    std::vector<pollfd> m_polled;
    std::jthread m_thread; ///< last: it uses the others
};

} // namespace

Result<std::unique_ptr<Server>> Server::start(std::string const & address, std::vector<Route> routes,
    Clock const & clock, health::Heartbeats & heartbeats, Log const & log, ServerLimits limits)
{
    try {
        Poco::Net::SocketAddress const where(address);
        if (!where.host().isLoopback()) {
            return fail(Failure::configuration,
                fmt::format(
                    "web address {} is not on loopback; give 127.0.0.1:PORT and put a proxy before it", address));
        }
        Poco::Net::ServerSocket socket;
        socket.bind(where, true, false);
        socket.listen(backlog);
        socket.setBlocking(false);
        return std::make_unique<LoopServer>(std::move(socket), std::move(routes), clock, heartbeats, log, limits);
    } catch (Poco::Net::NetException const & exception) {
        if (exception.code() == EADDRINUSE) {
            return fail(Failure::busy, fmt::format("somebody else listens on web address {}", address));
        }
        return fail(Failure::configuration, fmt::format("web address {}: {}", address, exception.displayText()));
    } catch (Poco::Exception const & exception) {
        return fail(Failure::configuration, fmt::format("web address {}: {}", address, exception.displayText()));
    }
}

} // namespace ketensync::web
