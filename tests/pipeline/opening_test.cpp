#include "daemon/pipeline/opening.hpp"

#include "daemon/pipeline/scheduler.hpp"
#include "daemon/settings/toml.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include <unistd.h>

using namespace ketensync;
using namespace ketensync::pipeline;
using namespace std::chrono_literals;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

namespace {

Instant at(int year, int month, int day, int hour = 0, int minute = 0, int second = 0)
{
    using namespace std::chrono;
    return Instant(sys_days(std::chrono::year(year) / month / day) + hours(hour) + minutes(minute) + seconds(second));
}

/// As a source's file says it; `of_schedule` and `of_source` are lines of TOML.
settings::Calendar calendar(std::string const & of_schedule, std::string const & of_source = {}, settings::Faults * faults = nullptr)
{
    auto const file = fs::temp_directory_path() / ("ketensync-calendar-" + std::to_string(::getpid()) + ".toml");
    std::ofstream(file) << "[calendar]\n" << of_source << "\n[[feed]]\nname = \"a\"\n[feed.schedule]\n" << of_schedule << '\n';
    auto const all = settings::read_calendars(file);
    if (faults != nullptr) {
        auto read = settings::TomlFile::read(file);
        settings::read_source_calendar(read->root().table("calendar"));
        for (auto const & feed : read->root().tables("feed")) {
            feed.text("name");
            settings::read_calendar(feed.table("schedule"));
        }
        *faults = read->finish();
    }
    fs::remove(file);
    return all.at("a");
}

Timetable timetable(std::string const & line, settings::Calendar const & calendar, milliseconds every = 0ms, milliseconds jitter = 0ms)
{
    settings::Schedule schedule;
    schedule.at = line;
    if (every > 0ms) {
        schedule.every = every;
    }
    schedule.jitter = jitter;
    return Timetable::create(schedule, "source/feed", calendar).value();
}

Opening opening(settings::Calendar const & calendar) { return Opening::create(calendar, "Europe/Amsterdam").value(); }

} // namespace

TEST(Holidays, AreThoseOfTheNetherlands)
{
    // As the government published them.
    std::set<std::string> found;
    for (auto day = std::chrono::sys_days(std::chrono::year(2025) / 1 / 1); day < std::chrono::sys_days(std::chrono::year(2028) / 1 / 1);
         day += std::chrono::days(1)) {
        if (is_dutch_holiday(day)) {
            found.insert(to_text(Instant(day)).substr(0, 10));
        }
    }
    EXPECT_EQ(found,
        (std::set<std::string> { "2025-01-01", "2025-04-20", "2025-04-21", "2025-04-26", "2025-05-05", "2025-05-29", "2025-06-08",
            "2025-06-09", "2025-12-25", "2025-12-26", //
            "2026-01-01", "2026-04-05", "2026-04-06", "2026-04-27", "2026-05-14", "2026-05-24", "2026-05-25", "2026-12-25", "2026-12-26", //
            "2027-01-01", "2027-03-28", "2027-03-29", "2027-04-27", "2027-05-06", "2027-05-16", "2027-05-17", "2027-12-25", "2027-12-26" }));
}

TEST(Holidays, FollowEasterThroughTheCenturies)
{
    // The earliest and the latest there are, and years that simpler rules get wrong.
    for (auto const & [year, month, day] : { std::tuple { 1818, 3, 22 }, { 1943, 4, 25 }, { 1954, 4, 18 }, { 1981, 4, 19 }, { 2000, 4, 23 },
             { 2038, 4, 25 }, { 2049, 4, 18 }, { 2285, 3, 22 } }) {
        auto const easter = std::chrono::year(year) / month / day;
        EXPECT_TRUE(is_dutch_holiday(easter)) << year;
        EXPECT_TRUE(is_dutch_holiday(std::chrono::sys_days(easter) + std::chrono::days(39))) << "Ascension " << year;
        EXPECT_FALSE(is_dutch_holiday(std::chrono::sys_days(easter) - std::chrono::days(2))) << "Good Friday " << year;
    }
}

