#include "daemon/commands/showing_pages.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace ketensync::commands {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string header(web::Response const & response, std::string_view name)
{
    auto const found = std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
    return found == response.headers.end() ? std::string() : found->second;
}

/// A service with one feed, that nobody has started.
class ShowingPages : public testing::Test {
protected:
    void SetUp() override
    {
        std::filesystem::create_directories(m_folder / "drop");
        std::filesystem::create_directories(m_folder / "sources.d");
        std::ofstream(m_folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
               "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[warehouse]\nfile = \"warehouse.sqlite\"\n[secrets]\nfolder = \".\"\n";
        m_folder.write("state-key", std::string(64, '7'));
        std::ofstream(m_folder / "sources.d" / "gemeente.toml")
            << "title = \"Gemeente <X>\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"" << (m_folder / "drop").string()
            << "\"\n[[feed]]\nname = \"srg\"\nmapping = \"srg\"\nreads = \"periods\"\nfiles = \"*.txt\"\nperiod = \"srg_{period}.txt\"\n"
               "[feed.schedule]\nevery = \"1d\"\n";
        auto opened = pipeline::Daemon::open(m_folder / "ketensync.toml", m_clock, m_log);
        ASSERT_TRUE(opened) << opened.error().reasons.front();
        m_daemon = std::move(*opened);
        web::Door const door([this] { return m_keys; }, m_clock);
        m_routes = showing_pages(*m_daemon, door);
    }

    web::Response ask(std::string const & path, std::string const & query = {}, bool named = true)
    {
        auto const route = std::ranges::find_if(m_routes,
            [&path](web::Route const & each) { return each.takes_rest ? path.starts_with(each.path) : path == each.path; });
        if (route == m_routes.end()) {
            return {};
        }
        EXPECT_TRUE(route->waits) << "it asks the state file, and must not hold up the probes";
        web::Request request { path, path.substr(route->path.size()), {} };
        if (auto const is = query.find('='); is != std::string::npos) {
            request.query.emplace_back(query.substr(0, is), query.substr(is + 1));
        }
        if (named) {
            request.headers = { { "x-remote-user", "anna" }, { "x-ketensync-proxy", m_keys->secret } };
        }
        return route->handler(request);
    }

    support::TemporaryFolder m_folder;
    ManualClock m_clock { Instant(1'800'000'000s) };
    Log m_log { Log::Level::off };
    std::shared_ptr<web::Door::Keys const> m_keys = [] {
        web::Door::Keys keys;
        keys.secret = "sixteen characters and more";
        keys.users.origin = "https://ketensync.example";
        keys.users.secret = "web-proxy";
        keys.users.roles["anna"] = static_cast<unsigned>(settings::Role::read);
        return std::make_shared<web::Door::Keys const>(std::move(keys));
    }();
    std::unique_ptr<pipeline::Daemon> m_daemon;
    std::vector<web::Route> m_routes;
};

}

TEST_F(ShowingPages, AnswerFromTheStateOfTheService)
{
    EXPECT_THAT(ask("/runs").body, HasSubstr("Er is niets gelezen dat hierbij hoort."));
    EXPECT_THAT(ask("/runs").body, HasSubstr("Gemeente &lt;X&gt;, srg"));
    EXPECT_THAT(ask("/planning").body, HasSubstr("Gemeente &lt;X&gt;, srg"));
    EXPECT_THAT(ask("/configuratie").body, HasSubstr(m_daemon->snapshot()->configuration));
    EXPECT_THAT(ask("/configuratie", "bron=gemeente").body, HasSubstr("gemeente.toml:1<"));
    EXPECT_THAT(ask("/configuratie", "bron=../../etc").body, HasSubstr("limits.depth_max"));
    EXPECT_THAT(ask("/tijdlijn").body, HasSubstr("is the first in force"));
    EXPECT_THAT(ask("/tijdlijn", "dag=2027-01-01").body, HasSubstr("Er gebeurde niets bijzonders."));
}

TEST_F(ShowingPages, SayThatWhatIsAskedForIsNotThere)
{
    for (auto const * const path : { "/runs/1", "/runs/0", "/runs/-1", "/runs/x", "/runs/99999999999999999999", "/veranderd/1", "/runs/1 OR 1" }) {
        EXPECT_EQ(ask(path).status, 404) << path;
    }
    EXPECT_EQ(ask("/tijdlijn", "dag=yesterday").status, 404);
}

TEST_F(ShowingPages, NameColleaguesAndDetailsOnlyToWhomAProxyNames)
{
    for (auto const * const path : { "/tijdlijn", "/configuratie", "/veranderd/1" }) {
        EXPECT_EQ(ask(path, {}, false).status, 403) << path;
    }
    for (auto const * const path : { "/runs", "/planning" }) {
        EXPECT_EQ(ask(path, {}, false).status, 200) << path;
    }
    EXPECT_THAT(ask("/tijdlijn").body, HasSubstr("aangemeld als anna"));
}

TEST_F(ShowingPages, SpeakTheLanguageThatSomebodyChoseAndRememberIt)
{
    auto const english = ask("/runs", "taal=en");
    EXPECT_THAT(english.body, HasSubstr("<html lang=\"en\">"));
    EXPECT_THAT(english.body, HasSubstr("There are no such runs."));
    EXPECT_THAT(header(english, "Set-Cookie"), HasSubstr("taal=en;"));
    EXPECT_EQ(header(ask("/runs"), "Set-Cookie"), "");
    EXPECT_EQ(header(ask("/runs", "taal=x; Domain=evil"), "Set-Cookie"), "");
}

TEST_F(ShowingPages, TellWhatOfTheFilesIsNotInForceYet)
{
    std::ofstream(m_folder / "sources.d" / "gemeente.toml", std::ios::app) << "# more\n";
    EXPECT_THAT(ask("/configuratie").body, HasSubstr("sources.d/gemeente.toml changed"));
}

}
