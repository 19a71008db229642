#include "tests/support/mail_server.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace ketensync::support {

namespace fs = std::filesystem;

namespace {

Process::Start start(TemporaryFolder const & folder, MailServer::Tls tls, TestAuthority const * authority,
    std::string const & user, std::string const & password)
{
    folder.write("mood", "take");
    nlohmann::json const settings { { "user", user }, { "password", password }, { "implicit", tls == MailServer::Tls::implicit },
        { "certificate", tls == MailServer::Tls::none ? "" : authority->certificate().string() },
        { "key", tls == MailServer::Tls::none ? "" : authority->key().string() } };
    // Debian's own, which has aiosmtpd, whatever else is in the path.
    return { { "/usr/bin/python3", KETENSYNC_MAIL_SERVER, folder.path().string(), settings.dump() }, {}, folder / "log" };
}

} // namespace

MailServer::MailServer(Tls tls, TestAuthority const * authority, std::string const & user, std::string const & password)
    : m_process(start(m_folder, tls, authority, user, password))
    , m_implicit(tls == Tls::implicit)
{
    auto const line = m_process.line();
    if (!line) {
        throw std::runtime_error("the mail server does not start: is python3-aiosmtpd installed?");
    }
    m_port = static_cast<std::uint16_t>(std::stoi(*line));
}

std::string MailServer::address() const
{
    return std::string(m_implicit ? "smtps" : "smtp") + "://127.0.0.1:" + std::to_string(m_port);
}

void MailServer::mood(std::string const & mood) const
{
    std::ofstream(m_folder / "mood.part") << mood;
    fs::rename(m_folder / "mood.part", m_folder / "mood");
}

std::vector<MailServer::Letter> MailServer::letters() const
{
    std::vector<fs::path> files;
    for (auto const & entry : fs::directory_iterator(m_folder.path())) {
        if (entry.path().filename().string().starts_with("letter-")) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    std::vector<Letter> letters;
    for (auto const & file : files) {
        std::ifstream stream(file);
        auto const json = nlohmann::json::parse(stream);
        letters.push_back({ json.at("from"), json.at("to"), json.at("content"), json.at("headers"), json.at("text"),
            json.at("defects"), json.at("tls"), json.at("user") });
    }
    return letters;
}

bool MailServer::wait_for(std::size_t count) const
{
    for (int i = 0; i < 1500 && letters().size() < count; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return letters().size() >= count;
}

} // namespace ketensync::support
