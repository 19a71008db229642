#include "daemon/settings/alerts.hpp"

#include "daemon/settings/checks.hpp"
#include "daemon/settings/cron.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"
#include "daemon/settings/week_window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace ketensync::settings {

using std::chrono::milliseconds;

namespace {

/// Something like an address of e-mail, and nothing that would be a header or a command of its own.
bool is_mail_address(std::string_view text)
{
    constexpr std::size_t longest = 254; // RFC 5321
    auto const at = text.find('@');
    return text.size() <= longest && at != std::string_view::npos && at > 0 && at + 1 < text.size()
        && text.find('@', at + 1) == std::string_view::npos && std::ranges::all_of(text, [](char c) {
               return c > 0x20 && c < 0x7f && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
           });
}

std::string read_ca_file(Table const & table, std::filesystem::path const & file)
{
    if (!table.has("ca_file")) {
        return {};
    }
    auto const path = resolved(table.required_text("ca_file"), file);
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        table.fault("ca_file", fmt::format("there is no file {}", path.string()));
    }
    return path.string();
}

AlertMail read_mail(Table const & table, Surroundings const & surroundings, std::filesystem::path const & file)
{
    AlertMail mail;
    mail.server = table.required_text("server");
    bool const within = mail.server.starts_with("smtps://");
    auto const place = mail.server.substr(std::min(mail.server.size(), std::string_view(within ? "smtps://" : "smtp://").size()));
    // What may stand there of a web server may stand there of a mail server, but for a path.
    if ((!within && !mail.server.starts_with("smtp://")) || place.find('/') != std::string::npos || check_address("https://" + place)) {
        table.fault("server", "this must be a mail server, as in \"smtp://mail.example.nl:587\" or \"smtps://mail.example.nl:465\"");
    }
    mail.tls_required = table.word("tls", { "required", "offered" }, "required") == "required";
    if (!mail.tls_required && (within || check_address("http://" + place))) {
        table.fault("tls", "without TLS only a mail server of this machine itself is spoken to, over smtp://; use \"required\"");
    }
    mail.ca_file = read_ca_file(table, file);
    mail.user = table.text("user");
    mail.password = table.text("password");
    if (mail.user.empty() != mail.password.empty()) {
        table.fault(mail.user.empty() ? "password" : "user", "'user' and 'password' belong together");
    }
    if (!mail.password.empty()) {
        check_secret(table, "password", mail.password, surroundings);
    }
    mail.from = table.required_text("from");
    if (!mail.from.empty() && !is_mail_address(mail.from)) {
        table.fault("from", "this is not an address of e-mail, as in \"ketensync@example.nl\"");
    }
    mail.to = table.texts("to");
    constexpr std::size_t most = 20;
    if (mail.to.empty() || mail.to.size() > most || !std::ranges::all_of(mail.to, is_mail_address)) {
        table.fault("to", fmt::format("these must be 1 to {} addresses of e-mail, as in [\"beheer@example.nl\"]", most));
    }
    return mail;
}

AlertWebhook read_webhook(Table const & table, Surroundings const & surroundings, std::filesystem::path const & file)
{
    AlertWebhook webhook;
    webhook.address = table.required_text("address");
    if (auto const what = webhook.address.empty() ? std::nullopt : check_address(webhook.address)) {
        table.fault("address", *what);
    }
    webhook.ca_file = read_ca_file(table, file);
    webhook.secret = table.required_text("secret");
    if (!webhook.secret.empty()) {
        check_secret(table, "secret", webhook.secret, surroundings);
    }
    return webhook;
}

milliseconds read_span(Table const & table, std::string_view key, milliseconds fallback, milliseconds least)
{
    auto const span = table.duration(key, fallback);
    if (span < least) {
        table.fault(key, fmt::format("'{}' must be at least {} ms", key, least.count()));
    }
    return span;
}

} // namespace

Alerts read_alerts(Table const & table, Surroundings const & surroundings, std::filesystem::path const & file)
{
    Alerts alerts;
    if (table.has("mail")) {
        alerts.mail.push_back(read_mail(table.table("mail"), surroundings, file));
    }
    if (table.has("webhook")) {
        alerts.webhook.push_back(read_webhook(table.table("webhook"), surroundings, file));
    }
    alerts.name = table.text("name", alerts.name);
    bool const plain = std::ranges::all_of(alerts.name, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (constexpr std::size_t longest = 60; alerts.name.empty() || alerts.name.size() > longest || !plain) {
        table.fault("name", fmt::format("this is the name of the service in messages: 1 to {} plain characters", longest));
    }
    alerts.runbook = table.text("runbook", alerts.runbook);
    if (!alerts.runbook.starts_with("https://") && !alerts.runbook.starts_with("file:///")) {
        table.fault("runbook", "this is where the runbook can be read, as in \"https://intranet.example.nl/runbook\"");
    }
    alerts.look = read_span(table, "look", alerts.look, milliseconds(100));
    alerts.after = read_span(table, "after", alerts.after, milliseconds(0));
    alerts.remind = read_span(table, "remind", alerts.remind, milliseconds(1'000));
    alerts.quiet = read_windows(table, "quiet");
    alerts.digest = table.text("digest", alerts.digest);
    if (!alerts.digest.empty()) {
        if (auto const line = parse_cron(alerts.digest); !line) {
            table.fault("digest", "as a cron line, such as \"0 8 * * 1\" for Mondays at eight: " + line.error().what);
        }
    }
    alerts.zone = table.text("zone", alerts.zone);
    if (!zone_exists(alerts.zone)) {
        table.fault("zone", fmt::format("there is no time zone '{}'", alerts.zone));
    }
    return alerts;
}

Alerts read_alerts(Config const & config)
{
    Surroundings surroundings;
    surroundings.secrets_folder = config.secrets_folder;
    auto file = TomlFile::read(config.file);
    return file ? read_alerts(file->root().table("alerts"), surroundings, config.file) : Alerts();
}

} // namespace ketensync::settings
