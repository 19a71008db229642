#include "daemon/health/service_notify.hpp"
#include "tests/health/snapshots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::health;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

namespace {

/// Stands where systemd would: a socket that the service writes to.
class Notify : public testing::Test {
protected:
    void SetUp() override
    {
        m_path = std::filesystem::temp_directory_path() / ("ketensync-notify-" + std::to_string(::getpid()));
        std::filesystem::remove(m_path);
        m_socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        ASSERT_GE(m_socket, 0);
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        m_path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        ASSERT_EQ(::bind(m_socket, reinterpret_cast<sockaddr const *>(&address), sizeof address), 0);
        ::setenv("NOTIFY_SOCKET", m_path.c_str(), 1);
        ::setenv("WATCHDOG_USEC", "30000000", 1);
        ::unsetenv("WATCHDOG_PID");
    }

    void TearDown() override
    {
        ::unsetenv("NOTIFY_SOCKET");
        ::unsetenv("WATCHDOG_USEC");
        ::close(m_socket);
        std::filesystem::remove(m_path);
    }

    std::string heard() const
    {
        std::string text(4096, '\0');
        auto const size = ::recv(m_socket, text.data(), text.size(), 0);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

    ManualClock m_clock { noon() };
    Heartbeats m_heartbeats { m_clock };
    std::filesystem::path m_path;
    int m_socket = -1;
};

} // namespace

TEST_F(Notify, tells_how_the_service_is)
{
    ServiceNotify const notify(m_clock, m_heartbeats);
    notify.ready("idle");
    EXPECT_EQ(heard(), "READY=1\nSTATUS=idle");
    notify.status("1 running");
    EXPECT_EQ(heard(), "STATUS=1 running");
    notify.reloading();
    EXPECT_THAT(heard(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
    notify.stopping();
    EXPECT_THAT(heard(), StartsWith("STOPPING=1\n"));
}

TEST_F(Notify, lets_no_status_forge_another_message)
{
    ServiceNotify const notify(m_clock, m_heartbeats);
    notify.status("x\nWATCHDOG=1");
    EXPECT_EQ(heard(), "STATUS=x\\x0aWATCHDOG=1");
}

TEST_F(Notify, feeds_the_watchdog_only_while_every_worker_is_within_its_patience)
{
    ServiceNotify const notify(m_clock, m_heartbeats);
    EXPECT_EQ(watchdog_interval(), 15s);
    auto reader = m_heartbeats.add("reader");
    auto deliverer = m_heartbeats.add("deliverer");
    EXPECT_TRUE(notify.watchdog());
    EXPECT_EQ(heard(), "WATCHDOG=1");
    reader.busy(10s);
    m_clock.advance(11s);
    EXPECT_FALSE(notify.watchdog());
    EXPECT_EQ(heard(), "");
    deliverer.busy(10s);
    EXPECT_FALSE(notify.watchdog());
    reader.idle();
    EXPECT_TRUE(notify.watchdog());
    EXPECT_EQ(heard(), "WATCHDOG=1");
}

TEST_F(Notify, is_silent_without_systemd)
{
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ServiceNotify const notify(m_clock, m_heartbeats);
    EXPECT_EQ(watchdog_interval(), 0ms);
    notify.ready("idle");
    EXPECT_TRUE(notify.watchdog());
    EXPECT_EQ(heard(), "");
}
