#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

struct Said {
    int code;
    std::string text;
};

Said run(std::string const & command)
{
    auto * const pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string text(1U << 16U, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), pipe));
    return { WEXITSTATUS(::pclose(pipe)), text };
}

std::string content(fs::path const & path)
{
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

/// The unit as it is shipped, but for the binary, which has to exist to be looked at.
class UnitFile : public testing::Test {
protected:
    void SetUp() override
    {
        if (!fs::exists("/usr/bin/systemd-analyze")) {
            GTEST_SKIP() << "systemd-analyze is not installed";
        }
        m_folder = fs::temp_directory_path() / ("ketensync-unit-" + std::to_string(::getpid()));
        fs::create_directories(m_folder / "ketensync.service.d");
        auto unit = content(m_source / "ketensync.service");
        std::string const binary = "/usr/sbin/ketensync";
        for (auto at = unit.find(binary); at != std::string::npos; at = unit.find(binary, at)) {
            unit.replace(at, binary.size(), "/bin/true");
        }
        std::ofstream(m_folder / "ketensync.service") << unit;
    }
    void TearDown() override { fs::remove_all(m_folder); }

    std::string unit() const { return (m_folder / "ketensync.service").string(); }

    fs::path const m_source = fs::path(KETENSYNC_SOURCE_DIR) / "systemd";
    fs::path m_folder;
};

} // namespace

TEST_F(UnitFile, is_sound)
{
    auto const said = run("systemd-analyze verify --man=no " + unit());
    EXPECT_EQ(said.code, 0);
    EXPECT_EQ(said.text, "");
}

TEST_F(UnitFile, exposes_no_more_than_1_0)
{
    auto const said = run("systemd-analyze security --no-pager --offline=yes --threshold=10 " + unit());
    EXPECT_EQ(said.code, 0) << said.text;
}

TEST_F(UnitFile, stays_that_way_with_the_drop_in_that_lets_sources_through)
{
    fs::copy_file(m_source / "ketensync.service.d/sources.conf.example", m_folder / "ketensync.service.d/sources.conf");
    auto const verified = run("systemd-analyze verify --man=no " + unit());
    EXPECT_EQ(verified.code, 0);
    EXPECT_EQ(verified.text, "");
    auto const secured = run("systemd-analyze security --no-pager --offline=yes --threshold=10 " + unit());
    EXPECT_EQ(secured.code, 0) << secured.text;
}

TEST_F(UnitFile, does_not_start_again_what_only_a_person_can_repair)
{
    auto const text = content(m_source / "ketensync.service");
    EXPECT_THAT(text, HasSubstr("RestartPreventExitStatus=64 78\n"));
    EXPECT_THAT(text, HasSubstr("Type=notify\n"));
    EXPECT_THAT(text, HasSubstr("WatchdogSec=30\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr("SetCredential")));
}

// Seen in tests/systemd: each of these is a mount of its own, and stays executable unless it is named.
TEST_F(UnitFile, lets_nothing_run_from_a_folder_that_the_service_may_write)
{
    auto const text = content(m_source / "ketensync.service");
    auto const at = text.find("\nNoExecPaths=");
    ASSERT_NE(at, std::string::npos);
    auto const line = text.substr(at + 1, text.find('\n', at + 1) - at - 1) + ' ';
    for (auto const * const folder : { "=/ ", " /var/lib/ketensync ", " /run/ketensync ", " /tmp ", " /var/tmp ", " /dev/shm " }) {
        EXPECT_THAT(line, HasSubstr(folder));
    }
    for (auto const * const call : { "io_uring_setup", "memfd_create", "userfaultfd", "@privileged", "@mount", "@debug" }) {
        EXPECT_THAT(text, HasSubstr(call));
    }
}

TEST_F(UnitFile, has_a_user_of_its_own)
{
    auto const said = run("systemd-sysusers --dry-run " + (m_source / "sysusers.d/ketensync.conf").string());
    EXPECT_EQ(said.code, 0) << said.text;
}
