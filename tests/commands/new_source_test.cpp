#include "daemon/commands/command.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pthread.h>
#include <sstream>

using namespace ketensync;
using namespace ketensync::commands;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

namespace {

constexpr auto header = "nummer;projectcode;naam;voorletters;roepnaam;geboortedatum;geslacht;postcode;huisnummer;gemeente;telefoon;email;start;einde;"
                        "resultaat;werkgever;kvk;soort_plaatsing;uren\r\n";
constexpr auto row = "1;P01;Jansen;A.;Anna;02-03-1980;V;1211 AA;12;Hilversum;0612345678;anna@example.nl;01-02-2026;;;;;;\r\n";

/// A configuration without sources, and somebody who answers.
class NewSource : public testing::Test {
protected:
    NewSource()
    {
        // As main does, for the threads that wait for signals.
        sigset_t signals;
        sigemptyset(&signals);
        for (int const signal : { SIGTERM, SIGINT, SIGHUP }) {
            sigaddset(&signals, signal);
        }
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        for (auto const * const name : { "sources.d", "secrets", "drop" }) {
            fs::create_directories(m_folder / name);
        }
        std::ofstream(config()) << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
                                   "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[seal]\nunsealed = true\n[secrets]\nfolder = \"secrets\"\n"
                                   "[limits]\nconnect_timeout = \"2s\"\nrequest_timeout = \"5s\"\n";
        m_folder.write("secrets/token", "geheim-token");
        std::ofstream(m_folder / "drop" / "deelnemers.csv") << header << row;
    }

    fs::path config() const { return m_folder / "ketensync.toml"; }
    fs::path file_of(std::string const & name) const { return m_folder / "sources.d" / (name + ".toml"); }

    int run(std::vector<std::string> words, std::string const & input = {})
    {
        words.push_back("--config=" + config().string());
        std::vector<char const *> given;
        for (auto const & word : words) {
            given.push_back(word.c_str());
        }
        m_out.str("");
        m_error.str("");
        std::istringstream in(input);
        return answer(given, { in, m_out, m_error });
    }
    int connect(std::string const & answers) { return run({ "--new-source" }, answers); }
    std::string of_folder(std::string const & more) const { return "sheet\nDe lijst\nfiles\n" + (m_folder / "drop").string() + "\n" + more; }

    static std::string content(fs::path const & file)
    {
        std::ifstream stream(file);
        return { std::istreambuf_iterator<char>(stream), {} };
    }

    support::TemporaryFolder m_folder;
    std::ostringstream m_out, m_error;
};

} // namespace

TEST_F(NewSource, OfAFolderIsFoundByWhatItsFilesHoldAndReadsThem)
{
    ASSERT_EQ(connect(of_folder("\nyes\n")), 0) << m_out.str() << m_error.str();
    EXPECT_THAT(m_out.str(), AllOf(HasSubstr("projectdeelnemers: "), HasSubstr("1 of 1 documents are sound"), HasSubstr("is written."),
                                 HasSubstr("in order: sources 1, feeds 1"), HasSubstr("--sync=sheet --dry-run")));
    EXPECT_THAT(content(file_of("sheet")), AllOf(HasSubstr("title = \"De lijst\""), HasSubstr("files = \"deelnemers.csv\""), HasSubstr("max = 100")));
    EXPECT_FALSE(fs::exists(m_folder / "sources.d" / ".sheet.toml.part"));
    EXPECT_FALSE(fs::exists(m_folder / "state")) << "it connects, and reads nothing";
    EXPECT_EQ(run({ "--test-connection=sheet" }), 0) << m_out.str();
    EXPECT_THAT(m_out.str(), HasSubstr("sheet/deelnemers: 1 documents"));
}

TEST_F(NewSource, TakesNoNameThatIsTakenUnlessAskedTo)
{
    ASSERT_EQ(connect(of_folder("\nyes\n")), 0);
    auto const before = content(file_of("sheet"));
    EXPECT_EQ(connect("sheet\nno\n"), 73);
    EXPECT_EQ(content(file_of("sheet")), before);
    EXPECT_EQ(connect("sheet\nyes\nAnders\nfiles\n" + (m_folder / "drop").string() + "\n\nyes\n"), 0) << m_error.str();
    EXPECT_THAT(content(file_of("sheet")), HasSubstr("Anders"));
}

TEST_F(NewSource, IsNotWrittenWhereSomebodyStopsHalfWay)
{
    for (auto const & answers : { std::string(), std::string("sheet\n"), of_folder(""), of_folder("\n"), of_folder("\nno\n") }) {
        EXPECT_EQ(connect(answers), 130) << answers;
        EXPECT_TRUE(fs::is_empty(m_folder / "sources.d"));
    }
}

