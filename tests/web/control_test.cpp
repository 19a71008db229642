#include "daemon/web/control.hpp"
#include "daemon/web/local_socket.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <fstream>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <grp.h>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::web;
using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

namespace {

class Control : public testing::Test {
protected:
    void start(ControlServer::Handler handler, ControlLimits limits = {}, std::string const & group = "no-such-group-here")
    {
        auto started = ControlServer::start(m_socket, group, std::move(handler), m_heartbeats, m_log, limits);
        ASSERT_TRUE(started) << started.error().what;
        m_server = std::move(*started);
    }

    LocalSocket connected()
    {
        auto socket = LocalSocket::connect(m_socket);
        EXPECT_TRUE(socket) << socket.error().what;
        return std::move(*socket);
    }

    /// Every message until the other side hangs up.
    static std::vector<json> rest(LocalSocket & socket)
    {
        std::vector<json> messages;
        for (;;) {
            auto const line = socket.line(1U << 20U, 10s);
            if (!line || !*line) {
                return messages;
            }
            messages.push_back(json::parse(**line));
        }
    }

    std::vector<json> ask(std::string const & bytes)
    {
        auto socket = connected();
        socket.write(bytes, 5s);
        return rest(socket);
    }

    static int code_of(std::vector<json> const & messages)
    {
        return messages.empty() || !messages.back().contains("exit") ? -1 : messages.back()["exit"].get<int>();
    }

    support::TemporaryFolder m_folder;
    std::filesystem::path m_socket = m_folder / "control";
    SystemClock m_clock;
    health::Heartbeats m_heartbeats { m_clock };
    Log m_log { Log::Level::off };
    std::unique_ptr<ControlServer> m_server;
};

ControlServer::Handler says(std::string const & text)
{
    return [text](ControlCall & call) {
        call.out << text;
        return 3;
    };
}

std::string all_of(std::vector<json> const & messages, char const * name)
{
    std::string text;
    for (auto const & message : messages) {
        text += message.value(name, "");
    }
    return text;
}

} // namespace

TEST_F(Control, GreetsThenSaysWhatTheCommandSaysAndHowItEnded)
{
    std::string who;
    start([&](ControlCall & call) {
        who = call.who;
        call.out << "words: " << call.words.size() << ' ' << call.words.at(1) << " terminal: " << call.terminal;
        call.error << "beware";
        return 75;
    });
    auto const messages = ask("{\"words\":[\"--status\",\"--json\"],\"terminal\":true}\n");
    ASSERT_FALSE(messages.empty());
    EXPECT_TRUE(messages.front().contains("service"));
    EXPECT_EQ(all_of(messages, "out"), "words: 2 --json terminal: 1");
    EXPECT_EQ(all_of(messages, "error"), "beware");
    EXPECT_EQ(code_of(messages), 75);
    EXPECT_FALSE(who.empty());
}

TEST_F(Control, CutsWhatIsLongBetweenLettersAndLosesNone)
{
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += i % 3 == 0 ? "é" : i % 3 == 1 ? "€" : "x𝄞";
    }
    start(says(text));
    EXPECT_EQ(all_of(ask("{\"words\":[]}\n"), "out"), text);
}

TEST_F(Control, AsksForALineAndTakesTheEndOfTheInput)
{
    start([](ControlCall & call) {
        std::string line;
        call.out << "name? ";
        while (std::getline(call.in, line)) {
            call.out << "hello " << line << '\n';
        }
        return 0;
    });
    auto socket = connected();
    socket.write("{\"words\":[\"--review\"]}\n", 5s);
    std::string said;
    bool first = true;
    for (;;) {
        auto const line = socket.line(1U << 20U, 10s);
        ASSERT_TRUE(line && *line);
        auto const message = json::parse(**line);
        said += message.value("out", "");
        if (message.contains("exit")) {
            break;
        }
        if (message.contains("ask")) {
            EXPECT_THAT(said, HasSubstr("name? ")) << "the question comes first";
            socket.write(std::exchange(first, false) ? "{\"in\":\"Anna\"}\n" : "{\"in\":null}\n", 5s);
        }
    }
    EXPECT_EQ(said, "name? hello Anna\n");
}

