#include "daemon/alerts/board.hpp"
#include "tests/health/snapshots.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace ketensync::alerts {

namespace {

using namespace std::chrono_literals;
using health::Concern;
using health::Severity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

settings::Alerts patient()
{
    settings::Alerts settings;
    settings.after = 10min;
    settings.remind = 24h;
    return settings;
}

Concern warehouse() { return { "warehouse:KetensyncWarehouseDown", "KetensyncWarehouseDown", Severity::warning, "weg", "kijk" }; }
Concern disk() { return { "disk:KetensyncDiskLow", "KetensyncDiskLow", Severity::critical, "vol", "ruim op" }; }
Concern late() { return { "feed:uwv/w:KetensyncSyncStale", "KetensyncSyncStale", Severity::warning, "te laat", "kijk" }; }
Concern failing() { return { "feed:uwv/w:KetensyncSyncHeld", "KetensyncSyncHeld", Severity::warning, "vast", "kijk" }; }

std::vector<std::string> keys(std::vector<Told> const & list)
{
    std::vector<std::string> found;
    for (auto const & told : list) {
        found.push_back(told.concern.alert);
    }
    return found;
}

} // namespace

TEST(Board, TellsOnceWhenItBeginsAndOnceWhenItIsOver)
{
    Board board(patient(), {});
    auto const begin = noon();
    board.look({ warehouse() }, begin);
    EXPECT_FALSE(board.due("mail", begin, false)) << "a hiccup is nothing to write about";
    board.look({ warehouse() }, begin + 10min);
    auto const first = board.due("mail", begin + 10min, false);
    ASSERT_TRUE(first);
    EXPECT_THAT(keys(first->begun), ElementsAre("KetensyncWarehouseDown"));
    EXPECT_EQ(first->begun.front().since, begin);
    board.told("mail", *first);
    for (auto later = 11min; later < 20h; later += 30min) {
        board.look({ warehouse() }, begin + later);
        EXPECT_FALSE(board.due("mail", begin + later, false));
    }
    board.look({}, begin + 20h);
    EXPECT_FALSE(board.due("mail", begin + 20h, false)) << "it may be back in a minute";
    board.look({}, begin + 20h + 10min);
    auto const last = board.due("mail", begin + 20h + 10min, false);
    ASSERT_TRUE(last);
    EXPECT_THAT(keys(last->over), ElementsAre("KetensyncWarehouseDown"));
    EXPECT_THAT(last->begun, IsEmpty());
    board.told("mail", *last);
    board.look({}, begin + 40h);
    EXPECT_FALSE(board.due("mail", begin + 40h, false));
    EXPECT_THAT(board.memory().standing, IsEmpty());
}

TEST(Board, RemindsOfEverythingAtOnce)
{
    Board board(patient(), {});
    board.look({ warehouse() }, noon());
    auto message = board.due("mail", noon() + 10min, false);
    ASSERT_TRUE(message);
    board.told("mail", *message);
    board.look({ warehouse(), late() }, noon() + 1h);
    board.look({ warehouse(), late() }, noon() + 2h);
    message = board.due("mail", noon() + 2h, false);
    ASSERT_TRUE(message);
    EXPECT_THAT(keys(message->begun), ElementsAre("KetensyncSyncStale"));
    EXPECT_THAT(message->still, IsEmpty());
    board.told("mail", *message);
    EXPECT_FALSE(board.due("mail", noon() + 24h + 9min, false));
    message = board.due("mail", noon() + 24h + 10min, false);
    ASSERT_TRUE(message);
    EXPECT_THAT(keys(message->still), ElementsAre("KetensyncSyncStale", "KetensyncWarehouseDown"));
    board.told("mail", *message);
    EXPECT_FALSE(board.due("mail", noon() + 27h, false)) << "both were told a moment ago";
}

TEST(Board, CallsWhatComesAndGoesOneThing)
{
    Board board(patient(), {});
    for (auto at = 0min; at < 2h; at += 5min) {
        board.look(at % 10min == 0min ? std::vector { warehouse() } : std::vector<Concern>(), noon() + at);
        if (auto const message = board.due("mail", noon() + at, false)) {
            EXPECT_EQ(at, 10min);
            EXPECT_THAT(keys(message->over), IsEmpty());
            board.told("mail", *message);
        }
    }
    EXPECT_TRUE(board.memory().channels.at("mail").spoke);
}

TEST(Board, LetsOnlyWhatIsCriticalThroughInQuietHours)
{
    Board board(patient(), {});
    board.look({ warehouse(), disk() }, noon());
    auto const night = board.due("mail", noon() + 1h, true);
    ASSERT_TRUE(night);
    EXPECT_THAT(keys(night->begun), ElementsAre("KetensyncDiskLow"));
    board.told("mail", *night);
    EXPECT_FALSE(board.due("mail", noon() + 2h, true));
    board.look({ warehouse() }, noon() + 2h);
    EXPECT_FALSE(board.due("mail", noon() + 3h, true)) << "that it is over keeps until the morning";
    auto const morning = board.due("mail", noon() + 8h, false);
    ASSERT_TRUE(morning);
    EXPECT_THAT(keys(morning->begun), ElementsAre("KetensyncWarehouseDown"));
    EXPECT_THAT(keys(morning->over), ElementsAre("KetensyncDiskLow"));
}

