#include "tests/contract/subjects.hpp"

#include "tests/support/cutting_proxy.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/sftp_server.hpp"

#include <fmt/format.h>

#include <atomic>

namespace ketensync::connectors {

namespace {

using support::ScriptedServer;

class RestSubject final : public Subject {
public:
    explicit RestSubject(bool below_parents)
    {
        m_source.name = "bron";
        m_source.connector = "rest";
        m_source.address = m_server->address();
        m_feed.name = "bron.lijst";
        m_feed.path = "/lijst";
        m_feed.paging.by = settings::Paging::By::page_number;
        if (below_parents) {
            m_feed.path = "/groepen/{parent}/lijst";
            m_feed.parent = settings::Parent { "/groepen", "items", "id" };
        }
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
    void outgrow() override { around.limits.page_bytes_max = 10; }
    bool remembers() const override { return false; }

private:
    ScriptedServer::Answer answer(ScriptedServer::Request const & request) const
    {
        ScriptedServer::Answer answer;
        auto const number = std::stoi(request.parameters.at("pageNumber"));
        if (m_hangs) {
            answer.delay = std::chrono::seconds(30);
        }
        if (request.path == "/groepen") {
            answer.body = R"({"items":[{"id":"a"},{"id":"b"}],"hasNextPage":false})";
        } else {
            int const pages = request.path == "/lijst" ? 3 : request.path == "/groepen/a/lijst" ? 1 : 2;
            answer.body = fmt::format(
                R"({{"items":[{{"van":"{}","id":{}}}],"hasNextPage":{}}})", request.path, number, number < pages);
        }
        return answer;
    }

    std::atomic<bool> m_hangs = false;
    std::unique_ptr<ScriptedServer> m_server
        = std::make_unique<ScriptedServer>([this](auto const & request) { return answer(request); });
    settings::Source m_source {};
    settings::Feed m_feed {};
};

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
    return {
        { "Rest", [] { return std::make_unique<RestSubject>(false); } },
        { "RestBelowParents", [] { return std::make_unique<RestSubject>(true); } },
        { "Files", [] { return std::make_unique<FilesSubject>(settings::Reads::changes); } },
        { "FilesOfPeriods", [] { return std::make_unique<FilesSubject>(settings::Reads::periods); } },
        { "Sftp", [] { return std::make_unique<SftpSubject>(settings::Reads::changes); } },
        { "SftpOfPeriods", [] { return std::make_unique<SftpSubject>(settings::Reads::periods); } },
    };
}

} // namespace ketensync::connectors
