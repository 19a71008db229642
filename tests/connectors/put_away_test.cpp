#include "connectors/files.hpp"

#include "tests/connectors/around.hpp"

#include <gmock/gmock.h>

namespace ketensync::connectors {

namespace fs = std::filesystem;
using settings::Reads;
using testing::ElementsAre;
using testing::IsEmpty;
using Afterwards = settings::Drop::Afterwards;

namespace {

struct Drop {
    support::TemporaryFolder folder {};
    Around around {};
    settings::Source source {};
    settings::Feed feed {};
    std::string cursor {};

    Drop(Reads reads, Afterwards afterwards)
    {
        source.name = "gemeente";
        source.folder = folder.path();
        source.drop.afterwards = afterwards;
        feed.name = "srg";
        feed.files = "SRG_*.txt";
        feed.period = "SRG_{period}.txt";
        feed.reads = reads;
    }

    void write(std::string const & name, std::string_view content, int minutes = 0)
    {
        fs::last_write_time(
            folder.write(name, content), fs::file_time_type(std::chrono::hours(24)) + std::chrono::minutes(minutes));
    }
    std::unique_ptr<Connector> open() { return open_files(source, feed, around.surroundings()).value(); }

    /// A run: all pages, and what it comes to when they are kept.
    std::vector<std::string> run()
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
        auto const concluded = connector->conclude(cursor, {});
        EXPECT_TRUE(concluded) << concluded.error().what;
        return bodies;
    }

    std::vector<std::string> names(std::string const & below = {}) const
    {
        std::vector<std::string> names;
        std::error_code error;
        for (auto const & entry : fs::directory_iterator(folder.path() / below, error)) {
            if (entry.is_regular_file()) {
                names.push_back(entry.path().filename().string());
            }
        }
        std::sort(names.begin(), names.end());
        return names;
    }
};

} // namespace

TEST(PutAway, LeavesFilesWhereNothingElseIsSaid)
{
    Drop drop(Reads::changes, Afterwards::keep);
    drop.write("SRG_1.txt", "een");
    EXPECT_THAT(drop.run(), ElementsAre("een"));
    EXPECT_THAT(drop.names(), ElementsAre("SRG_1.txt"));
}

TEST(PutAway, DeletesWhatWasReadAndNothingElse)
{
    Drop drop(Reads::changes, Afterwards::remove);
    drop.write("SRG_1.txt", "een");
    drop.write("ander.txt", "blijft");
    auto const connector = drop.open();
    auto const page = connector->read("", {});
    ASSERT_TRUE(page);
    // It came in after the reading, and again with other content.
    drop.write("SRG_2.txt", "twee");
    drop.write("SRG_1.txt", "EEN", 1);
    ASSERT_TRUE(connector->conclude(page->cursor_after, {}));
    EXPECT_THAT(drop.names(), ElementsAre("SRG_1.txt", "SRG_2.txt", "ander.txt"));
    drop.cursor = page->cursor_after;
    EXPECT_THAT(drop.run(), ElementsAre("EEN", "twee"));
    EXPECT_THAT(drop.names(), ElementsAre("ander.txt"));
    EXPECT_THAT(drop.run(), IsEmpty());
}

TEST(PutAway, ArchivesEachDeliveryOfAPeriod)
{
    Drop drop(Reads::periods, Afterwards::archive);
    drop.write("SRG_202601.txt", "eerst", 1);
    EXPECT_THAT(drop.run(), ElementsAre("eerst"));
    drop.write("SRG_202601.txt", "herleverd", 2);
    EXPECT_THAT(drop.run(), ElementsAre("herleverd"));
    EXPECT_THAT(drop.names(), IsEmpty());
    EXPECT_EQ(drop.names("verwerkt").size(), 2U);
    EXPECT_EQ(drop.names("verwerkt").front(), "SRG_202601.txt");
}

TEST(PutAway, NeverTakesAnOlderDeliveryForTheWholeFeedOnceTheNewestIsAway)
{
    for (auto const afterwards : { Afterwards::archive, Afterwards::remove }) {
        Drop drop(Reads::complete, afterwards);
        drop.write("SRG_oud.txt", "oud", 1);
        drop.write("SRG_nieuw.txt", "nieuw", 2);
        EXPECT_THAT(drop.run(), ElementsAre("nieuw"));
        EXPECT_THAT(drop.names(), IsEmpty());
        // Nothing there is nothing new, and not an empty feed; what comes late is older.
        EXPECT_TRUE(drop.open()->read(drop.cursor, {})->not_modified);
        drop.write("SRG_laat.txt", "laat", 1);
        EXPECT_THAT(drop.run(), IsEmpty());
        drop.write("SRG_1.txt", "nieuwer", 3);
        EXPECT_THAT(drop.run(), ElementsAre("nieuwer"));
        // Who reads from the beginning is told that there is nothing to read.
        EXPECT_EQ(drop.open()->read("", {}).error().failure, Failure::unavailable);
    }
}

TEST(PutAway, WaitsForTheMarkerAndTakesItAwayWithItsFile)
{
    Drop drop(Reads::changes, Afterwards::archive);
    drop.source.drop.marker = ".done";
    drop.feed.files = "SRG_*";
    drop.write("SRG_1.txt", "een");
    EXPECT_THAT(drop.run(), IsEmpty());
    drop.write("SRG_1.txt.done", "");
    drop.write("SRG_2.txt.done", "");
    EXPECT_THAT(drop.run(), ElementsAre("een"));
    EXPECT_THAT(drop.names(), ElementsAre("SRG_2.txt.done"));
    EXPECT_THAT(drop.names("verwerkt"), ElementsAre("SRG_1.txt"));
}

TEST(PutAway, TakesAFileOnlyWhenItIsWhatItsChecksumSays)
{
    Drop drop(Reads::changes, Afterwards::archive);
    drop.source.drop.marker = ".sha256";
    drop.feed.files = "SRG_*";
    drop.write("SRG_1.txt", "abc");
    // sha256sum(1) of "abcd", and then of "abc".
    drop.write("SRG_1.txt.sha256", "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589  SRG_1.txt\n");
    auto const refused = drop.open()->read("", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().failure, Failure::unavailable);
    EXPECT_THAT(refused.error().what, testing::HasSubstr("SRG_1.txt: it is not what its checksum says"));
    EXPECT_THAT(drop.names("verwerkt"), IsEmpty());
    drop.write("SRG_1.txt.sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad *SRG_1.txt\n");
    EXPECT_THAT(drop.run(), ElementsAre("abc"));
    EXPECT_THAT(drop.names(), IsEmpty());
}

TEST(PutAway, TellsWhatCannotBePutAway)
{
    Drop drop(Reads::changes, Afterwards::archive);
    drop.write("verwerkt", "een bestand");
    drop.write("SRG_1.txt", "een");
    auto const connector = drop.open();
    auto const page = connector->read("", {});
    auto const concluded = connector->conclude(page->cursor_after, {});
    ASSERT_FALSE(concluded);
    EXPECT_EQ(concluded.error().failure, Failure::refused);
    EXPECT_THAT(concluded.error().what, testing::HasSubstr("SRG_1.txt: it was read and cannot be archived"));
    EXPECT_THAT(drop.names(), ElementsAre("SRG_1.txt", "verwerkt"));
}

} // namespace ketensync::connectors
