#include "daemon/pipeline/week.hpp"

#include "daemon/health/run_log.hpp"
#include "daemon/pipeline/state.hpp"

#include <algorithm>

namespace ketensync::pipeline {

using std::chrono::milliseconds;

namespace {

Result<std::optional<Instant>> success_before(store::Database & state, record::FeedId feed, Instant moment)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        state.prepare("SELECT max(ended) FROM run WHERE feed = ? AND ended <= ? AND state IN ('succeeded', 'rejects')"));
    select.bind(1, std::int64_t { feed }).bind(2, std::int64_t { moment.time_since_epoch().count() });
    KETENSYNC_TRY(select.step());
    return select.is_null(0) ? std::nullopt : std::optional(Instant(milliseconds(select.integer(0))));
}

Result<void> add_runs(store::Database & state, record::FeedId feed, Instant from, Instant until, FeedWeek & week)
{
    KETENSYNC_TRY_ASSIGN(auto success, success_before(state, feed, from));
    KETENSYNC_TRY_ASSIGN(auto select,
        state.prepare("SELECT ended, state, fetched, rejected, added, changed FROM run "
                      "WHERE feed = ? AND ended > ? AND ended <= ? ORDER BY ended, id"));
    select.bind(1, std::int64_t { feed })
        .bind(2, std::int64_t { from.time_since_epoch().count() })
        .bind(3, std::int64_t { until.time_since_epoch().count() });
    auto const behind_at = [&](Instant moment) {
        if (success) {
            week.behind = std::max(week.behind.value_or(milliseconds(0)), moment - *success);
        }
    };
    for (;;) {
        KETENSYNC_TRY_ASSIGN(auto const more, select.step());
        if (!more) {
            break;
        }
        health::Run run;
        run.state = health::run_state_of(select.text(1)).value_or(health::RunState::failed);
        ++week.runs;
        week.failed += run.failed() ? 1U : 0U;
        week.fetched += static_cast<std::uint64_t>(select.integer(2));
        week.rejected += static_cast<std::uint64_t>(select.integer(3));
        week.added += static_cast<std::uint64_t>(select.integer(4));
        week.changed += static_cast<std::uint64_t>(select.integer(5));
        if (run.succeeded()) {
            Instant const ended(milliseconds(select.integer(0)));
            behind_at(ended);
            success = ended;
        }
    }
    behind_at(until);
    return {};
}

} // namespace

Result<std::vector<FeedWeek>> week(store::Database & state, Plan const & plan, Instant from, Instant until)
{
    KETENSYNC_TRY_ASSIGN(auto const numbers, feed_numbers(state));
    std::vector<FeedWeek> weeks;
    for (auto const & planned : plan.feeds) {
        FeedWeek one;
        one.source = planned.source->name;
        one.feed = planned.feed->name;
        one.calendar = planned.calendar;
        if (auto const number = numbers.find(planned.name); number != numbers.end()) {
            KETENSYNC_TRY(add_runs(state, number->second, from, until, one));
        }
        weeks.push_back(std::move(one));
    }
    return weeks;
}

} // namespace ketensync::pipeline
