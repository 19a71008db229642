#include "daemon/web/server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include <sys/resource.h>

using namespace ketensync;
using namespace ketensync::web;
using namespace std::chrono_literals;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

std::string const request = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

class WebServer : public testing::Test {
protected:
    void start(ServerLimits limits = {})
    {
        std::vector<Route> routes {
            { "/livez", false,
                [](Request const &) {
                    return Response { 200, "text/plain", "ok\n" };
                } },
            { "/big", false,
                [](Request const &) {
                    return Response { 200, "text/plain", std::string(8U << 20U, 'x') };
                } },
        };
        auto server = Server::start("127.0.0.1:0", std::move(routes), m_clock, m_heartbeats, m_log, limits);
        ASSERT_TRUE(server) << server.error().what;
        m_server = std::move(*server);
    }

    StreamSocket connected()
    {
        StreamSocket socket(SocketAddress("127.0.0.1", m_server->port()));
        socket.setReceiveTimeout(Poco::Timespan(10, 0));
        return socket;
    }

    static void send(StreamSocket & socket, std::string const & text)
    {
        socket.sendBytes(text.data(), static_cast<int>(text.size()));
    }

    /// All until the other side closes; what there is when it breaks off.
    static std::string rest(StreamSocket & socket)
    {
        std::string text(1U << 16U, '\0'), all;
        try {
            while (int const size = socket.receiveBytes(text.data(), static_cast<int>(text.size()))) {
                all.append(text, 0, static_cast<std::size_t>(size));
            }
        } catch (Poco::Exception const &) {
        }
        return all;
    }

    std::string ask(std::string const & text)
    {
        auto socket = connected();
        send(socket, text);
        return rest(socket);
    }

    /// All but one in twenty: a machine that does other things as well must not fail the test.
    std::chrono::milliseconds nearly_slowest_of(std::size_t times)
    {
        std::vector<std::chrono::milliseconds> spans;
        for (std::size_t i = 0; i < times; ++i) {
            auto const begin = m_clock.monotonic();
            EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 200 OK"));
            spans.push_back(m_clock.monotonic() - begin);
        }
        std::sort(spans.begin(), spans.end());
        return spans[times - 1 - times / 20];
    }

    SystemClock m_clock;
    health::Heartbeats m_heartbeats { m_clock };
    Log m_log { Log::Level::off };
    std::unique_ptr<Server> m_server;
};

} // namespace

TEST_F(WebServer, answers_and_closes)
{
    start();
    EXPECT_GT(m_server->port(), 0);
    EXPECT_THAT(ask(request), HasSubstr("\r\n\r\nok\n"));
    EXPECT_THAT(
        ask("POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"), StartsWith("HTTP/1.1 405 "));
}

TEST_F(WebServer, binds_to_loopback_only)
{
    for (auto const * address :
        { "0.0.0.0:0", "[::]:0", "192.0.2.1:9464", "nonsense", "127.0.0.1:99999", "127.0.0.1:", "" }) {
        auto const server = Server::start(address, {}, m_clock, m_heartbeats, m_log);
        ASSERT_FALSE(server) << address;
        EXPECT_EQ(server.error().failure, Failure::configuration) << server.error().what;
    }
}

TEST_F(WebServer, says_so_when_somebody_else_listens_there)
{
    start();
    auto const second
        = Server::start("127.0.0.1:" + std::to_string(m_server->port()), {}, m_clock, m_heartbeats, m_log);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().failure, Failure::busy);
}

