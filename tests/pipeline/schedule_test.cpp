#include "daemon/pipeline/schedule.hpp"
#include "tests/pipeline/wall_clock_oracle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

using namespace ketensync;
using namespace ketensync::pipeline;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using testing::HasSubstr;

namespace {

Instant at(int year, unsigned month, unsigned day, int hour = 0, int minute = 0)
{
    auto const date = std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
    return Instant(sys_days(date).time_since_epoch()) + std::chrono::hours(hour) + std::chrono::minutes(minute);
}

Timetable cron(std::string const & line, std::string const & zone = "UTC", milliseconds jitter = 0ms,
    std::string const & name = "a/b")
{
    settings::Schedule schedule;
    schedule.at = line;
    schedule.zone = zone;
    schedule.jitter = jitter;
    return Timetable::create(schedule, name).value();
}

Timetable every(milliseconds interval, milliseconds jitter = 0ms, std::string const & name = "a/b")
{
    settings::Schedule schedule;
    schedule.every = interval;
    schedule.jitter = jitter;
    return Timetable::create(schedule, name).value();
}

std::string fault_of(settings::Schedule const & schedule)
{
    auto const timetable = Timetable::create(schedule, "a/b");
    return timetable ? "accepted" : timetable.error().what;
}

std::string fault_of(std::string const & line)
{
    settings::Schedule schedule;
    schedule.at = line;
    return fault_of(schedule);
}

std::vector<std::string> const lines {
    "* * * * *",
    "*/15 * * * *",
    "0 * * * *",
    "30 2 * * *",
    "0 2 * * *",
    "0 3 * * *",
    "15,45 1-3 * * *",
    "5 2 * 3,10 0",
    "59 1 * * *",
    "0 0 * * *",
    "0 6 * * 1-5",
    "0 12 1 * *",
    "0 12 31 * *",
    "0 5 29 2 *",
    "0 4 13 * 5",
    "10 2 1-7 * 7",
    "0 2 */2 * 0",
    "7-59/13 */5 * 1-12/3 *",
    "45 1 25-31 3 6,0",
    "0 0 1 1 *",
    "20 2 * 4 0",
    "59 23 * * 6",
};

} // namespace

class AgainstTheWallClock : public testing::TestWithParam<std::string> { };

TEST_P(AgainstTheWallClock, every_run_of_two_years_is_when_the_wall_clock_says)
{
    auto const begin = at(2027, 1, 1);
    auto const end = at(2029, 1, 1);
    WallClockOracle const oracle(GetParam(), begin, end);
    for (auto const & line : lines) {
        auto const timetable = cron(line, GetParam());
        auto const expected = oracle.runs(line);
        std::vector<Instant> forwards;
        for (auto slot = timetable.next(begin - 1ms); slot && slot->at < end; slot = timetable.next(slot->at)) {
            forwards.push_back(slot->at);
        }
        EXPECT_EQ(forwards, expected) << line;
        std::vector<Instant> backwards;
        for (auto slot = timetable.previous(end - 1ms); slot && slot->at >= begin;
             slot = timetable.previous(slot->at - 1ms)) {
            backwards.push_back(slot->at);
        }
        std::reverse(backwards.begin(), backwards.end());
        EXPECT_EQ(backwards, expected) << line;
    }
}