TEST(Opening, IsAlwaysOpenWhenNothingIsSaid)
{
    EXPECT_TRUE(opening({}).always());
    EXPECT_EQ(opening({}).opens(at(2026, 12, 25)), at(2026, 12, 25));
}

TEST(Opening, KnowsOfficeHoursInSummerAndWinter)
{
    auto const office = opening(calendar("within = \"office_hours\""));
    EXPECT_EQ(office.opens(at(2026, 11, 23, 7, 0)), at(2026, 11, 23, 7, 0)) << "eight in winter";
    EXPECT_EQ(office.opens(at(2026, 11, 23, 6, 59, 59)), at(2026, 11, 23, 7, 0));
    EXPECT_EQ(office.opens(at(2026, 7, 6, 5, 30)), at(2026, 7, 6, 6, 0)) << "eight in summer";
    EXPECT_EQ(office.opens(at(2026, 11, 20, 17, 0)), at(2026, 11, 23, 7, 0)) << "on Friday it closes until Monday";
    EXPECT_EQ(office.opens(at(2026, 12, 24, 18, 0)), at(2026, 12, 28, 7, 0)) << "and over Christmas";
    EXPECT_EQ(office.closed_since(at(2026, 12, 26, 12, 0)), at(2026, 12, 24, 17, 0));
}

TEST(Opening, KnowsNightsThatGoOnIntoTheNextDay)
{
    auto const nights = opening(calendar("within = \"nights\""));
    EXPECT_EQ(nights.opens(at(2026, 11, 22, 2, 0)), at(2026, 11, 22, 2, 0));
    EXPECT_EQ(nights.opens(at(2026, 11, 22, 5, 0)), at(2026, 11, 22, 19, 0)) << "six o'clock is not night any more";
    auto const saturday = opening(calendar("within = [\"sat 22:00-04:00\"]"));
    EXPECT_EQ(saturday.opens(at(2026, 11, 22, 1, 0)), at(2026, 11, 22, 1, 0)) << "Sunday at two belongs to Saturday night";
    EXPECT_EQ(saturday.opens(at(2026, 11, 21, 1, 0)), at(2026, 11, 21, 21, 0)) << "Saturday at two does not";
}

TEST(Opening, StaysClosedInMaintenanceAndOnBlackoutDays)
{
    auto const closed = opening(
        calendar("", "maintenance = [\"sun 02:00-06:00\", \"23:30-00:30\"]\nblackout = [\"2026-12-24..2027-01-02\", \"2027-02-01\"]"));
    EXPECT_EQ(closed.opens(at(2026, 11, 22, 2, 0)), at(2026, 11, 22, 5, 0));
    EXPECT_EQ(closed.opens(at(2026, 11, 23, 2, 0)), at(2026, 11, 23, 2, 0)) << "on Mondays it is open then";
    EXPECT_EQ(closed.opens(at(2026, 11, 23, 23, 0)), at(2026, 11, 23, 23, 30));
    EXPECT_EQ(closed.opens(at(2026, 12, 25, 12, 0)), at(2027, 1, 2, 23, 30)) << "the maintenance after the last closed day too";
    EXPECT_EQ(closed.opens(at(2027, 2, 1, 12, 0)), at(2027, 2, 1, 23, 30));
    auto const never = opening(calendar("", "maintenance = [\"mon-sun 00:00-24:00\"]"));
    EXPECT_EQ(never.opens(at(2026, 11, 23)), std::nullopt);
}

TEST(Opening, IsRefusedWhereItCannotBeRead)
{
    settings::Faults faults;
    calendar("within = [\"mon-fri 8-18\", \"mon 10:00-10:00\", \"foo 01:00-02:00\"]\nholidays = \"shut\"\nmissed = \"forget\"",
        "maintenance = [\"25:00-26:00\"]\nblackout = [\"2026-02-30\", \"2026-12-24..2026-12-01\"]\nblackouts = []", &faults);
    ASSERT_EQ(faults.size(), 9U);
    std::string all;
    for (auto const & fault : faults) {
        all += fault + '\n';
    }
    for (auto const * const part : { "mon-fri 8-18", "mon 10:00-10:00", "foo 01:00-02:00", "shut", "forget", "25:00-26:00", "2026-02-30",
             "2026-12-24..2026-12-01", "did you mean 'blackout'?" }) {
        EXPECT_NE(all.find(part), std::string::npos) << part << " in\n" << all;
    }
}

