#include "daemon/sftp/session.hpp"

#include "tests/support/cutting_proxy.hpp"
#include "tests/support/sftp_server.hpp"

#include <gmock/gmock.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

namespace ketensync::sftp {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

namespace {

class SftpSession : public testing::Test {
protected:
    /// One server for all tests: to start one takes longer than to ask it.
    static void SetUpTestSuite() { server = std::make_unique<support::SftpServer>(); }
    static void TearDownTestSuite() { server.reset(); }
    static std::unique_ptr<support::SftpServer> server;

    static Settings settings(std::uint16_t port = server->port())
    {
        return { "127.0.0.1", port, server->user(), { server->host_key() }, "sleutel", server->key(), milliseconds(5'000),
            milliseconds(5'000) };
    }
    static Session open(std::uint16_t port = server->port()) { return Session::open(settings(port), {}).value(); }
    std::string path(std::string const & name) const { return (files / name).string(); }

    Result<std::string> read(Session & session, std::string const & name, std::uint64_t offset = 0) const
    {
        std::string text;
        KETENSYNC_TRY(session.read(
            path(name), offset,
            [&text](std::string_view piece) {
                text += piece;
                return Result<void>();
            },
            {}));
        return text;
    }

    support::TemporaryFolder files {};
};
std::unique_ptr<support::SftpServer> SftpSession::server;

std::string noise(std::size_t size)
{
    std::string bytes(size, '\0');
    std::uint32_t state = 1;
    for (auto & byte : bytes) {
        state = state * 1'664'525U + 1'013'904'223U;
        byte = static_cast<char>(state >> 24U);
    }
    return bytes;
}

} // namespace

TEST_F(SftpSession, ListsPlainFilesWithTheirSizesAndTimes)
{
    files.write("een.txt", "12345");
    files.write("twee .txt", "");
    fs::create_directory(files / "map");
    fs::create_symlink(files / "een.txt", files / "verwijzing");
    fs::last_write_time(files / "een.txt", fs::file_time_type::clock::from_sys(std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))));
    auto session = open();
    auto const found = session.list(files.path().string(), {});
    ASSERT_TRUE(found) << found.error().what;
    std::vector<std::string> names;
    for (auto const & file : *found) {
        names.push_back(file.name);
        if (file.name == "een.txt") {
            EXPECT_EQ(file.size, 5U);
            EXPECT_EQ(file.changed_s, 1'700'000'000);
        }
    }
    EXPECT_THAT(names, UnorderedElementsAre("een.txt", "twee .txt"));
    auto const one = session.look_at(path("een.txt"), {});
    ASSERT_TRUE(one && *one);
    EXPECT_EQ((*one)->name, "een.txt");
    EXPECT_EQ((*one)->size, 5U);
    EXPECT_FALSE(*session.look_at(path("drie.txt"), {}));
    EXPECT_FALSE(*session.look_at(path("map"), {}));
    EXPECT_FALSE(*session.look_at(path("verwijzing"), {}));
    auto const nowhere = session.list(path("nergens"), {});
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().failure, Failure::unavailable);
}

TEST_F(SftpSession, ReadsFilesOfAnySizeFromAnyOffset)
{
    auto session = open();
    for (std::size_t const size : { 0U, 1U, 32'767U, 32'768U, 32'769U, 65'536U, 3'000'001U }) {
        auto const bytes = noise(size);
        files.write("bestand", bytes);
        for (std::size_t const offset : { std::size_t(0), size / 2, size }) {
            auto const got = read(session, "bestand", offset);
            ASSERT_TRUE(got) << got.error().what;
            EXPECT_TRUE(*got == bytes.substr(offset)) << size << " from " << offset;
        }
    }
    EXPECT_EQ(read(session, "nergens").error().failure, Failure::unavailable);
    EXPECT_EQ(session.list(files.path().string(), {})->size(), 1U);
}

TEST_F(SftpSession, RenamesAndRemovesButNeverReplaces)
{
    auto session = open();
    files.write("een", "1");
    files.write("twee", "2");
    auto const replaced = session.rename(path("een"), path("twee"), {});
    ASSERT_FALSE(replaced);
    EXPECT_EQ(replaced.error().failure, Failure::refused);
    EXPECT_TRUE(session.rename(path("een"), path("drie"), {}));
    EXPECT_TRUE(session.remove(path("twee"), {}));
    EXPECT_FALSE(fs::exists(files / "een"));
    EXPECT_TRUE(fs::exists(files / "drie"));
    EXPECT_FALSE(fs::exists(files / "twee"));
    EXPECT_FALSE(session.remove(path("twee"), {}));
}

TEST_F(SftpSession, RefusesAServerWithAnotherKeyBeforeItShowsItsOwn)
{
    support::SftpServer const other;
    auto settings = SftpSession::settings();
    settings.host_keys = { other.host_key() };
    auto const refused = Session::open(settings, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::refused);
    EXPECT_THAT(refused.error().what, HasSubstr(server->host_key()));
    settings.host_keys = {};
    EXPECT_EQ(Session::open(settings, {}).error().failure, Failure::refused);
    settings.host_keys = { other.host_key(), server->host_key() };
    EXPECT_TRUE(Session::open(settings, {}));
}

TEST_F(SftpSession, NamesTheCredentialThatIsNotAccepted)
{
    auto settings = SftpSession::settings();
    settings.private_key = server->another_key();
    auto const refused = Session::open(settings, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::refused);
    EXPECT_THAT(refused.error().what, HasSubstr("'sleutel'"));
    settings.private_key = "geen sleutel";
    auto const unreadable = Session::open(settings, {});
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error().failure, Failure::configuration);
    EXPECT_THAT(unreadable.error().what, testing::Not(HasSubstr("geen sleutel")));
}

TEST_F(SftpSession, IsUnavailableWhenTheConnectionIsCut)
{
    support::CuttingProxy proxy(server->port());
    files.write("bestand", noise(5'000'000));
    auto session = open(proxy.port());
    proxy.cut_after(1'000'000);
    auto const cut = read(session, "bestand");
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().failure, Failure::unavailable);
    EXPECT_FALSE(session.list(files.path().string(), {}));
}