TEST_F(NewSource, AsksAgainForWhatCannotBe)
{
    EXPECT_EQ(connect("Mijn Bron\nsheet\n\nftp\nsoap\nfiles\n\n" + (m_folder / "drop").string() + "\nbestaat-niet\nprojectdeelnemers\nyes\n"), 0) << m_error.str();
    EXPECT_THAT(m_out.str(), AllOf(HasSubstr("a name holds only a-z"), HasSubstr("not one of rest, files, sftp"), HasSubstr("docs/connecting-soap.md"),
                                 HasSubstr("an answer is needed"), HasSubstr("this is not one of")));
}

TEST_F(NewSource, EndsWithWhatASourceThatIsAwaySays)
{
    EXPECT_EQ(connect("api\n\nrest\nhttp://127.0.0.1:1/v1\n\n\nbearer\ntoken\n/personen\nstop\n"), 69);
    EXPECT_THAT(m_out.str() + m_error.str(), Not(HasSubstr("geheim-token")));
    EXPECT_TRUE(fs::is_empty(m_folder / "sources.d"));
    fs::remove(m_folder / "drop" / "deelnemers.csv");
    EXPECT_EQ(connect(of_folder("stop\n")), 69) << "there is no file yet";
}

TEST_F(NewSource, IsWrittenUntriedWithAWordAboutThat)
{
    EXPECT_EQ(connect("api\n\nrest\nhttp://127.0.0.1:1/v1\n\n\nnone\n/personen\nskip\nooapi5-personen\n-\nyes\n"), 0) << m_out.str() << m_error.str();
    EXPECT_THAT(content(file_of("api")), AllOf(HasSubstr("# Nothing of this was tried"), HasSubstr("path = \"/personen\""), HasSubstr("mapping = \"ooapi5-personen\"")));
}

TEST_F(NewSource, IsNotWrittenWithoutThePowerThatItsLayoutNeeds)
{
    support::ScriptedServer const server([](support::ScriptedServer::Request const & request) {
        bool const let_in = request.headers.contains("authorization") && request.headers.at("authorization") == "Bearer geheim-token";
        return support::ScriptedServer::Answer { .status = !let_in ? 401 : request.path == "/v1/werkzoekenden" ? 200 : 404,
            .body = R"({"pagina":1,"volgende":false,"totaal":1,"werkzoekenden":[{"idWerkzoekende":"WZ1","bsn":"123456782",)"
                    R"("naam":{"geslachtsnaam":"Kanarie","voornamen":"Piet","voorletters":"P."},"geboortedatum":"1980-01-01","geslacht":"M",)"
                    R"("adres":{"postcode":"1211AA","huisnummer":1,"straatnaam":"Dorp","woonplaats":"Laren"},"gemeente":"0402",)"
                    R"("contact":{"email":"p@example.nl","telefoon":"0612345678"},"datumInschrijving":"2025-02-03","urenPerWeek":32,"gewijzigd":"2026-01-05T09:30:00Z"}]})",
            .headers = { { "Content-Type", "application/json" } } };
    });
    auto const answers = "api\n\nrest\n" + server.address() + "/v1\n\n\nbearer\ntoken\n-\n\n";
    EXPECT_EQ(connect(answers + "no\n"), 78) << m_out.str();
    EXPECT_THAT(m_error.str(), HasSubstr("gebruiker"));
    EXPECT_TRUE(fs::is_empty(m_folder / "sources.d"));
    EXPECT_EQ(connect(answers + "yes\nyes\n"), 0) << m_out.str() << m_error.str();
    EXPECT_THAT(content(file_of("api")), AllOf(HasSubstr("powers = [\"gebruiker\"]"), HasSubstr("secret = \"token\""), HasSubstr("more = \"volgende\""),
                                             HasSubstr("# A guess, by the 1 documents of today.")));
    for (auto const * const canary : { "geheim-token", "123456782", "Kanarie" }) {
        EXPECT_THAT(m_out.str() + m_error.str() + content(file_of("api")), Not(HasSubstr(canary)));
    }
    EXPECT_EQ(run({ "--test-connection=api" }), 0) << m_out.str();
    fs::remove(file_of("api"));
    m_folder.write("secrets/fout", "geheim-fout");
    EXPECT_EQ(connect("api\n\nrest\n" + server.address() + "/v1\n\n\nbearer\nfout\n-\nstop\n"), 77) << "a source that does not let us in is not asked on";
}

TEST_F(NewSource, NeedsAConfigurationAndAnAnswerThatIsALayout)
{
    std::ofstream(m_folder / "drop" / "deelnemers.csv") << "a;b\r\n1;2\r\n";
    EXPECT_EQ(connect(of_folder("")), 76);
    EXPECT_THAT(m_error.str(), HasSubstr("--map=FILE"));
    EXPECT_EQ(run({ "--new-source=x" }), 64);
    fs::remove_all(m_folder / "sources.d");
    EXPECT_EQ(connect(""), 78);
    std::ofstream(m_folder / "sources.d") << "not a folder";
    EXPECT_EQ(connect(""), 78);
}
