#include "daemon/pipeline/observe.hpp"

#include "daemon/landing/quarantine.hpp"
#include "daemon/landing/shapes.hpp"
#include "daemon/outbox/outbox.hpp"
#include "daemon/pipeline/certificates.hpp"
#include "daemon/pipeline/course.hpp"
#include "daemon/pipeline/edition_state.hpp"
#include "daemon/pipeline/pauses.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/schedule.hpp"
#include "daemon/pipeline/state.hpp"

#include <algorithm>

namespace ketensync::pipeline {

namespace {

/// Of each feed's history, enough to find its last success and how often it failed since.
constexpr std::size_t runs_looked_at = 50;
constexpr std::size_t next_runs_shown = 10;
constexpr std::size_t marks_shown = 8;

health::RunMark mark_of(health::Run const & run)
{
    return { run.id, run.state, run.started, run.ended ? *run.ended - run.started : std::chrono::milliseconds(0),
        run.added + run.changed + run.vanished, run.rejected };
}

/// Cheap: by an index, whatever the number of runs.
Result<health::DayState> observe_day(store::Database & state, Instant now)
{
    health::DayState day;
    KETENSYNC_TRY_ASSIGN(auto runs,
        state.prepare("SELECT count(*), coalesce(sum(state IN ('failed', 'held')), 0) FROM run WHERE started > ?"));
    KETENSYNC_TRY_ASSIGN(auto acts, state.prepare("SELECT count(*) FROM audit WHERE at > ?"));
    auto const since = std::int64_t { (now - std::chrono::hours(24)).time_since_epoch().count() };
    runs.bind(1, since);
    acts.bind(1, since);
    KETENSYNC_TRY(runs.step());
    KETENSYNC_TRY(acts.step());
    day.runs = static_cast<std::uint64_t>(runs.integer(0));
    day.failed = static_cast<std::uint64_t>(runs.integer(1));
    day.by_hand = static_cast<std::uint64_t>(acts.integer(0));
    return day;
}

Result<std::optional<Instant>> last_success(store::Database & state, std::string_view source, std::string_view feed)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        state.prepare("SELECT max(r.ended) FROM run r JOIN feed f ON f.id = r.feed JOIN source s ON s.id = f.source "
                      "WHERE s.name = ? AND f.name = ? AND r.state IN ('succeeded', 'rejects')"));
    select.bind(1, source).bind(2, feed);
    KETENSYNC_TRY(select.step());
    return select.is_null(0) ? std::nullopt : std::optional(Instant(std::chrono::milliseconds(select.integer(0))));
}

Result<health::FeedState> observe_feed(store::Database & state, Runs & runs, PlannedFeed const & planned, Instant now)
{
    health::FeedState feed;
    feed.source = planned.source->name;
    feed.title = planned.source->title;
    feed.feed = planned.feed->name;
    KETENSYNC_TRY_ASSIGN(auto const timetable, Timetable::create(planned.feed->schedule, planned.name, planned.calendar));
    feed.interval = timetable.interval(now);
    if (auto const next = timetable.next(now)) {
        feed.next_run = next->fires;
    }
    feed.next_runs = timetable.coming(now, next_runs_shown);
    KETENSYNC_TRY_ASSIGN(auto const history, runs.history(runs_looked_at, feed.source, feed.feed));
    if (!history.empty()) {
        feed.last_run = history.front();
    }
    for (auto i = std::min(history.size(), marks_shown); i-- > 0;) {
        feed.recent.push_back(mark_of(history[i]));
    }
    for (auto const & run : history) {
        if (run.succeeded()) {
            break;
        }
        feed.consecutive_failures += run.failed() ? 1U : 0U;
    }
    KETENSYNC_TRY_ASSIGN(feed.last_success, last_success(state, feed.source, feed.feed));
    if (feed.last_success) {
        feed.late_after = timetable.late_after(*feed.last_success);
    }
    return feed;
}