TEST_P(AgainstTheWallClock, next_and_previous_meet_around_any_moment)
{
    for (auto const & line : lines) {
        auto const timetable = cron(line, GetParam());
        for (auto now = at(2027, 1, 1); now < at(2028, 1, 1); now += 1751min + 7s + 11ms) {
            auto const next = timetable.next(now);
            auto const previous = timetable.previous(now);
            ASSERT_TRUE(next && previous);
            EXPECT_GT(next->at, now);
            EXPECT_LE(previous->at, now);
            EXPECT_EQ(timetable.next(previous->at)->at, next->at) << line << " at " << to_text(now);
            EXPECT_EQ(timetable.previous(next->at)->at, next->at);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Zones, AgainstTheWallClock,
    testing::Values("Europe/Amsterdam", "UTC", "Australia/Lord_Howe", "America/Santiago"),
    [](auto const & named) { return std::string(named.param).substr(std::string(named.param).find('/') + 1); });

TEST(Timetable, runs_once_right_after_the_spring_gap_however_many_slots_fall_in_it)
{
    auto const timetable = cron("*/15 2 * * *", "Europe/Amsterdam");
    auto const slot = timetable.next(at(2027, 3, 28, 0, 30));
    EXPECT_EQ(slot->at, at(2027, 3, 28, 1, 0));
    EXPECT_EQ(timetable.next(slot->at)->at, at(2027, 3, 29, 0, 0));
}

TEST(Timetable, runs_the_first_time_only_in_the_autumn_fold)
{
    auto const timetable = cron("30 2 * * *", "Europe/Amsterdam");
    EXPECT_EQ(timetable.next(at(2027, 10, 31, 0, 0))->at, at(2027, 10, 31, 0, 30));
    EXPECT_EQ(timetable.next(at(2027, 10, 31, 0, 30))->at, at(2027, 11, 1, 1, 30));
    EXPECT_EQ(timetable.previous(at(2027, 10, 31, 1, 10))->at, at(2027, 10, 31, 0, 30));
}

TEST(Timetable, counts_intervals_from_the_epoch_so_that_a_restart_does_not_shift_them)
{
    auto const timetable = every(15min);
    EXPECT_EQ(timetable.next(at(2026, 1, 1, 10, 7))->at, at(2026, 1, 1, 10, 15));
    EXPECT_EQ(timetable.next(at(2026, 1, 1, 10, 15))->at, at(2026, 1, 1, 10, 30));
    EXPECT_EQ(timetable.previous(at(2026, 1, 1, 10, 15))->at, at(2026, 1, 1, 10, 15));
    EXPECT_EQ(every(1min).next(at(1969, 12, 31, 23, 58))->at, at(1969, 12, 31, 23, 59));
}

TEST(Timetable, fires_within_its_jitter_the_same_each_time_and_before_the_next_slot)
{
    for (auto const & timetable : { every(15min, 10min, "a/b"), cron("*/5 * * * *", "Europe/Amsterdam", 2h, "a/b"),
             cron("0 6 * * 1-5", "Europe/Amsterdam", 30min, "a/b") }) {
        std::set<milliseconds> jitters;
        auto slot = timetable.next(at(2027, 3, 20));
        for (int i = 0; i < 300; ++i) {
            auto const next = timetable.next(slot->at);
            EXPECT_GE(slot->fires, slot->at);
            EXPECT_LT(slot->fires, next->at);
            EXPECT_EQ(*timetable.previous(slot->at), *slot);
            jitters.insert(slot->fires - slot->at);
            slot = next;
        }
        EXPECT_GT(jitters.size(), 250U);
    }
}

TEST(Timetable, spreads_feeds_that_share_a_slot)
{
    std::set<Instant> fires;
    for (int i = 0; i < 100; ++i) {
        fires.insert(cron("0 6 * * *", "UTC", 10min, "source/feed-" + std::to_string(i)).next(at(2027, 1, 1))->fires);
    }
    EXPECT_GT(fires.size(), 95U);
    EXPECT_LT(*fires.begin(), at(2027, 1, 1, 6, 1));
    EXPECT_GT(*fires.rbegin(), at(2027, 1, 1, 6, 9));
}

TEST(Timetable, is_due_once_after_downtime)
{
    auto const timetable = every(1h);
    auto const now = at(2027, 5, 5, 10, 20);
    auto const due = timetable.due(at(2027, 5, 1), now);
    ASSERT_TRUE(due);
    EXPECT_EQ(due->at, at(2027, 5, 5, 10));
    EXPECT_FALSE(timetable.due(due->at, now));
    EXPECT_FALSE(timetable.due(due->at, at(2027, 5, 5, 10, 59)));
    EXPECT_TRUE(timetable.due(due->at, at(2027, 5, 5, 11, 0)));
}

TEST(Timetable, is_due_at_once_when_it_never_ran)
{
    EXPECT_EQ(cron("0 6 * * *").due(std::nullopt, at(2027, 5, 5, 5, 0))->at, at(2027, 5, 4, 6));
}

TEST(Timetable, does_not_run_a_slot_again_when_the_clock_is_set_back_a_little)
{
    EXPECT_FALSE(every(15min).due(at(2027, 5, 5, 10, 15), at(2027, 5, 5, 10, 14)));
}

TEST(Timetable, does_not_wait_for_a_slot_that_a_wrong_clock_wrote)
{
    EXPECT_TRUE(every(15min).due(at(2097, 5, 5, 10, 15), at(2027, 5, 5, 10, 14)));
}

TEST(Timetable, is_not_due_before_its_jitter_has_passed)
{
    auto const timetable = every(1h, 50min);
    auto const slot = *timetable.next(at(2027, 5, 5, 9, 30));
    ASSERT_GT(slot.fires, slot.at);
    auto const before = *timetable.previous(slot.at - 1ms);
    EXPECT_FALSE(timetable.due(before.at, slot.fires - 1ms));
    EXPECT_EQ(timetable.due(before.at, slot.fires), slot);
    EXPECT_EQ(timetable.due(std::nullopt, slot.fires - 1ms), before);
}

TEST(Timetable, has_no_slots_when_it_runs_by_hand_only)
{
    auto const timetable = Timetable::create({}, "a/b").value();
    EXPECT_FALSE(timetable.has_slots());
    EXPECT_FALSE(timetable.next(at(2027, 1, 1)));
    EXPECT_FALSE(timetable.due(std::nullopt, at(2027, 1, 1)));
    EXPECT_EQ(timetable.interval(at(2027, 1, 1)), 0ms);
}

TEST(Timetable, tells_how_old_a_feed_may_be_over_a_weekend)
{
    auto const timetable = cron("0 6 * * 1-5");
    EXPECT_EQ(timetable.interval(at(2027, 5, 10, 7)), 72h); // a Monday
    EXPECT_EQ(timetable.interval(at(2027, 5, 13, 7)), 24h); // a Thursday
    EXPECT_EQ(every(2h).interval(at(2027, 5, 13)), 2h);
}

TEST(Timetable, takes_names_of_months_and_days_and_both_sundays)
{
    auto const by_number = cron("0 6 * 3-5,12 0,2");
    auto const by_name = cron("0 6 * MAR-may,Dec 7,tue");
    auto slot = by_number.next(at(2027, 1, 1));
    for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(by_name.next(slot->at - 1ms), slot);
        slot = by_number.next(slot->at);
    }
}

TEST(Timetable, tells_the_column_of_a_fault)
{
    EXPECT_EQ(fault_of("0 25 * * *"), "at = \"0 25 * * *\", column 3: '25' is not an hour (0 to 23)");
    EXPECT_THAT(fault_of("0 6 * *"), HasSubstr("column 8: a cron line has 5 fields"));
    EXPECT_THAT(fault_of("0 6 * * * 2027"), HasSubstr("column 11: a cron line has 5 fields"));
    EXPECT_THAT(fault_of("0 6 * * 1,8"), HasSubstr("column 11: '8' is not a day of the week"));
    EXPECT_THAT(fault_of("0 6 * * 1,,2"), HasSubstr("column 11: '' is not a day of the week"));
    EXPECT_THAT(fault_of("0 22-2 * * *"), HasSubstr("column 3: the range '22-2' runs backwards"));
    EXPECT_THAT(fault_of("5/15 6 * * *"), HasSubstr("column 1: a step follows * or a range"));
    EXPECT_THAT(fault_of("*/0 6 * * *"), HasSubstr("column 3: '0' is not a step"));
    EXPECT_THAT(fault_of("*/x 6 * * *"), HasSubstr("column 3: 'x' is not a step"));
    EXPECT_THAT(fault_of("-1 6 * * *"), HasSubstr("column 1: '' is not a minute"));
    EXPECT_THAT(fault_of("0 6 30 2 *"), HasSubstr("column 5: this day never comes"));
    EXPECT_THAT(fault_of("0 6 31 2,4,6 *"), HasSubstr("column 5: this day never comes"));
    EXPECT_THAT(fault_of("@daily"), HasSubstr("5 fields"));
    EXPECT_THAT(fault_of("0 6 * * L"), HasSubstr("column 9: 'L'"));
    EXPECT_EQ(fault_of("0 6 30 2 1"), "accepted");
}

TEST(Timetable, refuses_what_cannot_be)
{
    settings::Schedule schedule;
    schedule.at = "0 6 * * *";
    schedule.zone = "Europe/Hilversum";
    EXPECT_THAT(fault_of(schedule), HasSubstr("time zone 'Europe/Hilversum' is not known"));
    schedule.zone = "../../etc/passwd";
    EXPECT_THAT(fault_of(schedule), HasSubstr("is not known"));
    schedule.every = 1h;
    EXPECT_THAT(fault_of(schedule), HasSubstr("both 'every' and 'at'"));
    schedule.at = "";
    schedule.jitter = 1h;
    EXPECT_THAT(fault_of(schedule), HasSubstr("jitter is not below"));
    schedule.every = 10ms;
    EXPECT_THAT(fault_of(schedule), HasSubstr("below one second"));
    schedule.jitter = -1s;
    EXPECT_THAT(fault_of(schedule), HasSubstr("jitter is negative"));
}