TEST_F(SftpSession, WaitsForNoAnswerLongerThanItMay)
{
    support::CuttingProxy proxy(server->port());
    auto settings = SftpSession::settings(proxy.port());
    settings.answer_timeout = milliseconds(300);
    settings.connect_timeout = milliseconds(2'000);
    auto session = Session::open(settings, {}).value();
    proxy.hang();
    auto const start = std::chrono::steady_clock::now();
    auto const found = session.list(files.path().string(), {});
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().failure, Failure::unavailable);
    EXPECT_THAT(found.error().what, HasSubstr("no answer in time"));
    settings.connect_timeout = milliseconds(300);
    EXPECT_EQ(Session::open(settings, {}).error().failure, Failure::unavailable);
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(1'500));
}

TEST_F(SftpSession, StopsWhileNobodyAnswers)
{
    support::CuttingProxy proxy(server->port());
    auto session = open(proxy.port());
    proxy.hang();
    for (bool const connecting : { false, true }) {
        std::stop_source stop;
        std::chrono::steady_clock::time_point asked;
        std::jthread const stopper([&] {
            std::this_thread::sleep_for(milliseconds(100));
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        });
        auto const failure = connecting ? Session::open(settings(proxy.port()), stop.get_token()).error().failure
                                        : session.list(files.path().string(), stop.get_token()).error().failure;
        EXPECT_EQ(failure, Failure::interrupted);
        EXPECT_LT(std::chrono::steady_clock::now() - asked, milliseconds(200));
    }
}

TEST_F(SftpSession, ClosesWhatItOpenedOnceAndNothingElse)
{
    auto const opened = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()); };
    open();
    auto const before = opened();
    std::atomic<int> lost = 0;
    {
        // Whatever is opened at that moment takes the numbers that become free.
        std::jthread const others([&lost](std::stop_token const & stop) {
            while (!stop.stop_requested()) {
                auto const file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
                std::this_thread::yield();
                lost += ::close(file) == 0 ? 0 : 1;
            }
        });
        for (int i = 0; i < 20; ++i) {
            open();
        }
    }
    EXPECT_EQ(lost, 0);
    EXPECT_EQ(opened(), before);
}

TEST_F(SftpSession, TellsWhenNobodyListens)
{
    auto settings = SftpSession::settings(1);
    auto const refused = Session::open(settings, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::unavailable);
    settings.host = "geen-server.invalid";
    EXPECT_EQ(Session::open(settings, {}).error().failure, Failure::unavailable);
}

} // namespace ketensync::sftp
