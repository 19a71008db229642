#include "connectors/files.hpp"

#include "tests/connectors/around.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <thread>

namespace ketensync::connectors {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

struct Drop {
    support::TemporaryFolder folder {};
    Around around {};
    settings::Source source {};
    settings::Feed feed {};

    explicit Drop(settings::Reads reads)
    {
        source.name = "gemeente";
        source.folder = folder.path();
        feed.name = "srg";
        feed.files = "SRG_*.txt";
        feed.period = "SRG_{period}.txt";
        feed.reads = reads;
    }

    /// Writes a file that was last changed so many minutes after a moment long ago.
    void write(std::string const & name, std::string_view content, int minutes = 0)
    {
        fs::last_write_time(
            folder.write(name, content), fs::file_time_type(std::chrono::hours(24)) + std::chrono::minutes(minutes));
    }

    Result<Page> read(std::string const & cursor)
    {
        return open_files(source, feed, around.surroundings()).value()->read(cursor, {});
    }

    /// The bodies of all pages from the cursor to the last, which moves on.
    std::vector<std::string> read_all(std::string & cursor)
    {
        std::vector<std::string> bodies;
        auto const connector = open_files(source, feed, around.surroundings()).value();
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
        return bodies;
    }
};

} // namespace

TEST(Files, ReadsEachFileOnceInTheOrderOfNames)
{
    Drop drop(settings::Reads::changes);
    drop.write("SRG_2.txt", "twee", 1);
    drop.write("SRG_1.txt", "een", 2);
    drop.write("ander.txt", "niet");
    std::string cursor;
    EXPECT_THAT(drop.read_all(cursor), ElementsAre("een", "twee"));
    EXPECT_THAT(drop.read_all(cursor), IsEmpty());
    drop.write("SRG_0.txt", "nul");
    EXPECT_THAT(drop.read_all(cursor), ElementsAre("nul"));
}

TEST(Files, ReadsAFileAgainWhenItsContentChanged)
{
    Drop drop(settings::Reads::changes);
    drop.write("SRG_1.txt", "een", 1);
    drop.write("SRG_2.txt", "twee", 1);
    std::string cursor;
    drop.read_all(cursor);
    // Touched only, and of the same size with other content.
    drop.write("SRG_1.txt", "een", 2);
    drop.write("SRG_2.txt", "TWEE", 2);
    EXPECT_THAT(drop.read_all(cursor), ElementsAre("TWEE"));
    EXPECT_THAT(drop.read_all(cursor), IsEmpty());
}

TEST(Files, TakesTheNewestFileForTheWholeFeed)
{
    Drop drop(settings::Reads::complete);
    drop.write("SRG_9.txt", "oud", 1);
    drop.write("SRG_1.txt", "nieuw", 2);
    auto const page = drop.read("");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->body.bytes(), "nieuw");
    EXPECT_EQ(page->origin, "SRG_1.txt");
    EXPECT_TRUE(page->last);
    EXPECT_FALSE(page->not_modified);
    EXPECT_TRUE(page->period.empty());
}

TEST(Files, SaysThatACompleteDeliveryIsUnchanged)
{
    Drop drop(settings::Reads::complete);
    drop.write("SRG_1.txt", "een", 1);
    auto cursor = drop.read("")->cursor_after;
    auto const unchanged = drop.read(cursor);
    ASSERT_TRUE(unchanged);
    EXPECT_TRUE(unchanged->not_modified);
    EXPECT_TRUE(unchanged->last);
    EXPECT_TRUE(unchanged->body.bytes().empty());
    drop.write("SRG_1.txt", "een", 5);
    auto const touched = drop.read(cursor);
    ASSERT_TRUE(touched);
    EXPECT_TRUE(touched->not_modified);
    EXPECT_NE(touched->cursor_after, cursor);
    drop.write("SRG_2.txt", "een", 6);
    EXPECT_FALSE(drop.read(touched->cursor_after)->not_modified);
}

TEST(Files, NeverTakesAnEmptyFolderForAnEmptyFeed)
{
    Drop drop(settings::Reads::complete);
    auto const page = drop.read("");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::unavailable);
}

TEST(Files, CutsThePeriodOutOfTheName)
{
    Drop drop(settings::Reads::periods);
    drop.write("SRG_0402_202403.txt", "een");
    EXPECT_EQ(drop.read("")->period, "0402_202403");
    drop.feed.period = "BUS_{period}.txt";
    auto const page = drop.read("");
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::bad_page);
    EXPECT_THAT(page.error().what, HasSubstr("SRG_0402_202403.txt"));
}

TEST(Files, GivesAnEmptyFileItsPeriod)
{
    Drop drop(settings::Reads::periods);
    drop.write("SRG_1.txt", "");
    auto const page = drop.read("");
    ASSERT_TRUE(page);
    EXPECT_EQ(page->period, "1");
    EXPECT_TRUE(page->body.bytes().empty());
}

TEST(Files, RefusesAFileBeyondTheLimit)
{
    Drop drop(settings::Reads::changes);
    drop.around.limits.file_bytes_max = 4;
    drop.write("SRG_1.txt", "vier");
    std::string cursor;
    EXPECT_THAT(drop.read_all(cursor), ElementsAre("vier"));
    drop.write("SRG_2.txt", "vijf!");
    auto const page = drop.read(cursor);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().failure, Failure::bad_page);
    EXPECT_EQ(page.error().what, "SRG_2.txt: it is larger than 4 bytes");
}

TEST(Files, WaitsForAFreshFileToSettle)
{
    Drop drop(settings::Reads::changes);
    drop.folder.write("SRG_1.txt", "een");
    drop.around.clock.set(std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()));
    auto const start = drop.around.clock.monotonic();
    std::string cursor;
    EXPECT_THAT(drop.read_all(cursor), ElementsAre("een"));
    EXPECT_GE(drop.around.clock.monotonic() - start, milliseconds(1'500));
    EXPECT_LE(drop.around.clock.monotonic() - start, milliseconds(2'000));
}

TEST(Files, LeavesAGrowingFileForTheNextRun)
{
    /// A clock during whose waits a file grows.
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
    for (auto const reads : { settings::Reads::changes, settings::Reads::complete }) {
        Drop drop(reads);
        GrowingClock const clock(drop.folder.write("SRG_1.txt", "een"));
        Surroundings const surroundings { clock, drop.around.log, drop.around.secrets, drop.around.limits };
        auto const page = open_files(drop.source, drop.feed, surroundings).value()->read("", {});
        if (reads == settings::Reads::complete) {
            ASSERT_FALSE(page);
            EXPECT_EQ(page.error().failure, Failure::unavailable);
        } else {
            ASSERT_TRUE(page);
            EXPECT_TRUE(page->last);
            EXPECT_TRUE(page->body.bytes().empty());
        }
    }
}

} // namespace ketensync::connectors