TEST(Timetable, MovesATurnThatFallsInAClosedTimeToItsEndOnceHoweverManyThereWere)
{
    auto const quarter = timetable("", calendar("within = \"office_hours\""), 15min);
    auto const friday = at(2026, 11, 20, 16, 45); // 17:45 in the Netherlands: the last one
    auto const next = quarter.next(friday);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->fires, at(2026, 11, 23, 7, 0));
    EXPECT_EQ(quarter.next(next->at)->fires, at(2026, 11, 23, 7, 15));
    EXPECT_FALSE(quarter.due(friday, at(2026, 11, 21, 12, 0))) << "not in the weekend";
    ASSERT_TRUE(quarter.due(friday, at(2026, 11, 23, 7, 0)));
    EXPECT_EQ(quarter.due(friday, at(2026, 11, 23, 7, 0))->at, next->at);
    EXPECT_FALSE(quarter.due(next->at, at(2026, 11, 23, 7, 14)));
    auto const daily = timetable("30 3 * * *", calendar("", "maintenance = [\"sun 02:00-06:00\"]"));
    EXPECT_EQ(daily.next(at(2026, 11, 21, 12, 0))->fires, at(2026, 11, 22, 5, 0)) << "at the end of the maintenance";
    EXPECT_EQ(daily.next(at(2026, 11, 22, 12, 0))->fires, at(2026, 11, 23, 2, 30));
}

TEST(Timetable, SkipsATurnInAClosedTimeWhenItIsToldTo)
{
    auto const daily = timetable("30 3 * * *", calendar("missed = \"skip\"", "maintenance = [\"sun 02:00-06:00\"]"));
    EXPECT_EQ(daily.next(at(2026, 11, 21, 12, 0))->fires, at(2026, 11, 23, 2, 30));
    auto const saturday = at(2026, 11, 21, 2, 30);
    EXPECT_FALSE(daily.due(saturday, at(2026, 11, 22, 9, 0)));
    EXPECT_EQ(daily.next_begin(saturday, at(2026, 11, 22, 9, 0)), at(2026, 11, 23, 2, 30));
    auto const quarter = timetable("", calendar("within = \"office_hours\"\nmissed = \"skip\""), 15min);
    EXPECT_EQ(quarter.next(at(2026, 11, 20, 16, 45))->fires, at(2026, 11, 23, 7, 0));
    EXPECT_FALSE(quarter.due(at(2026, 11, 20, 16, 45), at(2026, 11, 22, 12, 0)));
}

TEST(Timetable, TellsTheNextTenTurns)
{
    auto const office = timetable("0 9,17 * * *", calendar("within = \"office_hours\"\nmissed = \"skip\""));
    auto const coming = office.coming(at(2026, 12, 23, 12, 0), 10);
    ASSERT_EQ(coming.size(), 10U);
    EXPECT_EQ(coming[0], at(2026, 12, 23, 16, 0));
    EXPECT_EQ(coming[1], at(2026, 12, 24, 8, 0));
    EXPECT_EQ(coming[3], at(2026, 12, 28, 8, 0)) << "after Christmas and a weekend";
    EXPECT_TRUE(std::ranges::is_sorted(coming));
}

TEST(Timetable, SaysWhenAFeedIsLateByItsOwnSchedule)
{
    auto const always = timetable("", {}, 15min);
    EXPECT_EQ(always.late_after(at(2026, 11, 20, 16, 45, 30)), at(2026, 11, 20, 17, 15, 30)) << "two turns later";
    auto const office = timetable("", calendar("within = \"office_hours\""), 15min);
    EXPECT_EQ(office.late_after(at(2026, 11, 20, 16, 45, 30)), at(2026, 11, 23, 7, 15, 30)) << "nobody waits for it in the weekend";
    EXPECT_EQ(office.interval(at(2026, 11, 20, 16, 50)), 62h + 15min);
    EXPECT_EQ(office.interval(at(2026, 11, 21, 12, 0)), 62h + 15min);
    EXPECT_EQ(office.interval(at(2026, 11, 25, 12, 0)), 15min);
    auto const weekly = timetable("0 6 * * 1", {});
    EXPECT_EQ(weekly.late_after(at(2026, 11, 23, 5, 10)), at(2026, 12, 7, 5, 10));
    EXPECT_EQ(timetable("", {}).late_after(at(2026, 11, 23)), std::nullopt) << "by hand only";
}

