#include "daemon/pipeline/scheduler.hpp"

#include <gtest/gtest.h>

#include <random>

using namespace ketensync;
using namespace ketensync::pipeline;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

auto const new_year = Instant(std::chrono::sys_days(std::chrono::year(2027) / 1 / 1).time_since_epoch());

Timetable timetable(
    std::string const & name, std::string const & line, milliseconds every = 0ms, milliseconds jitter = 0ms)
{
    settings::Schedule schedule;
    schedule.at = line;
    if (every > 0ms) {
        schedule.every = every;
    }
    schedule.jitter = jitter;
    return Timetable::create(schedule, name).value();
}

Task task(std::string const & name, std::string const & line, milliseconds every = 0ms, milliseconds jitter = 0ms)
{
    return { name, timetable(name, line, every, jitter), new_year };
}

std::vector<Task> tasks()
{
    return { task("srg/laren", "", 15min, 5min), task("uwv/werkzoekenden", "0 6 * * 1-5", 0ms, 20min),
        task("projects/deelnames", "30 2 * * *"), task("ooapi/courses", "0 12 1 * *"), task("by/hand", "") };
}

} // namespace

TEST(Scheduler, begins_every_slot_of_a_year_once_and_in_time)
{
    ManualClock const clock(new_year);
    Scheduler scheduler(tasks());
    std::map<std::string, std::vector<Slot>> begun;
    while (auto const wake = scheduler.next_wake(clock.now())) {
        if (*wake >= new_year + 24h * 365) {
            break;
        }
        ASSERT_TRUE(clock.wait_until(*wake, {}));
        auto const due = scheduler.due(clock.now());
        ASSERT_FALSE(due.empty()) << "woken for nothing at " << to_text(clock.now());
        for (auto const & [name, slot] : due) {
            EXPECT_EQ(slot.fires, clock.now());
            scheduler.begun(name, slot);
            scheduler.ended(name);
            begun[name].push_back(slot);
        }
    }
    EXPECT_EQ(begun["srg/laren"].size(), 365U * 96 - 1);
    EXPECT_EQ(begun["projects/deelnames"].size(), 365U);
    EXPECT_EQ(begun["uwv/werkzoekenden"].size(), 261U);
    EXPECT_EQ(begun["ooapi/courses"].size(), 12U);
    EXPECT_EQ(begun.count("by/hand"), 0U);
    for (auto const & [name, slots] : begun) {
        for (std::size_t i = 1; i < slots.size(); ++i) {
            ASSERT_LT(slots[i - 1].at, slots[i].at);
        }
    }
}

TEST(Scheduler, never_overlaps_nor_repeats_a_slot_when_runs_take_long_and_the_service_restarts)
{
    std::mt19937 random(7);
    ManualClock clock(new_year);
    auto scheduler = Scheduler(tasks());
    std::map<std::string, Instant> stored;
    std::map<std::string, Instant> ends;
    for (int step = 0; step < 20'000; ++step) {
        clock.advance(milliseconds(random() % 1'800'000));
        auto const now = clock.now();
        std::erase_if(ends, [&](auto const & end) {
            if (end.second <= now) {
                scheduler.ended(end.first);
            }
            return end.second <= now;
        });
        for (auto const & [name, slot] : scheduler.due(now)) {
            ASSERT_FALSE(ends.count(name)) << name << " overlaps itself";
            ASSERT_LE(slot.fires, now);
            ASSERT_TRUE(!stored.count(name) || stored[name] < slot.at) << name << " repeats a slot";
            scheduler.begun(name, slot);
            stored[name] = slot.at;
            ends[name] = now + milliseconds(random() % 7'200'000);
        }
        ASSERT_TRUE(scheduler.due(now).empty());
        if (random() % 50 == 0) {
            auto again = tasks();
            for (auto & each : again) {
                each.last_slot = stored.count(each.name) ? std::optional(stored[each.name]) : each.last_slot;
            }
            scheduler = Scheduler(std::move(again));
            ends.clear();
        }
    }
}

TEST(Scheduler, makes_up_once_for_turns_missed_during_a_long_run)
{
    Scheduler scheduler({ task("a/b", "", 1h) });
    auto const first = scheduler.due(new_year + 1h);
    ASSERT_EQ(first.size(), 1U);
    scheduler.begun("a/b", first[0].slot);
    EXPECT_TRUE(scheduler.due(new_year + 4h + 30min).empty());
    EXPECT_FALSE(scheduler.next_wake(new_year + 4h + 30min));
    scheduler.ended("a/b");
    EXPECT_EQ(scheduler.next_wake(new_year + 4h + 30min), new_year + 4h + 30min);
    auto const second = scheduler.due(new_year + 4h + 30min);
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].slot.at, new_year + 4h);
    scheduler.begun("a/b", second[0].slot);
    scheduler.ended("a/b");
    EXPECT_TRUE(scheduler.due(new_year + 4h + 59min).empty());
    EXPECT_EQ(scheduler.next_wake(new_year + 4h + 59min), new_year + 5h);
}

TEST(Scheduler, is_not_due_during_a_run_by_hand)
{
    Scheduler scheduler({ task("a/b", "", 1h) });
    scheduler.begun_by_hand("a/b");
    EXPECT_TRUE(scheduler.running("a/b"));
    EXPECT_TRUE(scheduler.due(new_year + 2h).empty());
    scheduler.ended("a/b");
    EXPECT_EQ(scheduler.due(new_year + 2h).size(), 1U);
}

TEST(Scheduler, keeps_what_runs_over_a_reload)
{
    Scheduler scheduler({ task("a/b", "", 1h), task("gone/away", "", 1h) });
    scheduler.begun("a/b", scheduler.due(new_year + 1h).at(0).slot);
    scheduler.replace({ task("a/b", "", 10min), task("new/one", "", 1h) });
    EXPECT_TRUE(scheduler.running("a/b"));
    auto const due = scheduler.due(new_year + 1h);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].name, "new/one");
    scheduler.ended("a/b");
    EXPECT_EQ(scheduler.due(new_year + 1h + 10min).at(0).name, "new/one");
    EXPECT_FALSE(scheduler.next_run("gone/away", new_year));
}

TEST(Scheduler, tells_when_each_task_runs_next)
{
    Scheduler scheduler({ task("a/b", "", 1h, 30min), task("by/hand", "") });
    auto const slot = timetable("a/b", "", 1h, 30min).next(new_year);
    EXPECT_EQ(scheduler.next_run("a/b", new_year), slot->fires);
    EXPECT_EQ(scheduler.next_run("a/b", slot->at), slot->fires);
    EXPECT_FALSE(scheduler.next_run("by/hand", new_year));
    EXPECT_FALSE(scheduler.next_run("un/known", new_year));
}

TEST(Scheduler, gives_the_longest_waiting_first)
{
    Scheduler const scheduler(
        { task("a/late", "0 3 * * *"), task("b/early", "0 2 * * *"), task("c/late", "0 3 * * *") });
    auto const due = scheduler.due(new_year + 5h);
    ASSERT_EQ(due.size(), 3U);
    EXPECT_EQ(due[0].name, "b/early");
    EXPECT_EQ(due[1].name, "a/late");
    EXPECT_EQ(due[2].name, "c/late");
}
