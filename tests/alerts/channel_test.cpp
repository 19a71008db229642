#include "daemon/alerts/channel.hpp"
#include "tests/health/snapshots.hpp"
#include "tests/support/mail_server.hpp"
#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <fmt/format.h>

#include <array>
#include <thread>

namespace ketensync::alerts {

namespace {

using namespace std::chrono_literals;
using support::MailServer;
using support::ScriptedServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto password = "geheim-wachtwoord";
constexpr auto hook_key = "0123456789abcdef0123456789abcdef";

class Channels : public testing::Test {
protected:
    Channels()
    {
        m_folder.write("mail-password", password);
        m_folder.write("hook-key", hook_key);
        m_limits.connect_timeout = 2s;
        m_limits.request_timeout = 2s;
        m_message.made = noon();
        m_message.begun.push_back({ { "k", "KetensyncDiskLow", health::Severity::critical, "De schijf raakt vol.",
                                        "Maak ruimte. En kijk naar één ding: é, ≥ 2 €." },
            noon() - 1h });
    }

    Result<void> mail(MailServer const & server, settings::AlertMail mail, std::stop_token stop = {})
    {
        if (mail.server.empty()) {
            mail.server = server.address();
        }
        mail.from = "ketensync@example.nl";
        mail.to = { "beheer@example.nl", "wacht@example.nl" };
        m_settings.mail = { mail };
        m_settings.webhook.clear();
        return send(std::move(stop));
    }
    Result<void> hook(std::string const & address, std::string const & ca_file = {}, std::string const & secret = "hook-key")
    {
        m_settings.mail.clear();
        m_settings.webhook = { { address, ca_file, secret } };
        return send({});
    }
    Result<void> send(std::stop_token stop)
    {
        auto const channels = open_channels({ m_settings, m_secrets, m_limits, m_clock });
        return channels.at(0)->send(m_message, std::move(stop));
    }

    support::TemporaryFolder m_folder;
    support::TestAuthority m_authority;
    settings::Secrets m_secrets { m_folder.path() };
    settings::Limits m_limits;
    settings::Alerts m_settings;
    SystemClock m_clock;
    Message m_message;
};

settings::AlertMail logged_in(support::TestAuthority const & authority, std::string const & secret = "mail-password")
{
    return { {}, true, authority.ca_file().string(), "ketensync", secret, {}, {} };
}

} // namespace

TEST_F(Channels, HandALetterToAServerWithStarttlsAndALogIn)
{
    MailServer const server(MailServer::Tls::starttls, &m_authority, "ketensync", password);
    ASSERT_TRUE(mail(server, logged_in(m_authority))) << "";
    ASSERT_EQ(server.letters().size(), 1U);
    auto const letter = server.letters().front();
    EXPECT_TRUE(letter.tls);
    EXPECT_EQ(letter.user, "ketensync");
    EXPECT_EQ(letter.from, "ketensync@example.nl");
    EXPECT_THAT(letter.to, ElementsAre("beheer@example.nl", "wacht@example.nl"));
    EXPECT_EQ(letter.headers.at("Subject"), "[ketensync] De schijf raakt vol");
    EXPECT_EQ(letter.headers.at("Date"), "Sat, 21 Nov 2026 12:00:00 +0000");
    EXPECT_EQ(letter.headers.at("Message-ID"), "<" + id_of(m_message) + "@example.nl>");
    EXPECT_EQ(letter.headers.at("Auto-Submitted"), "auto-generated");
    EXPECT_EQ(letter.text, text_of(m_message, m_settings));
    EXPECT_THAT(letter.defects, testing::IsEmpty());
    EXPECT_THAT(letter.content, Not(HasSubstr(password)));
}

TEST_F(Channels, HandALetterToAServerWithTlsFromTheFirstByte)
{
    MailServer const server(MailServer::Tls::implicit, &m_authority, "ketensync", password);
    auto const sent = mail(server, logged_in(m_authority));
    ASSERT_TRUE(sent) << sent.error().what;
    EXPECT_TRUE(server.letters().at(0).tls);
}

TEST_F(Channels, SayNothingWithoutTlsUnlessItIsToThisMachineAndSaidSo)
{
    MailServer const server(MailServer::Tls::none);
    auto const refused = mail(server, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::refused);
    EXPECT_THAT(refused.error().what, HasSubstr("STARTTLS"));
    EXPECT_TRUE(server.letters().empty());
    settings::AlertMail offered;
    offered.tls_required = false;
    ASSERT_TRUE(mail(server, offered));
    EXPECT_FALSE(server.letters().at(0).tls);
}

TEST_F(Channels, RefuseACertificateOfAnAuthorityThatIsNotTrusted)
{
    MailServer const server(MailServer::Tls::starttls, &m_authority, "ketensync", password);
    support::TestAuthority const another;
    auto const sent = mail(server, logged_in(another));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().failure, Failure::refused);
    EXPECT_THAT(sent.error().what, HasSubstr("ca_file"));
    EXPECT_TRUE(server.letters().empty());
}

TEST_F(Channels, TellAWrongPasswordFromAServerThatIsAwayAndNameNoSecret)
{
    MailServer const server(MailServer::Tls::starttls, &m_authority, "ketensync", password);
    m_folder.write("wrong", "another-password");
    auto const refused = mail(server, logged_in(m_authority, "wrong"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::refused);
    EXPECT_THAT(refused.error().what, Not(HasSubstr("another-password")));
    auto nowhere = logged_in(m_authority);
    nowhere.server = "smtp://127.0.0.1:1";
    auto const away = mail(server, nowhere);
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().failure, Failure::unavailable);
    EXPECT_EQ(mail(server, logged_in(m_authority, "no-such-file")).error().failure, Failure::configuration);
}

