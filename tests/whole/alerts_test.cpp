// The service as a program of its own, telling people by a real mail server and a webhook what is wrong with it.

#include "tests/support/mail_server.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

namespace ketensync::whole {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using support::MailServer;
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

/// A source that answers as a test wants, and those who are told.
class Told : public testing::Test {
protected:
    Told()
        : m_source([this](ScriptedServer::Request const &) {
            return ScriptedServer::Answer { .status = m_away.load() ? 503 : 200,
                .body = R"({"pagina":1,"volgende":false,"werkzoekenden":[{"idWerkzoekende":"WZ00000001","bsn":"123456782",)"
                        R"("naam":{"geslachtsnaam":"Kanarie"},"geboortedatum":"1980-01-01","datumInschrijving":"2025-02-03",)"
                        R"("gewijzigd":"2026-01-05T09:30:00Z"}]})",
                .headers = { { "Content-Type", "application/json" } } };
        })
        , m_hook([](ScriptedServer::Request const &) { return ScriptedServer::Answer { 202 }; })
        , m_mail(MailServer::Tls::starttls, &m_authority, "ketensync", "mail-geheim")
    {
        fs::create_directories(m_folder / "sources.d");
        m_folder.write("state-key", std::string(64, '7'));
        m_folder.write("token", "not-secret");
        m_folder.write("mail-password", "mail-geheim");
        m_folder.write("hook-key", "0123456789abcdef0123456789abcdef");
        std::ofstream(m_folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR
               "/mappings\"\n[sources]\nfolder = \"sources.d\"\n[warehouse]\nfile = \"warehouse.sqlite\"\n"
               "[secrets]\nfolder = \".\"\n[web]\naddress = \"\"\n[limits]\nattempts_max = 1\nconnect_timeout = \"2s\"\n"
               "request_timeout = \"5s\"\nfailures_rest = \"1s\"\n[alerts]\nname = \"proef\"\nlook = \"200ms\"\nafter = \"1s\"\n"
            << fmt::format("[alerts.mail]\nserver = \"{}\"\nca_file = \"{}\"\nuser = \"ketensync\"\npassword = \"mail-password\"\n"
                           "from = \"ketensync@example.nl\"\nto = [\"beheer@example.nl\"]\n"
                           "[alerts.webhook]\naddress = \"{}/hook\"\nsecret = \"hook-key\"\n",
                   m_mail.address(), m_authority.ca_file().string(), m_hook.address());
        std::ofstream(m_folder / "sources.d" / "uwv.toml")
            << "title = \"UWV\"\nconnector = \"rest\"\npowers = [\"gebruiker\"]\n[rest]\naddress = \"" << m_source.address()
            << "\"\n[rest.auth]\nby = \"bearer\"\nsecret = \"token\"\n[[feed]]\nname = \"werkzoekenden\"\n"
               "mapping = \"uwv-werkzoekenden\"\nreads = \"complete\"\npath = \"/werkzoekenden\"\n[feed.schedule]\nevery = \"1s\"\n"
               "[feed.paging]\nby = \"page_number\"\npage_parameter = \"pagina\"\nsize_parameter = \"omvang\"\nsize = 5\nfirst = 1\n"
               "more = \"volgende\"\n[feed.believable]\nempty_allowed = true\nvanished_percent = 100\nchanged_percent = 100\n";
    }

    void start_service()
    {
        m_service.emplace(Process::Start { { KETENSYNC_PROGRAM, config() }, {}, m_folder / "service.log" });
        ASSERT_TRUE(comes([this] { return fs::exists(m_folder / "state" / "control") && run({ "--status" }).code == 0; }))
            << content_of(m_folder / "service.log");
    }
    void end_service()
    {
        m_service->signal(SIGTERM);
        EXPECT_EQ(m_service->wait(10s), 0) << content_of(m_folder / "service.log");
        m_service.reset();
    }
    std::string config() const { return "--config=" + (m_folder / "ketensync.toml").string(); }
    struct Output {
        int code = -1;
        std::string out;
    };
    Output run(std::vector<std::string> words) const
    {
        words.insert(words.begin(), { KETENSYNC_PROGRAM, config() });
        Process process({ std::move(words), {}, m_folder / "error.log" });
        Output output;
        output.out = process.rest();
        output.code = process.wait();
        return output;
    }
    static bool comes(std::function<bool()> const & so)
    {
        for (int i = 0; i < 1500 && !so(); ++i) {
            std::this_thread::sleep_for(20ms);
        }
        return so();
    }
    bool letter_with(std::string const & text) const
    {
        return comes([&] {
            auto const letters = m_mail.letters();
            return !letters.empty() && letters.back().text.find(text) != std::string::npos;
        });
    }

    /// Test messages that were handed in so far: letters, and requests to the webhook.
    std::pair<std::size_t, std::size_t> test_messages() const
    {
        auto const letters = m_mail.letters();
        auto const requests = m_hook.requests();
        return { std::ranges::count_if(letters, [](auto const & letter) { return letter.headers.at("Subject") == "[proef] proefbericht"; }),
            std::ranges::count_if(requests, [](auto const & request) { return nlohmann::json::parse(request.body).at("type") == "test"; }) };
    }

    std::atomic<bool> m_away = true;
    support::TemporaryFolder m_folder;
    support::TestAuthority m_authority;
    ScriptedServer m_source;
    ScriptedServer m_hook;
    MailServer m_mail;
    std::optional<Process> m_service;
};

} // namespace

TEST_F(Told, OnceOfAFeedThatFailsAlsoAcrossARestartAndOnceThatItIsOver)
{
    start_service();
    ASSERT_TRUE(m_mail.wait_for(1)) << content_of(m_folder / "service.log");
    auto const first = m_mail.letters().at(0);
    EXPECT_THAT(first.text, HasSubstr("uwv/werkzoekenden"));
    EXPECT_THAT(first.text, HasSubstr("Eerst doen: "));
    EXPECT_THAT(first.headers.at("Subject"), HasSubstr("[proef] "));
    ASSERT_TRUE(comes([this] { return !m_hook.requests().empty(); }));
    // It may be told as late first and as failing then, never twice as the same.
    ASSERT_TRUE(letter_with("keer achter elkaar mislukt")) << content_of(m_folder / "service.log");
    end_service();
    auto const before = m_mail.letters().size();
    start_service();
    std::this_thread::sleep_for(4s);
    EXPECT_EQ(m_mail.letters().size(), before) << m_mail.letters().back().text;
    m_away = false;
    ASSERT_TRUE(letter_with("Voorbij (1)")) << m_mail.letters().back().text;
    EXPECT_EQ(m_mail.letters().size(), before + 1);
    for (auto const & letter : m_mail.letters()) {
        for (auto const * const canary : { "123456782", "Kanarie", "mail-geheim", "not-secret" }) {
            EXPECT_THAT(letter.content, Not(HasSubstr(canary)));
        }
    }
    for (auto const & request : m_hook.requests()) {
        EXPECT_THAT(request.body, Not(HasSubstr("123456782")));
        EXPECT_TRUE(request.headers.contains("x-ketensync-signature"));
    }
    end_service();
    EXPECT_THAT(content_of(m_folder / "state" / "alerts.json"), Not(HasSubstr("123456782")));
}

TEST_F(Told, OfACertificateBeforeItEnds)
{
    m_away = false;
    m_folder.write("keten-cert", m_authority.client_certificate() + m_authority.client_key());
    auto text = content_of(m_folder / "sources.d" / "uwv.toml");
    text.insert(text.find("[rest.auth]"), "certificate = \"keten-cert\"\n");
    std::ofstream(m_folder / "sources.d" / "uwv.toml") << text;
    start_service();
    EXPECT_TRUE(letter_with("Het certificaat 'keten-cert' (voor uwv) verloopt over 47 uur")) << content_of(m_folder / "service.log");
    EXPECT_THAT(m_mail.letters().back().text, HasSubstr("#ketensynccertificateends\n"));
    EXPECT_THAT(m_mail.letters().back().content, Not(HasSubstr("BEGIN")));
    EXPECT_THAT(run({ "--status" }).out, HasSubstr("certificate:keten-cert: ends in 47 h, at "));
    end_service();
}

TEST_F(Told, ByAServerThatHangsWithoutAnythingElseWaitingForIt)
{
    m_mail.mood("hang");
    start_service();
    // The webhook is told though the mail hangs before it, and the feed goes on being read.
    ASSERT_TRUE(comes([this] { return !m_hook.requests().empty(); })) << content_of(m_folder / "service.log");
    m_away = false;
    auto const begun = std::chrono::steady_clock::now();
    // A reading that was going on already may still have found it away.
    EXPECT_TRUE(comes([this] { return run({ "--sync=uwv" }).code == 0; }));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
    auto const ending = std::chrono::steady_clock::now();
    end_service();
    EXPECT_LT(std::chrono::steady_clock::now() - ending, 5s);
}

TEST_F(Told, ATestMessageOverEachChannelWithoutTheServiceAndBesideIt)
{
    auto const alone = run({ "--test-alert" });
    EXPECT_EQ(alone.code, 0) << alone.out << content_of(m_folder / "error.log");
    EXPECT_THAT(alone.out, HasSubstr("mail: taken"));
    EXPECT_THAT(alone.out, HasSubstr("webhook: taken"));
    EXPECT_EQ(test_messages(), std::pair(std::size_t(1), std::size_t(1)));
    auto const letter = m_mail.letters().at(0);
    EXPECT_THAT(letter.text, HasSubstr("Dit is een proefbericht. Er is niets aan de hand"));
    EXPECT_THAT(letter.content, Not(HasSubstr("mail-geheim")));
    EXPECT_TRUE(m_hook.requests().at(0).headers.contains("x-ketensync-signature"));
    EXPECT_FALSE(fs::exists(m_folder / "state" / "alerts.json")) << "it is no alert that was told";
    start_service();
    // With what is in force: the files would not do any more.
    fs::rename(m_folder / "sources.d", m_folder / "sources.away");
    auto const beside = run({ "--test-alert", "--json" });
    EXPECT_EQ(beside.code, 0) << beside.out;
    EXPECT_THAT(beside.out, HasSubstr(R"({"type":"test_alert","channel":"mail","taken":true})"));
    EXPECT_EQ(test_messages(), std::pair(std::size_t(2), std::size_t(2)));
    end_service();
}

TEST_F(Told, OfAChannelThatDoesNotTakeATestMessageWhyNotAndStillOverTheOther)
{
    m_mail.mood("never");
    auto const refused = run({ "--test-alert" });
    EXPECT_EQ(refused.code, 69);
    EXPECT_THAT(refused.out, HasSubstr("mail: not taken: "));
    EXPECT_THAT(refused.out, HasSubstr("550"));
    EXPECT_THAT(refused.out, HasSubstr("webhook: taken"));
    m_mail.mood("take");
    m_folder.write("hook-key", "kort");
    auto const unsigned_hook = run({ "--test-alert", "--quiet" });
    EXPECT_EQ(unsigned_hook.code, 69);
    EXPECT_THAT(unsigned_hook.out, testing::StartsWith("webhook: not taken: credential 'hook-key'"));
    EXPECT_THAT(unsigned_hook.out, Not(HasSubstr("kort")));
}

TEST_F(Told, NothingWhereNoChannelIsConfigured)
{
    auto const text = content_of(m_folder / "ketensync.toml");
    std::ofstream(m_folder / "ketensync.toml") << text.substr(0, text.find("[alerts]"));
    EXPECT_EQ(run({ "--test-alert" }).code, 78);
    EXPECT_THAT(content_of(m_folder / "error.log"), HasSubstr("[alerts.mail]"));
}

} // namespace ketensync::whole
