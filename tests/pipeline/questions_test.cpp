#include "daemon/pipeline/questions.hpp"

#include "tests/pipeline/world.hpp"

#include <gmock/gmock.h>

#include <set>

namespace ketensync::pipeline {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

constexpr auto numbers = std::to_array<char const *>({ "111222333", "123456782", "999990019", "999993653" });

/// People of whom all but the last have a number, and a feed that asks about it.
struct Asking {
    World world {};
    settings::Feed feed {};
    ManualClock clock { Instant(std::chrono::sys_days(std::chrono::year(2026) / 11 / 22)) };
    std::optional<store::Database> database {};
    record::Schema schema {};

    Asking()
    {
        std::vector<std::string> people;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            people.push_back(werkzoekende("WZ" + std::to_string(i), numbers[i], "Naam" + std::to_string(i), "121" + std::to_string(i) + "AA"));
        }
        people.push_back(werkzoekende("WZ9", "", "Zonder", "1299AA"));
        EXPECT_EQ(world.sync("uwv/personen", { json_page(people, true) }).rejected, 0U);
        feed.name = "brp";
        feed.ask = settings::Ask {};
        feed.ask->kind = "persoon";
        feed.ask->field = "bsn";
        feed.ask->per_day = 3;
        database.emplace(world.another_connection());
        auto read = settings::read_schema(std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings" / "schema.toml");
        schema = std::move(read.value());
    }

    std::unique_ptr<GoldenQuestions> open()
    {
        return std::move(GoldenQuestions::open(*database, schema, feed, 7, clock).value());
    }

    /// A whole run: what was asked, in batches.
    std::vector<std::string> run(std::size_t batch = 2)
    {
        std::vector<std::string> asked;
        auto const questions = open();
        for (;;) {
            auto const some = questions->next(batch).value();
            if (some.empty()) {
                break;
            }
            asked.insert(asked.end(), some.begin(), some.end());
        }
        EXPECT_TRUE(questions->settle(true));
        return asked;
    }
};

} // namespace

TEST(Questions, AreNeverMoreThanADayAllows)
{
    Asking asking;
    EXPECT_EQ(asking.run().size(), 3U);
    EXPECT_THAT(asking.run(), IsEmpty());
    asking.clock.advance(hours(24));
    EXPECT_EQ(asking.run().size(), 1U);
}

TEST(Questions, BeginWithThoseNeverAskedAndThenTheOldest)
{
    Asking asking;
    auto const first = asking.run();
    asking.clock.advance(hours(24));
    auto const second = asking.run();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_FALSE(std::set(first.begin(), first.end()).contains(second[0]));
    asking.clock.advance(hours(24));
    EXPECT_THAT(asking.run(), IsEmpty()) << "all were asked within thirty days";
    asking.clock.advance(hours(24 * 30));
    EXPECT_EQ(asking.run(), first);
}

TEST(Questions, AreAskedAgainWhereTheAnswerIsNotSafe)
{
    Asking asking;
    asking.feed.ask->per_day = 100;
    std::vector<std::string> first;
    {
        auto const questions = asking.open();
        first = questions->next(2).value();
        auto const lost = questions->next(2).value();
        EXPECT_EQ(lost.size(), 2U);
        EXPECT_TRUE(questions->settle(false));
    }
    auto const again = asking.run();
    EXPECT_EQ(again.size(), 2U);
    EXPECT_THAT(again, testing::Each(testing::Not(testing::AnyOf(first[0], first[1]))));
}

TEST(Questions, CountForTheDayThoughTheRunBreaksOff)
{
    Asking asking;
    EXPECT_EQ(asking.open()->next(3)->size(), 3U);
    EXPECT_THAT(asking.run(), IsEmpty());
}

TEST(Questions, AreOfAFieldThatTheSchemaHas)
{
    Asking asking;
    asking.feed.ask->field = "sofinummer";
    auto const questions = GoldenQuestions::open(*asking.database, asking.schema, asking.feed, 7, asking.clock);
    ASSERT_FALSE(questions);
    EXPECT_EQ(questions.error().failure, Failure::configuration);
}

} // namespace ketensync::pipeline