std::uint64_t size_of(std::filesystem::path const & file)
{
    std::error_code error;
    auto const size = std::filesystem::file_size(file, error);
    return error ? 0 : size;
}

}

Result<health::Snapshot> observe(store::Database & state, Plan const & plan, Instant now)
{
    health::Snapshot snapshot;
    snapshot.taken = now;
    snapshot.version = KETENSYNC_VERSION;
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    KETENSYNC_TRY_ASSIGN(auto quarantine, landing::Quarantine::open(state));
    KETENSYNC_TRY_ASSIGN(auto const set_aside, quarantine.counts());
    KETENSYNC_TRY_ASSIGN(auto const numbers, feed_numbers(state));
    KETENSYNC_TRY_ASSIGN(auto const shapes, landing::Shapes(state).summaries());
    KETENSYNC_TRY_ASSIGN(auto const pauses, Pauses(state).all(now));
    KETENSYNC_TRY_ASSIGN(auto const brought, news(state));
    for (auto const & planned : plan.feeds) {
        KETENSYNC_TRY_ASSIGN(auto feed, observe_feed(state, runs, planned, now));
        for (auto const & count : set_aside) {
            if (count.source == feed.source && count.feed == feed.feed) {
                feed.quarantined += static_cast<std::uint64_t>(count.items);
                feed.quarantine_oldest = std::min(feed.quarantine_oldest.value_or(count.oldest), count.oldest);
            }
        }
        if (auto const pause = std::ranges::find(pauses, feed.source, &Pause::source); pause != pauses.end()) {
            feed.paused = { pause->until, pause->who, pause->reason };
            std::erase_if(feed.next_runs, [&pause](Instant moment) { return moment < pause->until; });
        }
        if (auto const number = numbers.find(planned.name); number != numbers.end() && shapes.contains(number->second)) {
            feed.unread_fields = shapes.at(number->second).unread;
            feed.shape_changes = shapes.at(number->second).noticed;
        }
        if (auto const number = numbers.find(planned.name); number != numbers.end() && brought.contains(number->second)) {
            feed.told_until = brought.at(number->second).told_until;
            feed.news_came = brought.at(number->second).came;
        }
        snapshot.feeds.push_back(std::move(feed));
    }
    KETENSYNC_TRY_ASSIGN(snapshot.day, observe_day(state, now));
    KETENSYNC_TRY_ASSIGN(auto doubts, state.prepare("SELECT count(*), min(since) FROM doubt"));
    KETENSYNC_TRY(doubts.step());
    snapshot.doubts = static_cast<std::uint64_t>(doubts.integer(0));
    if (!doubts.is_null(1)) {
        snapshot.doubts_oldest = Instant(std::chrono::milliseconds(doubts.integer(1)));
    }
    KETENSYNC_TRY_ASSIGN(auto outbox, outbox::Outbox::open(state));
    KETENSYNC_TRY_ASSIGN(auto const waiting, outbox.waiting());
    snapshot.outbox = { static_cast<std::uint64_t>(waiting.batches), static_cast<std::uint64_t>(waiting.bytes),
        plan.config.limits.outbox_bytes_max, waiting.oldest };
    if (plan.config.warehouse_type == "sqlite") {
        snapshot.warehouse.bytes = size_of(plan.config.warehouse_file);
    }
    snapshot.certificates = certificates(plan.config);
    snapshot.certificate_soon = plan.config.limits.certificate_soon;
    snapshot.certificate_urgent = plan.config.limits.certificate_urgent;
    if (snapshot.edition_patience = plan.config.limits.edition_patience; snapshot.edition_patience.count() > 0) {
        KETENSYNC_TRY_ASSIGN(snapshot.edition, owed_edition(state, now));
    }
    snapshot.store.bytes = size_of(state.file());
    std::error_code error;
    auto const space = std::filesystem::space(plan.config.state_folder, error);
    if (!error) {
        snapshot.store.disk_free = space.available;
    }
    return snapshot;
}

}