TEST_F(Control, RefusesWhatIsNoRequestWith64)
{
    std::atomic<int> handled = 0;
    start([&](ControlCall &) { return ++handled, 0; }, { .request_bytes = 4096 });
    for (std::string const bytes : { "\n", "hello\n", "[]\n", "{}\n", "{\"words\":\"--status\"}\n", "{\"words\":[1]}\n",
             "{\"words\":[\"--status\"]\n", "\xff\xfe\n", "GET / HTTP/1.1\r\n\r\n" }) {
        EXPECT_EQ(code_of(ask(bytes)), 64) << bytes;
    }
    EXPECT_EQ(code_of(ask("{\"words\":[\"" + std::string(10'000, 'x') + "\"]}\n")), 64) << "longer than a request may be";
    EXPECT_EQ(code_of(ask(std::string(100'000, '{') + "\n")), 64) << "deep and long";
    EXPECT_EQ(handled, 0);
}

TEST_F(Control, DoesNotWaitLongForOneWhoSaysNothingNorLetsHimHinderOthers)
{
    start(says("yes"), { .request = 300ms });
    auto silent = connected();
    auto dripping = connected();
    dripping.write("{\"wor", 1s);
    EXPECT_EQ(all_of(ask("{\"words\":[]}\n"), "out"), "yes");
    auto const begun = m_clock.monotonic();
    EXPECT_EQ(code_of(rest(silent)), 64);
    EXPECT_EQ(code_of(rest(dripping)), 64);
    EXPECT_LT(m_clock.monotonic() - begun, 5s);
}

TEST_F(Control, LetsGoOfOneWhoDoesNotTakeWhatHeAskedFor)
{
    std::atomic<bool> ended = false;
    start(
        [&](ControlCall & call) {
            std::string const much(1U << 20U, 'x');
            for (int i = 0; i < 100 && call.out; ++i) {
                call.out << much << std::flush;
            }
            ended = !call.out && call.gone();
            return 0;
        },
        { .write = 200ms });
    auto socket = connected();
    socket.write("{\"words\":[]}\n", 1s);
    for (int i = 0; i < 500 && !ended; ++i) {
        m_clock.wait_for(10ms, {});
    }
    EXPECT_TRUE(ended);
}

TEST_F(Control, NoticesThatNobodyWaitsAnyMore)
{
    std::atomic<int> ended = 0;
    start([&](ControlCall & call) {
        for (int i = 0; i < 500 && !call.gone(); ++i) {
            std::this_thread::sleep_for(10ms);
        }
        ended = call.gone() ? 1 : 2;
        return 0;
    });
    {
        auto socket = connected();
        socket.write("{\"words\":[]}\n", 1s);
        static_cast<void>(socket.line(4096, 5s));
    }
    for (int i = 0; i < 500 && ended == 0; ++i) {
        m_clock.wait_for(10ms, {});
    }
    EXPECT_EQ(ended, 1);
}

TEST_F(Control, EndsWithoutWaitingForThoseWhoAreStillThere)
{
    start([](ControlCall & call) {
        while (!call.gone()) {
            std::this_thread::sleep_for(5ms);
        }
        return 0;
    });
    auto silent = connected();
    auto following = connected();
    following.write("{\"words\":[]}\n", 1s);
    auto const begun = m_clock.monotonic();
    m_server.reset();
    EXPECT_LT(m_clock.monotonic() - begun, 2s);
    EXPECT_FALSE(std::filesystem::is_regular_file(m_socket));
}

TEST_F(Control, TellsWhoComesWhenItIsFullThatItIsBusy)
{
    start(says("yes"), { .request = 60'000ms, .connections = 4 });
    std::vector<LocalSocket> held;
    for (int i = 0; i < 4; ++i) {
        held.push_back(connected());
        ASSERT_TRUE(held.back().line(4096, 5s)); // it is being served
    }
    EXPECT_EQ(code_of(ask("{\"words\":[]}\n")), 75);
    held.clear();
    int code = 75;
    for (int i = 0; i < 200 && code == 75; ++i) {
        code = code_of(ask("{\"words\":[]}\n"));
        m_clock.wait_for(10ms, {});
    }
    EXPECT_EQ(code, 3);
}

TEST_F(Control, RefusesAnAccountThatIsNoOperatorWhateverTheFileAllows)
{
    if (::geteuid() != 0) {
        GTEST_SKIP() << "another account can only be taken on by root";
    }
    std::atomic<int> handled = 0;
    start([&](ControlCall &) { return ++handled, 0; });
    for (auto const & path : { m_folder.path(), m_socket }) {
        ::chmod(path.c_str(), 0777);
    }
    auto const as = [&](uid_t user, gid_t group) {
        auto const child = ::fork();
        if (child == 0) {
            if (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(user) != 0) {
                ::_exit(120);
            }
            auto socket = LocalSocket::connect(m_socket);
            if (!socket) {
                ::_exit(121);
            }
            socket->write("{\"words\":[\"--cancel=all\"]}\n", 1s);
            ::_exit(std::max(code_of(rest(*socket)), 0));
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    };
    EXPECT_EQ(as(65534, 65534), 77);
    EXPECT_EQ(handled, 0);
    // A group that exists is answered; and so is root.
    m_server.reset();
    start([&](ControlCall &) { return ++handled, 42; }, {}, "daemon");
    ::chmod(m_socket.c_str(), 0777);
    EXPECT_EQ(as(65534, 1), 42);
    EXPECT_EQ(as(65534, 65534), 77);
    EXPECT_EQ(code_of(ask("{\"words\":[]}\n")), 42);
    EXPECT_EQ(handled, 2);
}

TEST_F(Control, IsThereForTheOwnerAloneWithoutAGroup)
{
    start(says(""));
    struct stat there {};
    ASSERT_EQ(::stat(m_socket.c_str(), &there), 0);
    EXPECT_EQ(there.st_mode & 0777U, 0600U);
}

TEST_F(Control, TakesThePlaceOfASocketThatWasLeftAndOfNothingElse)
{
    start(says("first"));
    m_server.reset();
    ASSERT_TRUE(std::filesystem::exists(m_socket)) << "it is left, as a crash leaves it";
    auto const gone = LocalSocket::connect(m_socket);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().failure, Failure::unavailable);
    start(says("second"));
    EXPECT_EQ(all_of(ask("{\"words\":[]}\n"), "out"), "second");
    m_server.reset();
    std::filesystem::remove(m_socket);
    std::ofstream(m_socket) << "mine";
    auto const refused = ControlServer::start(m_socket, "", says(""), m_heartbeats, m_log);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::cannot_write);
    EXPECT_EQ(std::filesystem::file_size(m_socket), 4U);
}

TEST_F(Control, ListensBelowAPathOfAnyLength)
{
    auto const deep = m_folder.path() / std::string(90, 'd') / std::string(90, 'e');
    std::filesystem::create_directories(deep);
    m_socket = deep / "control";
    start(says("deep"));
    EXPECT_EQ(all_of(ask("{\"words\":[]}\n"), "out"), "deep");
}
