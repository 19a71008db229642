#include "daemon/web/monitor_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::web;
using testing::HasSubstr;
using testing::Not;

namespace {

class MonitorFiles : public testing::Test {
protected:
    MonitorFiles()
    {
        std::filesystem::create_directories(m_folder / "2026-H1" / "bestanden");
        write("2026-H1/index.html", "<!DOCTYPE html><title>x</title>");
        write("2026-H1/bestanden/a.b.csv", "a,b\r\n");
        write("secret.html", "outside");
        write("2026-H1/.hidden.html", "hidden");
        write("2026-H1/edition.txt", "no type");
        std::filesystem::rename(m_folder / "secret.html", m_folder.string() + ".html");
        std::filesystem::create_symlink(m_folder.string() + ".html", m_folder / "2026-H1" / "link.html");
    }
    ~MonitorFiles() override
    {
        std::filesystem::remove_all(m_folder);
        std::filesystem::remove(m_folder.string() + ".html");
    }

    void write(std::string const & name, std::string const & bytes) const
    {
        std::ofstream(m_folder / name, std::ios::binary) << bytes;
    }
    std::string get(std::string const & path) const
    {
        return answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n", { monitor_files(m_folder) }, Instant {});
    }

    std::filesystem::path m_folder = std::filesystem::temp_directory_path() / ("ketensync-monitor-files-" + std::to_string(getpid()));
};

} // namespace

TEST_F(MonitorFiles, AreGivenAsTheyAreWithTheirType)
{
    EXPECT_THAT(get("/monitor/2026-H1/index.html"), HasSubstr("<title>x</title>"));
    EXPECT_THAT(get("/monitor/2026-H1/"), HasSubstr("Content-Type: text/html; charset=utf-8"));
    EXPECT_THAT(get("/monitor/2026-H1/bestanden/a.b.csv"), HasSubstr("Content-Type: text/csv"));
}

TEST_F(MonitorFiles, MayHaveStyleFromBesideThemAndNothingElse)
{
    EXPECT_THAT(get("/monitor/2026-H1/"), HasSubstr("default-src 'none'; style-src 'self'"));
    EXPECT_THAT(get("/monitor/2026-H1/"), Not(HasSubstr("script-src")));
}

TEST_F(MonitorFiles, AreOnlyThoseOfTheFolder)
{
    auto const outside = m_folder.filename().string() + ".html";
    for (auto const & path : { "/monitor/../" + outside, "/monitor/%2e%2e/" + outside, "/monitor/2026-H1/../../" + outside,
             std::string("/monitor/2026-H1/link.html"), std::string("/monitor/2026-H1/.hidden.html"),
             std::string("/monitor/2026-H1/edition.txt"), std::string("/monitor/2026-H1"), std::string("/monitor//2026-H1/"),
             std::string("/monitor/2026-H1/%00.html"), std::string("/monitor/nothing.html") }) {
        auto const text = get(path);
        EXPECT_THAT(text, testing::StartsWith("HTTP/1.1 404")) << path;
        EXPECT_THAT(text, Not(HasSubstr("outside"))) << path;
    }
}

TEST_F(MonitorFiles, AreReadWhereWaitingHoldsNobodyUp)
{
    EXPECT_TRUE(monitor_files(m_folder).waits);
}

TEST_F(MonitorFiles, AreThereWithinFiveMilliseconds)
{
    write("2026-H1/large.html", std::string(100'000, 'x'));
    static_cast<void>(get("/monitor/2026-H1/large.html"));
    auto best = std::chrono::nanoseconds::max();
    for (int i = 0; i < 50; ++i) {
        auto const begin = std::chrono::steady_clock::now();
        ASSERT_GT(get("/monitor/2026-H1/large.html").size(), 100'000U);
        best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - begin);
    }
    EXPECT_LT(best, std::chrono::milliseconds(5));
}
