#pragma once

#include "daemon/settings/calendar.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace ketensync::settings {

class Table;
struct Surroundings;
struct Config;

/// Where alerts go by e-mail. Keys of [alerts.mail], same names.
struct AlertMail {
    std::string server;   ///< "smtp://host:587" (STARTTLS) or "smtps://host:465"
    bool tls_required = true; ///< false: only where the server offers it; a server of this machine itself
    std::string ca_file;  ///< authority to trust instead of the system's; PEM
    std::string user;     ///< empty: we do not log in
    std::string password; ///< name of the credential
    std::string from;
    std::vector<std::string> to;
};

/// Where alerts go as JSON. Keys of [alerts.webhook], same names.
struct AlertWebhook {
    std::string address; ///< "https://host/path"; http only to loopback
    std::string ca_file;
    std::string secret;  ///< name of the credential with the key that signs what is sent
};

/// Who is told when something is wrong, and when: [alerts]. A plain value.
struct Alerts {
    std::vector<AlertMail> mail;       ///< one at most
    std::vector<AlertWebhook> webhook; ///< one at most
    std::string name = "ketensync";    ///< what messages call this service
    std::string runbook = "file:///usr/share/doc/ketensync/runbook.md"; ///< an anchor follows
    std::chrono::milliseconds look { 30'000 };          ///< between two looks
    std::chrono::milliseconds after { 600'000 };        ///< that something must be wrong, or right again, before it is told
    std::chrono::milliseconds remind { 24 * 3600'000 }; ///< after which it is told again
    std::vector<WeekWindow> quiet;     ///< only what is critical gets through
    std::string digest = "0 8 * * 1";  ///< when the weekly overview goes out, as a cron line; empty: never
    std::string zone = "Europe/Amsterdam"; ///< of `quiet` and `digest`

    bool silent() const { return mail.empty() && webhook.empty(); }
};

/// Reads [alerts]; its faults are the file's.
Alerts read_alerts(Table const & table, Surroundings const & surroundings, std::filesystem::path const & file);
/// Those of a configuration that was read and found sound.
Alerts read_alerts(Config const & config);

} // namespace ketensync::settings