TEST(Scheduler, BeginsNoTurnOfAYearWhileItIsClosedAndMakesUpForEachClosedTimeOnce)
{
    auto const rules = calendar("within = \"office_hours\"", "maintenance = [\"wed 12:00-13:00\"]\nblackout = [\"2027-08-02..2027-08-06\"]");
    auto const gate = opening(rules);
    auto const begin = at(2027, 1, 1);
    ManualClock const clock(begin);
    Scheduler scheduler({ { "source/feed", timetable("", rules, 10min, 3min), begin } });
    std::vector<Instant> begun;
    while (auto const wake = scheduler.next_wake(clock.now())) {
        if (*wake >= begin + 24h * 365) {
            break;
        }
        ASSERT_TRUE(clock.wait_until(*wake, {}));
        auto const due = scheduler.due(clock.now());
        ASSERT_EQ(due.size(), 1U) << "woken for nothing at " << to_text(clock.now());
        ASSERT_EQ(gate.opens(clock.now()), clock.now()) << "closed at " << to_text(clock.now());
        begun.push_back(clock.now());
        scheduler.begun("source/feed", due[0].slot);
        scheduler.ended("source/feed");
    }
    // 10 hours of six turns, 249 or so working days; fewer where it is closed.
    EXPECT_GT(begun.size(), 245U * 58);
    EXPECT_LT(begun.size(), 253U * 62);
    EXPECT_EQ(std::set<Instant>(begun.begin(), begun.end()).size(), begun.size());
}

TEST(Scheduler, LeavesAPausedFeedAloneAndThenMakesUpOnce)
{
    auto const begin = at(2027, 1, 1);
    Scheduler scheduler({ { "source/feed", timetable("", {}, 15min), begin } });
    scheduler.pause("source/feed", at(2027, 1, 3, 12, 7));
    EXPECT_TRUE(scheduler.due(at(2027, 1, 2)).empty());
    EXPECT_EQ(scheduler.next_wake(at(2027, 1, 2)), at(2027, 1, 3, 12, 7));
    auto const due = scheduler.due(at(2027, 1, 3, 12, 7));
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].slot.at, at(2027, 1, 3, 12, 0));
    scheduler.begun("source/feed", due[0].slot);
    scheduler.ended("source/feed");
    EXPECT_EQ(scheduler.next_run("source/feed", at(2027, 1, 3, 12, 8)), at(2027, 1, 3, 12, 15));
    scheduler.pause("source/feed", at(2028, 1, 1));
    scheduler.pause("source/feed", {});
    EXPECT_EQ(scheduler.due(at(2027, 1, 3, 12, 15)).size(), 1U) << "resumed";
}

TEST(MomentMeant, IsTheEndOfADayThereOrAMomentAndNothingElse)
{
    EXPECT_EQ(moment_meant("2026-12-31", "Europe/Amsterdam"), at(2026, 12, 31, 23, 0));
    EXPECT_EQ(moment_meant("2026-07-31", "Europe/Amsterdam"), at(2026, 7, 31, 22, 0));
    EXPECT_EQ(moment_meant("2026-12-31T18:00Z", "Europe/Amsterdam"), at(2026, 12, 31, 18, 0));
    EXPECT_EQ(moment_meant("2026-12-31T18:00:00Z", "Europe/Amsterdam"), at(2026, 12, 31, 18, 0));
    for (auto const * const text : { "", "tomorrow", "2026-02-30", "2026-02-30T18:00:00Z", "2026-12-31T18:00:99Z", "2026-12-31T25:00Z", "31-12-2026", "2026-12-31 18:00" }) {
        auto const refused = moment_meant(text, "Europe/Amsterdam");
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().failure, Failure::usage);
    }
}
