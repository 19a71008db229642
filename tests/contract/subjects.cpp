#include "tests/contract/subjects.hpp"

#include "tests/connectors/soap_service.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/sftp_server.hpp"

#include <atomic>

#include <fmt/format.h>

namespace ketensync::connectors {

namespace {

class FilesSubject final : public Subject {
public:
    explicit FilesSubject(settings::Reads reads)
    {
        m_source.name = "bron";
        m_source.connector = "files";
        m_source.folder = m_folder.path();
        m_feed.name = "bron.lijst";
        m_feed.files = "lijst_*.txt";
        m_feed.period = "lijst_{period}.txt";
        m_feed.reads = reads;
        for (int number = 1; number <= 3; ++number) {
            m_folder.write(fmt::format("lijst_{}.txt", number), fmt::format("document {}\n", number));
        }
    }

    Result<std::unique_ptr<Connector>> open() override
    {
        return connectors::open(m_source, m_feed, around.surroundings());
    }
    void vanish() override { std::filesystem::remove_all(m_folder.path()); }
    void outgrow() override { around.limits.file_bytes_max = 10; }
    bool remembers() const override { return true; }

private:
    support::TemporaryFolder m_folder {};
    settings::Source m_source {};
    settings::Feed m_feed {};
};

class SoapSubject final : public Subject {
public:
    SoapSubject()
    {
        m_folder.write("vragen.txt", "1\n2\n3\n");
        auto const questions = m_folder.path() / "vragen.txt";
        std::filesystem::permissions(questions, std::filesystem::perms::owner_read);
        m_source.name = "bron";
        m_source.connector = "soap";
        m_source.address = m_server->address();
        m_feed.name = "bron.lijst";
        m_feed.path = "/dingen";
        m_feed.reads = settings::Reads::changes;
        m_feed.asking = settings::Asking { things_service(), "nummer", questions, 50, false };
        around.limits.attempts_max = 2;
    }

    Result<std::unique_ptr<Connector>> open() override
    {
        return connectors::open(m_source, m_feed, around.surroundings());
    }
    bool hang() override
    {
        m_hangs = true;
        return true;
    }
    void vanish() override { m_server.reset(); }
    std::vector<support::ScriptedServer::Request> heard() const override { return m_server->requests(); }
    void outgrow() override { around.limits.page_bytes_max = 10; }
    bool remembers() const override { return false; }

private:
    support::ScriptedServer::Answer answer(support::ScriptedServer::Request const & request) const
    {
        support::ScriptedServer::Answer answer;
        if (m_hangs) {
            answer.delay = std::chrono::seconds(30);
        }
        auto const begin = request.body.find("<Nummer>");
        auto const end = request.body.find("</Nummer>");
        answer.headers = { { "Content-Type", "text/xml" } };
        answer.body = things_answer("<Ding>" + request.body.substr(begin, end - begin) + "</Nummer></Ding>");
        return answer;
    }

    support::TemporaryFolder m_folder {};
    std::atomic<bool> m_hangs = false;
    std::unique_ptr<support::ScriptedServer> m_server
        = std::make_unique<support::ScriptedServer>([this](auto const & request) { return answer(request); });
    settings::Source m_source {};
    settings::Feed m_feed {};
};

/// Debian's own server, behind a proxy that can hang and vanish.
class SftpSubject final : public Subject {
public:
    explicit SftpSubject(settings::Reads reads)
    {
        // One server for all tests: to start one takes longer than to read from it.
        static auto const server = std::make_shared<support::SftpServer>();
        m_server = server;
        m_proxy = std::make_unique<support::CuttingProxy>(server->port());
        m_source.name = "bron";
        m_source.connector = "sftp";
        m_source.sftp = { "127.0.0.1", m_proxy->port(), m_folder.path().string(), server->user(), { server->host_key() } };
        m_source.auth.secret = "sleutel";
        around.secrets_folder.write("sleutel", server->key());
        around.limits.attempts_max = 2;
        m_feed.name = "bron.lijst";
        m_feed.files = "lijst_*.txt";
        m_feed.period = "lijst_{period}.txt";
        m_feed.reads = reads;
        for (int number = 1; number <= 3; ++number) {
            m_folder.write(fmt::format("lijst_{}.txt", number), fmt::format("document {}\n", number));
        }
    }

    Result<std::unique_ptr<Connector>> open() override
    {
        return connectors::open(m_source, m_feed, around.surroundings());
    }
    bool hang() override
    {
        m_proxy->hang();
        return true;
    }
    void vanish() override { m_proxy->vanish(); }
    void outgrow() override { around.limits.file_bytes_max = 10; }
    bool remembers() const override { return true; }

private:
    std::shared_ptr<support::SftpServer> m_server {};
    support::TemporaryFolder m_folder {};
    std::unique_ptr<support::CuttingProxy> m_proxy {};
    settings::Source m_source {};
    settings::Feed m_feed {};
};

} // namespace

std::vector<SubjectMaker> subjects()
{
    auto subjects = rest_subjects();
    subjects.push_back({ "Soap", [] { return std::make_unique<SoapSubject>(); } });
    subjects.push_back({ "Files", [] { return std::make_unique<FilesSubject>(settings::Reads::changes); } });
    subjects.push_back({ "FilesOfPeriods", [] { return std::make_unique<FilesSubject>(settings::Reads::periods); } });
    subjects.push_back({ "Sftp", [] { return std::make_unique<SftpSubject>(settings::Reads::changes); } });
    subjects.push_back({ "SftpOfPeriods", [] { return std::make_unique<SftpSubject>(settings::Reads::periods); } });
    return subjects;
}

} // namespace ketensync::connectors
