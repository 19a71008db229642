#include "connectors/files.hpp"

#include "tests/connectors/around.hpp"
#include "tests/support/cutting_proxy.hpp"
#include "tests/support/sftp_server.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace ketensync::connectors {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class SftpFiles : public testing::Test {
protected:
    static void SetUpTestSuite() { server = std::make_unique<support::SftpServer>(); }
    static void TearDownTestSuite() { server.reset(); }
    static std::unique_ptr<support::SftpServer> server;

    SftpFiles()
    {
        source.name = "gemeente";
        source.connector = "sftp";
        source.sftp = { "127.0.0.1", proxy.port(), folder.path().string(), server->user(), { server->host_key() } };
        source.auth.secret = "sleutel";
        around.secrets_folder.write("sleutel", server->key());
        feed.name = "srg";
        feed.files = "SRG_*.txt";
        feed.reads = settings::Reads::changes;
    }

    std::unique_ptr<Connector> open() { return open_files(source, feed, surroundings()).value(); }
    Surroundings surroundings()
    {
        auto all = around.surroundings();
        all.spool_folder = spool.path();
        return all;
    }

    std::vector<std::string> run(std::string & cursor)
    {
        std::vector<std::string> bodies;
        auto const connector = open();
        for (bool last = false; !last;) {
            auto const page = connector->read(cursor, {});
            EXPECT_TRUE(page) << page.error().what;
            if (!page) {
                return bodies;
            }
            if (!page->body.bytes().empty()) {
                bodies.emplace_back(page->body.bytes());
            }
            cursor = page->cursor_after;
            last = page->last;
        }
        EXPECT_TRUE(connector->conclude(cursor, {}));
        return bodies;
    }

    support::TemporaryFolder folder {};
    support::TemporaryFolder spool {};
    support::CuttingProxy proxy { server->port() };
    Around around {};
    settings::Source source {};
    settings::Feed feed {};
};
std::unique_ptr<support::SftpServer> SftpFiles::server;

std::string numbered(std::size_t size)
{
    std::string bytes;
    for (std::size_t line = 0; bytes.size() < size; ++line) {
        bytes += std::to_string(line) + '\n';
    }
    return bytes;
}

} // namespace

TEST_F(SftpFiles, AreReadOnceAndPutAway)
{
    source.drop.afterwards = settings::Drop::Afterwards::archive;
    fs::create_directory(folder / "verwerkt");
    folder.write("SRG_1.txt", "een");
    folder.write("SRG_2.txt", "twee");
    folder.write("ander.txt", "niet");
    std::string cursor;
    EXPECT_THAT(run(cursor), ElementsAre("een", "twee"));
    EXPECT_TRUE(fs::exists(folder / "verwerkt/SRG_1.txt"));
    EXPECT_FALSE(fs::exists(folder / "SRG_2.txt"));
    EXPECT_THAT(run(cursor), IsEmpty());
    folder.write("SRG_1.txt", "een, herleverd");
    EXPECT_THAT(run(cursor), ElementsAre("een, herleverd"));
    EXPECT_FALSE(fs::exists(folder / "SRG_1.txt"));
}

TEST_F(SftpFiles, AreReadOnWhereTheConnectionWasCut)
{
    // The last is larger than what is kept in memory.
    for (std::size_t const size : { 100'000U, 3'000'000U, 20'000'000U }) {
        auto const bytes = numbered(size);
        folder.write("SRG_1.txt", bytes);
        std::string cursor;
        auto const connector = open();
        auto const before = proxy.connections();
        proxy.cut_after(bytes.size() / 2);
        auto const page = connector->read(cursor, {});
        ASSERT_TRUE(page) << page.error().what;
        EXPECT_TRUE(page->body.bytes() == bytes) << size;
        EXPECT_GE(proxy.connections() - before, 2);
        EXPECT_TRUE(fs::is_empty(spool.path()));
    }
}

TEST_F(SftpFiles, AreNotMixedWhenReplacedWhileTheConnectionIsCut)
{
    /// Replaces the file while the connector waits to try again.
    class ReplacingClock final : public Clock {
    public:
        explicit ReplacingClock(fs::path file)
            : m_file(std::move(file))
        {
        }
        Instant now() const override { return m_inner.now(); }
        milliseconds monotonic() const override { return m_inner.monotonic(); }
        bool wait_until(Instant, std::stop_token) const override { return true; }
        bool wait_for(milliseconds time, std::stop_token) const override
        {
            if (time < std::chrono::seconds(5)) {
                std::ofstream(m_file) << "korter";
            }
            return true;
        }

    private:
        fs::path m_file;
        SystemClock m_inner;
    };
    ReplacingClock const clock(folder.write("SRG_1.txt", numbered(2'000'000)));
    source.drop.settle = std::chrono::seconds(10);
    Surroundings const surroundings { clock, around.log, around.secrets, around.limits, nullptr, nullptr, spool.path() };
    auto const connector = open_files(source, feed, surroundings).value();
    proxy.cut_after(1'000'000);
    auto const page = connector->read("", {});
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::unavailable);
    EXPECT_THAT(page.error().what, HasSubstr("SRG_1.txt: it is being replaced"));
}

TEST_F(SftpFiles, AreLeftForTheNextRunWhileTheyGrow)
{
    class GrowingClock final : public Clock {
    public:
        explicit GrowingClock(fs::path file)
            : m_file(std::move(file))
        {
        }
        Instant now() const override { return m_inner.now(); }
        milliseconds monotonic() const override { return m_inner.monotonic(); }
        bool wait_until(Instant, std::stop_token) const override { return true; }
        bool wait_for(milliseconds, std::stop_token) const override
        {
            std::ofstream(m_file, std::ios::app) << "meer";
            return true;
        }

    private:
        fs::path m_file;
        SystemClock m_inner;
    };
    // However old the server says it is: its clock is not ours.
    auto const file = folder.write("SRG_1.txt", "groeit");
    fs::last_write_time(file, fs::file_time_type(std::chrono::hours(24)));
    folder.write("SRG_2.txt", "heel");
    GrowingClock const clock(file);
    Surroundings const surroundings { clock, around.log, around.secrets, around.limits };
    auto const connector = open_files(source, feed, surroundings).value();
    auto const page = connector->read("", {});
    ASSERT_TRUE(page) << page.error().what;
    EXPECT_EQ(page->body.bytes(), "heel");
    auto const next = connector->read(page->cursor_after, {});
    ASSERT_TRUE(next);
    EXPECT_TRUE(next->body.bytes().empty());
    EXPECT_TRUE(next->last);
}

TEST_F(SftpFiles, AreRefusedFromAServerWithAnotherKey)
{
    folder.write("SRG_1.txt", "een");
    source.sftp.host_keys = { "SHA256:" + std::string(43, 'A') };
    auto const refused = open()->read("", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::refused);
    EXPECT_EQ(proxy.connections(), 1); // nobody tries again what will not change
    source.sftp.host_keys = { server->host_key() };
    around.secrets_folder.write("sleutel2", server->another_key());
    source.auth.secret = "sleutel2";
    auto const unknown = open()->read("", {});
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().failure, Failure::refused);
    EXPECT_THAT(unknown.error().what, HasSubstr("'sleutel2'"));
    EXPECT_EQ(proxy.connections(), 2);
}

} // namespace ketensync::connectors
