// The service as a program of its own, and command lines given beside it.

#include "daemon/base/clock.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <thread>

namespace ketensync::whole {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;
using support::Process;
using support::ScriptedServer;
using testing::HasSubstr;
using testing::Not;

std::string content_of(fs::path const & file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

/// Two sources: a folder with a file, and a server that answers page by page as slowly as a test wants.
class Beside : public testing::Test {
protected:
    Beside()
        : m_server([this](ScriptedServer::Request const & request) {
              auto const page = std::stoi(request.parameters.at("pagina"));
              std::string people;
              for (int i = 0; i < 5; ++i) {
                  people += fmt::format(R"({}{{"idWerkzoekende":"WZ{:08}","naam":{{"geslachtsnaam":"Jansen"}},"geboortedatum":"1980-01-0{}",)"
                                        R"("datumInschrijving":"2025-02-03","gewijzigd":"2026-01-05T09:30:00Z"}})",
                      i == 0 ? "" : ",", page * 10 + i, i + 1);
              }
              return ScriptedServer::Answer { .body = fmt::format(R"({{"pagina":{},"volgende":{},"werkzoekenden":[{}]}})", page,
                                                  page < m_pages.load() ? "true" : "false", people),
                  .headers = { { "Content-Type", "application/json" } }, .delay = std::chrono::milliseconds(m_delay.load()) };
          })
    {
    }

    void SetUp() override
    {
        fs::create_directories(m_folder / "drop");
        fs::create_directories(m_folder / "sources.d");
        m_folder.write("state-key", std::string(64, '7'));
        m_folder.write("token", "not-secret");
        std::ofstream(m_folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
               "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[warehouse]\nfile = \"warehouse.sqlite\"\n"
               "[secrets]\nfolder = \".\"\n[web]\naddress = \"\"\n";
        std::ofstream(m_folder / "sources.d" / "gemeente.toml")
            << "title = \"Gemeente\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"" << (m_folder / "drop").string()
            << "\"\nsettle = \"1ms\"\n[[feed]]\nname = \"srg\"\nmapping = \"srg\"\nreads = \"periods\"\nfiles = \"*.txt\"\n"
               "period = \"srg_{period}.txt\"\n";
        std::ofstream(m_folder / "sources.d" / "uwv.toml")
            << "title = \"UWV\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"" << m_server.address()
            << "\"\n[rest.auth]\nby = \"bearer\"\nsecret = \"token\"\n[[feed]]\nname = \"werkzoekenden\"\n"
               "mapping = \"uwv-werkzoekenden\"\nreads = \"complete\"\npath = \"/werkzoekenden\"\n[feed.paging]\nby = \"page_number\"\n"
               "page_parameter = \"pagina\"\nsize_parameter = \"omvang\"\nsize = 5\nfirst = 1\nmore = \"volgende\"\n"
               "[feed.believable]\nempty_allowed = true\nvanished_percent = 100\nchanged_percent = 100\n";
        deliver("123456782");
    }

    void deliver(std::string const & bsn) const
    {
        std::ofstream(m_folder / "drop" / "part")
            << fmt::format("20260110gws1.0         04020402{:>9}198005062000000000{}{:<15}3020240101{}{}000\r\n", bsn, "0", "1", "00000000", "0");
        fs::rename(m_folder / "drop" / "part", m_folder / "drop" / "srg_202601.txt");
    }

    void start_service()
    {
        m_service.emplace(Process::Start { { KETENSYNC_PROGRAM, config() }, {}, m_folder / "service.log" });
        for (int i = 0; i < 1000 && !answers(); ++i) {
            std::this_thread::sleep_for(10ms);
        }
        ASSERT_TRUE(answers()) << content_of(m_folder / "service.log");
    }
    bool answers() const { return fs::exists(m_folder / "state" / "control") && run({ "--status" }).code == 0; }
    std::string config() const { return "--config=" + (m_folder / "ketensync.toml").string(); }

    struct Output {
        int code = -1;
        std::string out;
        std::string error;
        std::vector<json> lines() const
        {
            std::vector<json> found;
            std::istringstream text(out);
            for (std::string line; std::getline(text, line);) {
                found.push_back(json::parse(line));
            }
            return found;
        }
    };
    Output run(std::vector<std::string> words) const
    {
        words.insert(words.begin(), { KETENSYNC_PROGRAM, config() });
        static std::atomic<int> number = 0;
        auto const error = m_folder / ("error" + std::to_string(++number));
        Process process({ std::move(words), {}, error });
        Output output;
        output.out = process.rest();
        output.code = process.wait();
        output.error = content_of(error);
        return output;
    }
    /// The run of that feed that the last --history tells first.
    json last_run(std::string const & source) const
    {
        for (auto const & line : run({ "--history=50", "--json" }).lines()) {
            if (line.at("source") == source) {
                return line;
            }
        }
        return {};
    }
    json feed(std::string const & source) const
    {
        for (auto const & line : run({ "--status", "--json" }).lines()) {
            if (line.value("source", "") == source) {
                return line;
            }
        }
        return {};
    }
    /// What the audit log holds, as "action: detail" with who did it.
    std::vector<std::string> audit() const
    {
        std::vector<std::string> found;
        for (auto const & line : run({ "--audit", "--json" }).lines()) {
            EXPECT_FALSE(line.at("who").get<std::string>().empty());
            found.push_back(line.at("action").get<std::string>() + ": " + line.at("detail").get<std::string>());
        }
        return found;
    }
    static bool comes(std::function<bool()> const & so)
    {
        for (int i = 0; i < 500 && !so(); ++i) {
            std::this_thread::sleep_for(20ms);
        }
        return so();
    }
    void end_service()
    {
        m_service->signal(SIGTERM);
        EXPECT_EQ(m_service->wait(), 0) << content_of(m_folder / "service.log");
        m_service.reset();
    }

    std::atomic<int> m_pages = 3;
    std::atomic<int> m_delay = 0;
    support::TemporaryFolder m_folder;
    ScriptedServer m_server;
    std::optional<Process> m_service;
};

}

TEST_F(Beside, SynchronisesThroughTheServiceAsWithoutIt)
{
    auto const alone = run({ "--sync=gemeente", "--json" });
    ASSERT_EQ(alone.code, 0) << alone.error;
    start_service();
    auto const both = run({ "--sync=all", "--json", "--reason=told by phone" });
    EXPECT_EQ(both.code, 0) << both.error;
    std::map<std::string, json> runs;
    for (auto const & line : both.lines()) {
        if (line.at("type") == "run") {
            runs[line.at("source")] = line;
        }
    }
    ASSERT_EQ(runs.size(), 2U) << both.out;
    EXPECT_EQ(runs["gemeente"].at("fetched"), 0) << "the state is the same one, which knows that file";
    EXPECT_EQ(runs["uwv"].at("fetched"), 15);
    EXPECT_EQ(runs["uwv"].at("trigger"), "manual");
    EXPECT_EQ(both.lines().back().at("type"), "summary");
    EXPECT_THAT(audit(), testing::Contains("sync: uwv/werkzoekenden: told by phone"));
    EXPECT_EQ(run({ "--publish" }).code, 0);
    end_service();
    EXPECT_EQ(run({ "--sync=all" }).code, 0) << "and the lock is free again";
}

TEST_F(Beside, JoinsARunThatIsGoingOnAndShowsHowFarItIs)
{
    m_pages = 12;
    m_delay = 250;
    start_service();
    EXPECT_EQ(run({ "--sync=uwv", "--no-wait" }).code, 0);
    auto const joined = run({ "--sync=uwv", "--json" });
    EXPECT_EQ(joined.code, 0) << joined.error;
    EXPECT_THAT(joined.error, HasSubstr("being read already"));
    std::size_t shown = 0;
    for (auto const & line : joined.lines()) {
        if (line.at("type") == "progress") {
            ++shown;
            EXPECT_EQ(line.at("feed"), "uwv/werkzoekenden");
            EXPECT_LE(line.at("fetched").get<int>(), 60);
        }
        if (line.at("type") == "run") {
            EXPECT_EQ(line.at("fetched"), 60);
        }
    }
    EXPECT_GE(shown, 1U) << joined.out;
    auto const other = run({ "--history", "--json" }).lines();
    EXPECT_EQ(std::ranges::count_if(other, [](json const & line) { return line.at("source") == "uwv"; }), 1) << "there was one run";
    end_service();
}

TEST_F(Beside, RefusesToJoinWhatIsNotBeingReadInTheWayThatWasAsked)
{
    m_pages = 1'000;
    m_delay = 200;
    start_service();
    EXPECT_EQ(run({ "--sync=uwv", "--no-wait" }).code, 0);
    auto const full = run({ "--sync=uwv", "--full" });
    EXPECT_EQ(full.code, 75);
    EXPECT_THAT(full.error, HasSubstr("--cancel"));
    end_service();
}

TEST_F(Beside, CancelsARunAndTellsWhoAndWhy)
{
    m_pages = 1'000;
    m_delay = 100;
    start_service();
    EXPECT_THAT(run({ "--cancel=all" }).out, HasSubstr("nothing of that"));
    EXPECT_EQ(run({ "--sync=uwv", "--no-wait" }).code, 0);
    Process following({ { KETENSYNC_PROGRAM, config(), "--sync=uwv" }, {}, m_folder / "following" });
    ASSERT_TRUE(comes([this] { return m_server.requests().size() > 2; }));
    auto const begun = std::chrono::steady_clock::now();
    auto const cancelled = run({ "--cancel=uwv", "--reason=wrong month" });
    EXPECT_EQ(cancelled.code, 0);
    EXPECT_THAT(cancelled.out, HasSubstr("the reading of uwv/werkzoekenden ends"));
    EXPECT_EQ(following.wait(), 130) << "whoever follows is told";
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    auto const run_after = last_run("uwv");
    EXPECT_EQ(run_after.at("state"), "interrupted");
    EXPECT_THAT(run_after.at("message").get<std::string>(), HasSubstr("wrong month"));
    EXPECT_THAT(run_after.at("message").get<std::string>(), HasSubstr("cancelled by "));
    EXPECT_THAT(audit(), testing::Contains("cancel: uwv/werkzoekenden: wrong month"));
    m_pages = 2;
    m_delay = 0;
    EXPECT_EQ(run({ "--sync=uwv" }).code, 0) << "and the next run is an ordinary one";
    EXPECT_EQ(last_run("uwv").at("fetched"), 10);
    end_service();
}

TEST_F(Beside, GoesOnWhenTheOneWhoFollowsLeaves)
{
    m_pages = 10;
    m_delay = 200;
    start_service();
    Process following({ { KETENSYNC_PROGRAM, config(), "--sync=uwv" }, {}, m_folder / "following" });
    ASSERT_TRUE(comes([this] { return m_server.requests().size() > 2; }));
    following.signal(SIGINT);
    EXPECT_EQ(following.wait(), 130);
    EXPECT_THAT(content_of(m_folder / "following"), HasSubstr("goes on"));
    ASSERT_TRUE(comes([this] { return last_run("uwv").value("state", "") == "succeeded"; }));
    end_service();
}

TEST_F(Beside, PausesASourceThroughARestartUntilItIsResumed)
{
    start_service();
    EXPECT_EQ(run({ "--pause=uwv" }).code, 64);
    EXPECT_EQ(run({ "--pause=uwv", "--until=yesterday", "--reason=x" }).code, 64);
    EXPECT_EQ(run({ "--pause=uwv", "--until=2020-01-01", "--reason=x" }).code, 64);
    EXPECT_EQ(run({ "--pause=nobody", "--until=2020-01-01", "--reason=x" }).code, 64);
    auto const soon = to_text(SystemClock().now() + 72h).substr(0, 10);
    auto const paused = run({ "--pause=uwv", "--until=" + soon, "--reason=they migrate" });
    EXPECT_EQ(paused.code, 0) << paused.error;
    EXPECT_EQ(feed("uwv").at("paused").at("reason"), "they migrate");
    EXPECT_THAT(run({ "--status" }).out, HasSubstr("they migrate"));
    auto const refused = run({ "--sync=uwv" });
    EXPECT_EQ(refused.code, 75);
    EXPECT_THAT(refused.error, HasSubstr("they migrate"));
    auto const others = run({ "--sync=all" });
    EXPECT_EQ(others.code, 0) << "who asks for all gets what is not paused";
    EXPECT_THAT(others.error, HasSubstr("they migrate"));
    end_service();
    EXPECT_EQ(run({ "--sync=uwv" }).code, 75) << "without the service it holds as well";
    start_service();
    EXPECT_EQ(feed("uwv").at("paused").at("reason"), "they migrate");
    EXPECT_FALSE(feed("gemeente").contains("paused"));
    EXPECT_EQ(run({ "--resume=uwv" }).code, 0);
    EXPECT_FALSE(feed("uwv").contains("paused"));
    EXPECT_EQ(run({ "--sync=uwv" }).code, 0);
    EXPECT_THAT(run({ "--resume=uwv" }).out, HasSubstr("was not paused"));
    EXPECT_THAT(audit(), testing::Contains(HasSubstr("pause: uwv until")));
    end_service();
    EXPECT_EQ(run({ "--pause=uwv", "--until=" + soon, "--reason=again" }).code, 0) << "alone, under the same lock";
    EXPECT_EQ(run({ "--resume=uwv" }).code, 0);
}

TEST_F(Beside, TriesWithoutWritingAnything)
{
    start_service();
    EXPECT_EQ(run({ "--sync=gemeente" }).code, 0);
    auto const tried = run({ "--sync=all", "--dry-run", "--json" });
    EXPECT_EQ(tried.code, 0) << tried.error;
    bool differs = false;
    for (auto const & line : tried.lines()) {
        differs = differs || (line.at("type") == "difference" && line.at("added").get<int>() > 0);
        if (line.at("type") == "run" && line.at("source") == "uwv") {
            EXPECT_EQ(line.at("fetched"), 15);
        }
    }
    EXPECT_TRUE(differs) << tried.out;
    EXPECT_TRUE(last_run("uwv").empty()) << "nothing of it stayed";
    EXPECT_FALSE(fs::exists(m_folder / "state" / "trial"));
    end_service();
}

TEST_F(Beside, DoesTheOtherWorkByHandAsWell)
{
    start_service();
    deliver("111111111"); // a BSN that cannot be: what hangs on it is set aside
    EXPECT_EQ(run({ "--sync=all" }).code, 0);
    auto const listed = run({ "--quarantine=list", "--json" }).lines();
    ASSERT_EQ(listed.size(), 1U);
    EXPECT_THAT(run({ "--quarantine=retry", "--source=gemeente" }).out, HasSubstr("1 tried again"));
    EXPECT_EQ(run({ "--quarantine=list", "--json" }).lines().size(), 1U) << "it is as wrong as it was";
    EXPECT_THAT(run({ "--quarantine=drop", "--source=gemeente" }).out, HasSubstr("1 dropped"));
    EXPECT_TRUE(run({ "--quarantine=list", "--json" }).lines().empty());

    auto const trial = run({ "--reconcile", "--dry-run" });
    EXPECT_EQ(trial.code, 0) << trial.error;
    auto const reconciled = run({ "--reconcile" });
    EXPECT_EQ(reconciled.code, 0) << reconciled.error;
    EXPECT_EQ(run({ "--review", "--json" }).code, 0);
    EXPECT_THAT(run({ "--review" }).out, HasSubstr("0 paren beoordeeld"));
    EXPECT_EQ(run({ "--shape=uwv/werkzoekenden" }).code, 0);
    EXPECT_EQ(run({ "--accept-shape=uwv/werkzoekenden" }).code, 0);
    // Whether it says something hangs on the records; that the service is in the way is over.
    EXPECT_THAT(run({ "--explain=1", "--weigh" }).code, testing::AnyOf(0, 64));
    EXPECT_EQ(run({ "--explain=4711" }).code, 64);
    auto const file = m_folder / "learned.model";
    auto const learned = run({ "--learn=" + file.string() });
    EXPECT_THAT(learned.code, testing::AnyOf(0, 64)) << learned.error;
    EXPECT_EQ(fs::exists(file) && fs::file_size(file) > 0, learned.code == 0);
    EXPECT_FALSE(fs::exists(m_folder / "state" / "learned.model"));
    auto const log = audit();
    for (auto const * const action : { "quarantine-retry", "quarantine-drop", "reconcile", "accept-shape" }) {
        EXPECT_THAT(log, testing::Contains(testing::StartsWith(action)));
    }
    EXPECT_EQ(run({ "--reseal" }).code, 0) << "the service lets go of the state, and takes it up again";
    EXPECT_EQ(run({ "--sync=all" }).code, 0);
    EXPECT_THAT(audit(), testing::Contains(testing::StartsWith("reseal")));
    end_service();
}

TEST_F(Beside, JudgesAPairThroughTheServiceWhileItReads)
{
    m_delay = 200;
    m_pages = 1'000;
    start_service();
    EXPECT_EQ(run({ "--sync=uwv", "--no-wait" }).code, 0);
    EXPECT_THAT(run({ "--review" }).out, HasSubstr("0 paren beoordeeld")) << "and nobody waited for the source";
    EXPECT_TRUE(last_run("uwv").at("state") == "running");
    end_service();
}

TEST_F(Beside, EndsInTimeWithWorkByHandStillWaiting)
{
    start_service();
    EXPECT_EQ(run({ "--sync=all" }).code, 0);
    std::vector<std::unique_ptr<Process>> asking;
    for (int i = 0; i < 8; ++i) {
        asking.push_back(std::make_unique<Process>(Process::Start { { KETENSYNC_PROGRAM, config(), "--reconcile" }, {}, m_folder / "asking" }));
    }
    std::this_thread::sleep_for(50ms);
    auto const begun = std::chrono::steady_clock::now();
    end_service();
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 15s);
    for (auto const & each : asking) {
        EXPECT_THAT(each->wait(), testing::AnyOf(0, 69, 75)) << content_of(m_folder / "asking");
    }
}

TEST_F(Beside, TellsWhenNothingRunsThatCouldBeCancelled)
{
    auto const nothing = run({ "--cancel=all" });
    EXPECT_EQ(nothing.code, 69);
    EXPECT_THAT(nothing.error, HasSubstr("does not run"));
    EXPECT_EQ(run({ "--cancel=nobody" }).code, 64);
}

TEST_F(Beside, SaysThatAServiceWhichHangsDoesNotAnswer)
{
    start_service();
    m_service->signal(SIGSTOP);
    auto const hung = run({ "--status" });
    EXPECT_EQ(hung.code, 75);
    EXPECT_THAT(hung.error, HasSubstr("does not answer"));
    m_service->signal(SIGCONT);
    EXPECT_EQ(run({ "--status" }).code, 0);
    end_service();
}

}
