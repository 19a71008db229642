#include "daemon/web/server.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
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
            { "/slow", false,
                [this](Request const & asked) {
                    ++m_begun;
                    std::unique_lock lock(m_mutex);
                    m_opened.wait(lock, [this] { return m_open; });
                    return Response { 200, "text/plain", asked.posted ? "did " + asked.value("what") : "slow\n" };
                },
                true, true },
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

    void TearDown() override { open(); }
    /// Lets the slow page go on.
    void open()
    {
        std::scoped_lock const lock(m_mutex);
        m_open = true;
        m_opened.notify_all();
    }
    void wait_begun()
    {
        while (m_begun == 0) {
            m_clock.wait_for(1ms, {});
        }
    }
    health::WorkerState worker(std::string_view name) const
    {
        for (auto const & each : m_heartbeats.states()) {
            if (each.name == name) {
                return each;
            }
        }
        return {};
    }

    SystemClock m_clock;
    health::Heartbeats m_heartbeats { m_clock };
    Log m_log { Log::Level::off };
    std::mutex m_mutex;
    std::condition_variable m_opened;
    bool m_open = false;
    std::atomic<int> m_begun = 0;
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
    auto const word = [this] { return worker("web").last_progress; };
    auto const before = word();
    m_clock.wait_for(500ms, {});
    EXPECT_EQ(word(), before);
    EXPECT_TRUE(worker("web").idle);
    EXPECT_TRUE(worker("pages").idle);
}

TEST_F(WebServer, tells_that_its_loop_turns)
{
    start();
    EXPECT_THAT(ask(request), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(m_heartbeats.states().size(), 2U);
    EXPECT_EQ(worker("web").name, "web");
    EXPECT_TRUE(worker("web").alive());
}

namespace {

std::string const slow_request = "GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n";
std::string const form_header
    = "POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n";

}

TEST_F(WebServer, answers_within_50_ms_while_a_page_waits)
{
    start();
    auto slow = connected();
    send(slow, slow_request);
    wait_begun();
    EXPECT_LT(nearly_slowest_of(200), 50ms);
    EXPECT_FALSE(worker("pages").idle);
    EXPECT_TRUE(worker("pages").alive());
    open();
    EXPECT_THAT(rest(slow), testing::EndsWith("\r\n\r\nslow\n"));
}

TEST_F(WebServer, tells_who_comes_when_too_many_pages_wait_to_try_again)
{
    ServerLimits limits;
    limits.pages_waiting = 3;
    start(limits);
    std::vector<StreamSocket> waiting;
    for (int i = 0; i < 4; ++i) { // one that is made, three that wait
        waiting.push_back(connected());
        send(waiting.back(), slow_request);
        wait_begun();
    }
    auto const too_many = ask(slow_request);
    EXPECT_THAT(too_many, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(too_many, HasSubstr("Retry-After: 5\r\n"));
    open();
    for (auto & each : waiting) {
        EXPECT_THAT(rest(each), testing::EndsWith("slow\n"));
    }
}

TEST_F(WebServer, does_not_wait_longer_for_a_page_than_it_may)
{
    ServerLimits limits;
    limits.page = 300ms;
    start(limits);
    auto begun = connected();
    send(begun, slow_request);
    wait_begun();
    auto waits = connected();
    send(waits, form_header + "what=this");
    EXPECT_THAT(rest(begun), StartsWith("HTTP/1.1 504 "));
    auto const nothing_done = rest(waits);
    EXPECT_THAT(nothing_done, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(nothing_done, HasSubstr("nothing was done"));
    open();
    EXPECT_THAT(ask(slow_request), testing::EndsWith("slow\n"));
    EXPECT_EQ(m_begun, 2) << "what was given up is not begun any more";
}

TEST_F(WebServer, takes_a_form_in_pieces)
{
    start();
    open();
    auto socket = connected();
    for (char const letter : form_header + "what=that") {
        send(socket, std::string(1, letter));
    }
    EXPECT_THAT(rest(socket), testing::EndsWith("did that"));
}

TEST_F(WebServer, waits_for_the_rest_of_a_form_no_longer_than_for_a_request)
{
    ServerLimits limits;
    limits.exchange = 300ms;
    start(limits);
    auto socket = connected();
    send(socket, form_header + "what=");
    EXPECT_THAT(rest(socket), StartsWith("HTTP/1.1 408 "));
    EXPECT_EQ(m_begun, 0);
}

TEST_F(WebServer, forgets_a_page_that_nobody_waits_for)
{
    ServerLimits limits;
    limits.pages_waiting = 1;
    start(limits);
    auto begun = connected();
    send(begun, slow_request);
    wait_begun();
    {
        auto gone = connected();
        send(gone, slow_request);
        gone.setLinger(true, 0);
        m_clock.wait_for(50ms, {});
    }
    m_clock.wait_for(200ms, {});
    auto next = connected();
    send(next, slow_request);
    m_clock.wait_for(50ms, {});
    open();
    EXPECT_THAT(rest(next), testing::EndsWith("slow\n"));
    EXPECT_EQ(m_begun, 2);
}