TEST(Board, WaitsAWhileBetweenTwoMessagesUnlessItIsCritical)
{
    Board board(patient(), {});
    board.look({ warehouse() }, noon());
    board.look({ warehouse(), late() }, noon() + 1min);
    board.look({ warehouse(), late(), disk() }, noon() + 4min);
    board.told("mail", *board.due("mail", noon() + 10min, false));
    EXPECT_FALSE(board.due("mail", noon() + 13min, false)) << "it spoke three minutes ago";
    EXPECT_TRUE(board.due("mail", noon() + 14min, false)) << "the disk does not wait";
    Board without(patient(), {});
    without.look({ warehouse() }, noon());
    without.look({ warehouse(), late() }, noon() + 1min);
    without.told("mail", *without.due("mail", noon() + 10min, false));
    EXPECT_FALSE(without.due("mail", noon() + 19min, false));
    EXPECT_TRUE(without.due("mail", noon() + 20min, false));
}

TEST(Board, SaysWhatItIsNowAndNotThatItsFormerShapeIsOver)
{
    Board board(patient(), {});
    board.look({ late() }, noon());
    board.told("mail", *board.due("mail", noon() + 10min, false));
    board.look({ failing() }, noon() + 1h);
    board.look({ failing() }, noon() + 2h);
    auto const message = board.due("mail", noon() + 2h, false);
    ASSERT_TRUE(message);
    EXPECT_THAT(keys(message->begun), ElementsAre("KetensyncSyncHeld"));
    EXPECT_THAT(message->over, IsEmpty());
}

TEST(Board, KeepsChannelsApart)
{
    Board board(patient(), {});
    board.look({ warehouse() }, noon());
    board.told("mail", *board.due("mail", noon() + 10min, false));
    EXPECT_TRUE(board.due("webhook", noon() + 10min, false));
    // The webhook was away all the time: it is never told of what is over by then, and nothing stays behind.
    board.look({}, noon() + 1h);
    board.look({}, noon() + 2h);
    EXPECT_FALSE(board.due("webhook", noon() + 2h, false));
    board.told("mail", *board.due("mail", noon() + 2h, false));
    board.look({}, noon() + 3h);
    EXPECT_THAT(board.memory().standing, IsEmpty());
}

TEST(Board, KnowsAfterARestartWhatItTold)
{
    support::TemporaryFolder const folder;
    auto const file = folder / "alerts.json";
    std::string why;
    {
        Board board(patient(), read_memory(file, why));
        board.look({ warehouse(), disk() }, noon());
        board.told("mail", *board.due("mail", noon() + 10min, false));
        EXPECT_FALSE(board.digest_due("mail", noon()));
        ASSERT_TRUE(write_memory(board.memory(), file));
        EXPECT_EQ(read_memory(file, why), board.memory());
    }
    EXPECT_EQ(why, "");
    EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms(0077), std::filesystem::perms::none);
    Board board(patient(), read_memory(file, why));
    board.look({ warehouse() }, noon() + 1h);
    EXPECT_FALSE(board.due("mail", noon() + 1h, false)) << "it was told before the restart";
    auto const message = board.due("mail", noon() + 80min, false);
    ASSERT_TRUE(message) << "what ended while it was down is over";
    EXPECT_THAT(keys(message->over), ElementsAre("KetensyncDiskLow"));
    EXPECT_TRUE(board.digest_due("mail", noon() + 24h * 7));
}

TEST(Board, BeginsAnewWithAMemoryThatCannotBeRead)
{
    support::TemporaryFolder const folder;
    for (auto const * const text : { "", "{", "[]", "{\"layout\":2}", "{\"layout\":1}", "{\"layout\":1,\"standing\":[1],\"channels\":{}}",
             "{\"layout\":1,\"standing\":{\"a\":{\"alert\":7}},\"channels\":{}}" }) {
        std::string why;
        EXPECT_EQ(read_memory(folder.write("alerts.json", text), why), Memory());
        EXPECT_THAT(why, HasSubstr("alerts.json")) << text;
    }
    std::string why;
    EXPECT_EQ(read_memory(folder / "none", why), Memory());
    EXPECT_EQ(why, "");
    EXPECT_EQ(write_memory({}, folder / "no/such/folder").error().failure, Failure::cannot_write);
}

TEST(Board, IsNotMisledByAClockThatWasSetBack)
{
    Board board(patient(), {});
    board.look({ warehouse() }, noon() + 24h * 365);
    board.told("mail", *board.due("mail", noon() + 24h * 365 + 10min, false));
    board.look({ warehouse(), late() }, noon());
    board.look({ warehouse(), late() }, noon() + 20min);
    auto const message = board.due("mail", noon() + 20min, false);
    ASSERT_TRUE(message);
    EXPECT_THAT(keys(message->begun), ElementsAre("KetensyncSyncStale"));
    EXPECT_TRUE(board.due("mail", noon() + 25h, false));
}

} // namespace ketensync::alerts
