#include "daemon/alerts/channel.hpp"

#include "daemon/http/client.hpp"
#include "daemon/http/mail.hpp"
#include "daemon/http/signed_body.hpp"

#include <fmt/format.h>

#include <utility>

namespace ketensync::alerts {

namespace {

class Mail final : public Channel {
public:
    Mail(settings::AlertMail const & mail, Means const & means)
        : m_mail(mail)
        , m_means(means)
    {
    }

    std::string name() const override { return "mail"; }

    Result<void> send(Message const & message, std::stop_token stop) override
    {
        http::MailServer server { m_mail.server, m_mail.tls_required, m_mail.ca_file, m_mail.user, {},
            m_means.limits.connect_timeout, m_means.limits.request_timeout };
        if (!m_mail.password.empty()) {
            KETENSYNC_TRY_ASSIGN(server.password, m_means.secrets.read(m_mail.password));
        }
        auto const & settings = m_means.settings;
        return http::send_mail(server,
            { m_mail.from, m_mail.to, subject_of(message, settings), id_of(message), message.made, text_of(message, settings) },
            std::move(stop));
    }

private:
    settings::AlertMail const & m_mail;
    Means m_means;
};

class Webhook final : public Channel {
public:
    Webhook(settings::AlertWebhook const & webhook, Means const & means)
        : m_webhook(webhook)
        , m_means(means)
    {
    }

    std::string name() const override { return "webhook"; }

    Result<void> send(Message const & message, std::stop_token stop) override
    {
        http::ClientSettings settings;
        KETENSYNC_TRY_ASSIGN(settings.address, http::parse_address(m_webhook.address));
        settings.ca_file = m_webhook.ca_file;
        constexpr std::uint64_t answer_max = 64U << 10; // nobody reads it
        settings.limits.bytes_max = answer_max;
        settings.limits.connect_timeout = m_means.limits.connect_timeout;
        settings.limits.request_timeout = m_means.limits.request_timeout;
        settings.retry.attempts_max = 1; // whoever calls tries again
        auto const body = json_of(message, m_means.settings);
        auto const sent = std::to_string(std::chrono::floor<std::chrono::seconds>(m_means.clock.now()).time_since_epoch().count());
        KETENSYNC_TRY_ASSIGN(auto const key, m_means.secrets.read(m_webhook.secret));
        auto const signature = http::hmac_sha256(key, sent + '.' + body);
        if (!signature) {
            return fail(signature.error().failure, fmt::format("credential '{}': {}", m_webhook.secret, signature.error().what));
        }
        auto const target = settings.address.path;
        http::Client client(std::move(settings), nullptr, nullptr, m_means.clock);
        http::Question question { target, { "Content-Type: application/json", "X-Ketensync-Delivery: " + id_of(message),
                                              "X-Ketensync-Timestamp: " + sent, "X-Ketensync-Signature: sha256=" + *signature } };
        question.body = [&body]() -> Result<std::string> { return body; };
        KETENSYNC_TRY(client.ask(question, std::move(stop)));
        return {};
    }

private:
    settings::AlertWebhook const & m_webhook;
    Means m_means;
};

} // namespace

std::vector<std::unique_ptr<Channel>> open_channels(Means const & means)
{
    std::vector<std::unique_ptr<Channel>> channels;
    for (auto const & mail : means.settings.mail) {
        channels.push_back(std::make_unique<Mail>(mail, means));
    }
    for (auto const & webhook : means.settings.webhook) {
        channels.push_back(std::make_unique<Webhook>(webhook, means));
    }
    return channels;
}

} // namespace ketensync::alerts