TEST_F(Channels, TryAgainLaterWhatTheServerPutsOffAndNotWhatItRefuses)
{
    MailServer const server(MailServer::Tls::starttls, &m_authority, "ketensync", password);
    server.mood("later");
    auto const put_off = mail(server, logged_in(m_authority));
    ASSERT_FALSE(put_off);
    EXPECT_EQ(put_off.error().failure, Failure::unavailable);
    EXPECT_THAT(put_off.error().what, HasSubstr("451"));
    server.mood("never");
    auto const refused = mail(server, logged_in(m_authority));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::refused);
    EXPECT_THAT(refused.error().what, HasSubstr("550"));
    EXPECT_THAT(refused.error().what, Not(HasSubstr("beheer@")));
    server.mood("take");
    EXPECT_TRUE(mail(server, logged_in(m_authority)));
}

TEST_F(Channels, WaitForAServerThatHangsNoLongerThanItsLimitAndStopAtOnce)
{
    MailServer const server(MailServer::Tls::starttls, &m_authority, "ketensync", password);
    server.mood("hang");
    auto begun = m_clock.monotonic();
    auto const timed_out = mail(server, logged_in(m_authority));
    ASSERT_FALSE(timed_out);
    EXPECT_EQ(timed_out.error().failure, Failure::unavailable);
    EXPECT_LT(m_clock.monotonic() - begun, 4s);
    m_limits.request_timeout = 60s;
    std::stop_source stop;
    std::jthread const stopper([&stop, this] {
        m_clock.wait_for(500ms, {});
        stop.request_stop();
    });
    begun = m_clock.monotonic();
    EXPECT_EQ(mail(server, logged_in(m_authority), stop.get_token()).error().failure, Failure::interrupted);
    EXPECT_LT(m_clock.monotonic() - begun, 2s);
}

TEST_F(Channels, PostJsonThatTheReceiverCanCheck)
{
    ScriptedServer const receiver([](ScriptedServer::Request const &) { return ScriptedServer::Answer { 204 }; }, &m_authority);
    auto const sent = hook(receiver.address() + "/hooks/ketensync", m_authority.ca_file().string());
    ASSERT_TRUE(sent) << sent.error().what;
    auto const request = receiver.requests().at(0);
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.path, "/hooks/ketensync");
    EXPECT_EQ(request.headers.at("content-type"), "application/json");
    EXPECT_EQ(request.headers.at("x-ketensync-delivery"), id_of(m_message));
    EXPECT_EQ(nlohmann::json::parse(request.body).at("alerts").at(0).at("alert"), "KetensyncDiskLow");
    // As a receiver checks it, with OpenSSL and nothing of ours.
    auto const signed_text = request.headers.at("x-ketensync-timestamp") + "." + request.body;
    std::array<unsigned char, 32> sum {};
    unsigned int size = 0;
    HMAC(EVP_sha256(), hook_key, 32, static_cast<unsigned char const *>(static_cast<void const *>(signed_text.data())), signed_text.size(),
        sum.data(), &size);
    std::string hex = "sha256=";
    for (auto const byte : sum) {
        hex += fmt::format("{:02x}", byte);
    }
    EXPECT_EQ(request.headers.at("x-ketensync-signature"), hex);
    auto const now = std::chrono::floor<std::chrono::seconds>(m_clock.now()).time_since_epoch().count();
    EXPECT_NEAR(static_cast<double>(std::stoll(request.headers.at("x-ketensync-timestamp"))), static_cast<double>(now), 5);
}

TEST_F(Channels, ClassWhatAReceiverAnswers)
{
    int status = 200;
    bool cut = false;
    ScriptedServer const receiver([&](ScriptedServer::Request const &) {
        return ScriptedServer::Answer { .status = status, .body = "x", .cut = cut };
    });
    EXPECT_TRUE(hook(receiver.address() + "/hook"));
    status = 503;
    EXPECT_EQ(hook(receiver.address() + "/hook").error().failure, Failure::unavailable);
    status = 404;
    EXPECT_EQ(hook(receiver.address() + "/hook").error().failure, Failure::bad_page);
    status = 403;
    EXPECT_EQ(hook(receiver.address() + "/hook").error().failure, Failure::refused);
    status = 302;
    EXPECT_EQ(hook(receiver.address() + "/hook").error().failure, Failure::bad_page) << "it is not followed elsewhere";
    status = 200;
    cut = true;
    EXPECT_EQ(hook(receiver.address() + "/hook").error().failure, Failure::unavailable);
    EXPECT_EQ(receiver.requests().size(), 6U) << "one try each: when to try again is decided elsewhere";
}

TEST_F(Channels, SendNothingWithAKeyThatCouldBeGuessedOrToAReceiverThatIsNotTrusted)
{
    ScriptedServer const receiver([](ScriptedServer::Request const &) { return ScriptedServer::Answer {}; }, &m_authority);
    m_folder.write("short", "geheim");
    auto const guessed = hook(receiver.address() + "/hook", m_authority.ca_file().string(), "short");
    ASSERT_FALSE(guessed);
    EXPECT_EQ(guessed.error().failure, Failure::configuration);
    EXPECT_THAT(guessed.error().what, HasSubstr("'short'"));
    EXPECT_THAT(guessed.error().what, Not(HasSubstr("geheim")));
    EXPECT_EQ(hook(receiver.address() + "/hook").error().failure, Failure::refused);
    EXPECT_TRUE(receiver.requests().empty());
}

} // namespace ketensync::alerts
