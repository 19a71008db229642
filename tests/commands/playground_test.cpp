#include "daemon/commands/command.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace ketensync;
using namespace ketensync::commands;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

namespace {

/// A configuration over the mappings of the tree, without a service and without a state.
class Playground : public testing::Test {
protected:
    void SetUp() override
    {
        fs::create_directories(m_folder / "sources.d");
        fs::create_directories(m_folder / "drop");
        std::ofstream(m_folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
               "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[seal]\nunsealed = true\n[limits]\nattempts_max = 3\n";
        write_source("");
    }

    void write_source(std::string const & more)
    {
        std::ofstream(m_folder / "sources.d" / "gemeente.toml")
            << "title = \"Gemeente\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"" << (m_folder / "drop").string()
            << "\"\nsettle = \"1ms\"\n[[feed]]\nname = \"srg\"\nmapping = \"srg\"\nreads = \"complete\"\nfiles = \"*.txt\"\n" << more;
    }

    int run_words(std::vector<std::string> words)
    {
        words.push_back("--config=" + (m_folder / "ketensync.toml").string());
        std::vector<char const *> given;
        for (auto const & word : words) {
            given.push_back(word.c_str());
        }
        m_out.str("");
        m_error.str("");
        std::istringstream in;
        return answer(given, { in, m_out, m_error });
    }

    std::string example(std::string const & name) const { return KETENSYNC_SOURCE_DIR "/mappings/" + name; }

    support::TemporaryFolder m_folder;
    std::ostringstream m_out, m_error;
};

} // namespace

TEST_F(Playground, ShowsWhatAMappingMakesOfAFileAndByWhichLines)
{
    EXPECT_EQ(run_words({ "--map=" + example("uwv-werkzoekenden/examples/01_volledig.in.json"), "--mapping=uwv-werkzoekenden" }), 0)
        << m_error.str();
    EXPECT_THAT(m_out.str(), HasSubstr("document 1, key WZ00000123"));
    EXPECT_THAT(m_out.str(), testing::ContainsRegex("geslachtsnaam +Berg +mappings/uwv-werkzoekenden/mapping.toml:[0-9]+:"));
    EXPECT_EQ(run_words({ "--map=" + example("uwv-werkzoekenden/examples/01_volledig.in.json"), "--mapping=uwv-werkzoekenden", "--json" }), 0);
    EXPECT_THAT(m_out.str(), HasSubstr("\"field\":\"geslachtsnaam\",\"value\":\"Berg\",\"lines\":[\"mappings/"));
    EXPECT_FALSE(fs::exists(m_folder / "state")) << "it plays, and writes nothing";
}

TEST_F(Playground, SaysWhatIsSetAsideAndWhatIsNoMapping)
{
    std::ofstream(m_folder / "page.json") << R"({"werkzoekenden":[{"geboortedatum":"1968-07-01"},{"idWerkzoekende":"WZ1","geboortedatum":"x"}]})";
    auto const file = "--map=" + (m_folder / "page.json").string();
    EXPECT_EQ(run_words({ file, "--mapping=uwv-werkzoekenden" }), 3) << m_out.str();
    EXPECT_THAT(m_out.str(), HasSubstr("set aside"));
    EXPECT_EQ(run_words({ file, "--mapping=uwv-werkzoekende" }), 64);
    EXPECT_THAT(m_error.str(), HasSubstr("did you mean 'uwv-werkzoekenden'?"));
    EXPECT_EQ(run_words({ "--map=/nonexistent/page.json", "--mapping=srg" }), 64);
    std::ofstream(m_folder / "page.json") << "{\"werkzoekenden\":[";
    EXPECT_NE(run_words({ file, "--mapping=uwv-werkzoekenden" }), 0);
    write_source("nonsense = 1\n");
    EXPECT_NE(run_words({ file, "--mapping=srg" }), 78) << "a source that is wrong is no hindrance";
}

TEST_F(Playground, ShowsEverySettingWithTheLineThatItComesFrom)
{
    write_source("[feed.schedule]\nat = \"0 6 * * *\"\nwithin = \"office_hours\"\n");
    EXPECT_EQ(run_words({ "--show-config" }), 0) << m_error.str();
    auto const text = m_out.str();
    EXPECT_THAT(text, testing::ContainsRegex("limits.attempts_max = 3 +# ketensync.toml:11"));
    EXPECT_THAT(text, testing::ContainsRegex("limits.pages_max = 200000 +# default"));
    EXPECT_THAT(text, testing::ContainsRegex("limits.connect_timeout = \"10s\" +# default"));
    EXPECT_THAT(text, testing::ContainsRegex("sources.gemeente.feed\\[0\\].schedule.within = \"office_hours\" +# gemeente.toml:14"));
    EXPECT_THAT(text, testing::ContainsRegex("sources.gemeente.powers = \\[\"gebruiker\"\\] +# gemeente.toml:3"));
    EXPECT_EQ(run_words({ "--show-config", "--json" }), 0);
    EXPECT_THAT(m_out.str(), HasSubstr("{\"type\":\"setting\",\"key\":\"limits.attempts_max\",\"value\":\"3\",\"origin\":\"ketensync.toml:11\"}"));
    write_source("nonsense = 1\n");
    EXPECT_EQ(run_words({ "--show-config" }), 78);
}

TEST_F(Playground, DoesNotShowWhatMayBeSecret)
{
    std::ofstream(m_folder / "sources.d" / "api.toml")
        << "title = \"API\"\nconnector = \"rest\"\n[rest]\naddress = \"http://127.0.0.1:1/v1\"\n[rest.headers]\nX-Api-Key = \"hunter2\"\n"
           "[[feed]]\nname = \"a\"\nmapping = \"ooapi\"\nreads = \"complete\"\npath = \"/a\"\n";
    auto const code = run_words({ "--show-config" });
    EXPECT_THAT(m_out.str() + m_error.str(), Not(HasSubstr("hunter2")));
    if (code == 0) {
        EXPECT_THAT(m_out.str(), HasSubstr("sources.api.rest.headers.X-Api-Key = ***"));
    }
}

TEST_F(Playground, AsksASourceForItsFirstPageAndKeepsNothing)
{
    EXPECT_EQ(run_words({ "--test-connection=all" }), 69) << "there is no file yet";
    fs::copy_file(example("srg/examples/01_lopend.in.txt"), m_folder / "drop" / "a.txt");
    EXPECT_EQ(run_words({ "--test-connection=gemeente/srg" }), 0) << m_error.str();
    EXPECT_THAT(m_out.str(), testing::ContainsRegex("gemeente/srg: [1-9][0-9]* documents"));
    EXPECT_EQ(run_words({ "--test-connection=gemeente", "--json" }), 0);
    EXPECT_THAT(m_out.str(), HasSubstr("\"ok\":true"));
    EXPECT_FALSE(fs::exists(m_folder / "state"));
    fs::remove_all(m_folder / "drop");
    EXPECT_NE(run_words({ "--test-connection=gemeente" }), 0) << m_out.str();
    EXPECT_EQ(run_words({ "--test-connection=nobody" }), 64);
}

TEST_F(Playground, SaysHowLongTheCertificatesOfASourceHold)
{
    support::TestAuthority authority;
    support::ScriptedServer const server(
        [](support::ScriptedServer::Request const &) { return support::ScriptedServer::Answer { .body = R"({"werkzoekenden":[]})" }; }, &authority,
        support::ScriptedServer::Clients::must);
    std::ofstream(m_folder / "ketensync.toml", std::ios::app) << "[secrets]\nfolder = \".\"\n";
    std::ofstream(m_folder / "sources.d" / "api.toml")
        << "title = \"API\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"" << server.address() << "\"\nca_file = \""
        << authority.ca_file().string() << "\"\ncertificate = \"our-cert\"\n[[feed]]\nname = \"a\"\nmapping = \"uwv-werkzoekenden\"\n"
           "reads = \"complete\"\npath = \"/a\"\n";
    m_folder.write("our-cert", authority.client_certificate() + authority.client_key());
    EXPECT_EQ(run_words({ "--test-connection=api" }), 0) << m_out.str() << m_error.str();
    EXPECT_THAT(m_out.str(), HasSubstr("api/a: 0 documents"));
    EXPECT_THAT(m_out.str(), HasSubstr("certificate 'our-cert' ends in 47 h, at "));
    EXPECT_EQ(run_words({ "--test-connection=api", "--json" }), 0);
    EXPECT_THAT(m_out.str(), HasSubstr(R"({"type":"certificate","credential":"our-cert","used_by":["api"],"ends":"20)"));
    run_words({ "--test-connection=gemeente" });
    EXPECT_THAT(m_out.str(), Not(HasSubstr("our-cert"))) << "that source has none";
}
