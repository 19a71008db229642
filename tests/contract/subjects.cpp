#include "tests/contract/subjects.hpp"

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

} // namespace

std::vector<SubjectMaker> subjects()
{
    auto subjects = rest_subjects();
    subjects.push_back({ "Files", [] { return std::make_unique<FilesSubject>(settings::Reads::changes); } });
    subjects.push_back({ "FilesOfPeriods", [] { return std::make_unique<FilesSubject>(settings::Reads::periods); } });
    return subjects;
}

} // namespace ketensync::connectors