TEST_F(WebServer, takes_a_request_in_pieces)
{
    start();
    auto socket = connected();
    for (char const letter : request) {
        send(socket, std::string(1, letter));
    }
    EXPECT_THAT(rest(socket), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(WebServer, refuses_a_header_that_is_too_long)
{
    start();
    EXPECT_THAT(ask("GET /livez HTTP/1.1\r\nHost: localhost\r\nCookie: " + std::string(100'000, 'x')),
        StartsWith("HTTP/1.1 431 "));
}

TEST_F(WebServer, answers_within_50_ms_while_a_hundred_connections_drip)
{
    start();
    std::vector<StreamSocket> slow;
    for (int i = 0; i < 100; ++i) {
        slow.push_back(connected());
        send(slow.back(), "GET /livez HTTP/1.1\r\nX-Slow: ");
    }
    std::jthread const dripping([&](std::stop_token const & stop) {
        while (m_clock.wait_for(10ms, stop)) {
            for (auto & socket : slow) {
                try {
                    socket.sendBytes("x", 1);
                } catch (Poco::Exception const &) { // the server has had enough of it
                }
            }
        }
    });
    EXPECT_LT(nearly_slowest_of(200), 50ms);
}

TEST_F(WebServer, answers_within_50_ms_while_a_thousand_connections_drip_and_a_thousand_say_nothing)
{
    rlimit files {};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, 8192);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_cur < 4096) {
        GTEST_SKIP() << "this account may not have so many connections";
    }
    start();
    std::vector<StreamSocket> idle, slow;
    for (int i = 0; i < 1'000; ++i) {
        idle.push_back(connected());
        slow.push_back(connected());
        try {
            send(slow.back(), "GET /livez HTTP/1.1\r\nX-Slow: ");
        } catch (Poco::Exception const &) { // it had to make room
        }
    }
    std::jthread const dripping([&](std::stop_token const & stop) {
        while (m_clock.wait_for(50ms, stop)) {
            for (auto & socket : slow) {
                try {
                    socket.sendBytes("x", 1);
                } catch (Poco::Exception const &) {
                }
            }
        }
    });
    EXPECT_LT(nearly_slowest_of(200), 50ms);
}

TEST_F(WebServer, ends_an_exchange_at_its_deadline_however_it_drips)
{
    ServerLimits limits;
    limits.exchange = 500ms;
    start(limits);
    auto socket = connected();
    auto const begin = m_clock.monotonic();
    send(socket, "GET /livez HTTP/1.1\r\nX-Slow: ");
    std::string answer;
    for (int i = 0; i < 200 && answer.empty(); ++i) {
        if (socket.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ)) {
            answer = rest(socket);
        } else {
            send(socket, "x");
        }
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
    EXPECT_GE(m_clock.monotonic() - begin, 450ms);
    EXPECT_LT(m_clock.monotonic() - begin, 1500ms);
}

TEST_F(WebServer, lets_the_slowest_go_when_there_are_too_many)
{
    ServerLimits limits;
    limits.connections = 20;
    start(limits);
    std::vector<StreamSocket> slow;
    for (int i = 0; i < 100; ++i) {
        slow.push_back(connected());
        send(slow.back(), "GET /livez HTTP/1.1\r\nX-Slow: ");
    }
    EXPECT_LT(nearly_slowest_of(20), 50ms);
    EXPECT_EQ(rest(slow.front()), "");
}

TEST_F(WebServer, is_not_held_up_by_a_reader_that_does_not_read)
{
    start();
    auto lazy = connected();
    send(lazy, "GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_LT(nearly_slowest_of(20), 50ms);
    EXPECT_GT(rest(lazy).size(), 8U << 20U);
}

TEST_F(WebServer, stops_at_once_with_connections_open)
{
    start();
    auto idle = connected();
    auto const begin = m_clock.monotonic();
    m_server.reset();
    EXPECT_LT(m_clock.monotonic() - begin, 1000ms);
    EXPECT_TRUE(m_heartbeats.states().empty());
}

TEST_F(WebServer, sleeps_while_nobody_asks)
{
    start();
    EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 200 "));
    m_clock.wait_for(300ms, {}); // for the connection to be seen off
    auto const word = [this] { return m_heartbeats.states().at(0).last_progress; };
    auto const before = word();
    m_clock.wait_for(500ms, {});
    EXPECT_EQ(word(), before);
    EXPECT_TRUE(m_heartbeats.states().at(0).idle);
}

TEST_F(WebServer, tells_that_its_loop_turns)
{
    start();
    EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 200 "));
    auto const workers = m_heartbeats.states();
    ASSERT_EQ(workers.size(), 1U);
    EXPECT_EQ(workers[0].name, "web");
    EXPECT_TRUE(workers[0].alive());
}
