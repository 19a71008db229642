#include "daemon/pipeline/course.hpp"

#include <algorithm>

namespace ketensync::pipeline {

// An index of what is worth telling of a day, and of all runs of a day: there may be tens of thousands without anything to tell.
std::string_view const Course::tables = R"(
CREATE TABLE run_course(run INTEGER PRIMARY KEY, read_at INTEGER NOT NULL, pages INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE run_reject(run INTEGER NOT NULL, reason TEXT NOT NULL, rejects INTEGER NOT NULL, PRIMARY KEY(run, reason)) STRICT, WITHOUT ROWID;
CREATE TABLE run_sample(
    run INTEGER NOT NULL,
    golden INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    what INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(run, golden)) STRICT, WITHOUT ROWID;
CREATE TABLE feed_news(feed INTEGER PRIMARY KEY, told_until INTEGER, came INTEGER NOT NULL) STRICT;
CREATE TRIGGER run_gone AFTER DELETE ON run BEGIN
    DELETE FROM run_course WHERE run = OLD.id;
    DELETE FROM run_reject WHERE run = OLD.id;
    DELETE FROM run_sample WHERE run = OLD.id;
END;
CREATE INDEX run_started ON run(started, state);
CREATE INDEX run_notable ON run(started) WHERE state NOT IN ('succeeded', 'running') OR cause = 'manual';
CREATE INDEX audit_at ON audit(at);
)";

namespace {

/// Of each way in which a golden record may change, so many are remembered.
constexpr std::size_t samples_max = 10;
/// An order below this is a month, yyyymm; from here on it is seconds, of after 1970.
constexpr std::int64_t first_moment = 1'000'000;

std::int64_t number_of(Instant instant) { return instant.time_since_epoch().count(); }
Instant instant_of(std::int64_t number) { return Instant(std::chrono::milliseconds(number)); }

}

Result<Course> Course::open(store::Database & database)
{
    Course course;
    course.m_database = &database;
    return course;
}

Result<void> Course::was_read(std::int64_t run, Instant at, std::uint64_t pages, std::uint64_t bytes)
{
    KETENSYNC_TRY_ASSIGN(auto put, m_database->prepare("REPLACE INTO run_course VALUES(?, ?, ?, ?)"));
    put.bind(1, run).bind(2, number_of(at)).bind(3, static_cast<std::int64_t>(pages)).bind(4, static_cast<std::int64_t>(bytes));
    return put.run();
}

void Course::tells(record::Record const & record, Instant now)
{
    m_news = true;
    if (record.order > m_order && told_until(record.order, now)) {
        m_order = record.order;
    }
}

void Course::sets_aside(std::vector<record::Reject> const & rejects)
{
    for (auto const & reject : rejects) {
        ++m_rejects[reject.reason];
    }
}

void Course::changes(record::Change const & change)
{
    m_news = true;
    auto const what = static_cast<std::size_t>(change.what);
    auto const in_batch = std::ranges::count(m_samples, change.what, &record::Change::what);
    if (m_sampled[what] + static_cast<std::size_t>(in_batch) < samples_max) {
        m_samples.push_back({ change.what, change.kind, change.golden, {}, {}, {}, false });
    }
}

Result<void> Course::write(std::int64_t run, std::int64_t feed, Instant now)
{
    if (m_run != run) {
        m_run = run;
        m_sampled = {};
    }
    KETENSYNC_TRY_ASSIGN(auto reject,
        m_database->prepare("INSERT INTO run_reject VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET rejects = rejects + ?3"));
    for (auto const & [reason, count] : m_rejects) {
        reject.bind(1, run).bind(2, std::string_view(reason)).bind(3, count);
        KETENSYNC_TRY(reject.run());
    }
    KETENSYNC_TRY_ASSIGN(auto sample, m_database->prepare("REPLACE INTO run_sample VALUES(?, ?, ?, ?, ?)"));
    for (auto const & change : m_samples) {
        sample.bind(1, run).bind(2, std::int64_t { change.golden }).bind(3, std::int64_t { change.kind });
        sample.bind(4, static_cast<std::int64_t>(change.what)).bind(5, number_of(now));
        KETENSYNC_TRY(sample.run());
        ++m_sampled[static_cast<std::size_t>(change.what)];
    }
    if (m_news) {
        KETENSYNC_TRY_ASSIGN(auto news,
            m_database->prepare("INSERT INTO feed_news VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET "
                                "told_until = max(coalesce(told_until, ?2), coalesce(?2, told_until)), came = ?3"));
        news.bind(1, feed).bind(3, number_of(now));
        if (auto const until = told_until(m_order, now)) {
            news.bind(2, number_of(*until));
        } else {
            news.bind_null(2);
        }
        KETENSYNC_TRY(news.run());
    }
    forget();
    return {};
}

void Course::forget()
{
    m_order = 0;
    m_news = false;
    m_rejects.clear();
    m_samples.clear();
}

std::optional<Instant> told_until(std::int64_t order, Instant now)
{
    if (order <= 0) {
        return std::nullopt;
    }
    if (order < first_moment) {
        std::chrono::year_month const month { std::chrono::year(static_cast<int>(order / 100)),
            std::chrono::month(static_cast<unsigned>(order % 100)) };
        if (!month.ok() || std::chrono::sys_days(month / 1) > now) {
            return std::nullopt;
        }
        return std::min<Instant>(now, std::chrono::sys_days((month + std::chrono::months(1)) / 1));
    }
    auto const seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    return order <= seconds.count() ? std::optional(Instant(std::chrono::seconds(order))) : std::nullopt;
}

Result<std::map<record::FeedId, News>> news(store::Database & state)
{
    std::map<record::FeedId, News> found;
    KETENSYNC_TRY_ASSIGN(auto const known, state.number("SELECT count(*) FROM sqlite_schema WHERE name = 'feed_news'"));
    if (known == 0) {
        return found;
    }
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT feed, told_until, came FROM feed_news"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return found;
        }
        auto & of_feed = found[static_cast<record::FeedId>(select.integer(0))];
        of_feed.came = instant_of(select.integer(2));
        if (!select.is_null(1)) {
            of_feed.told_until = instant_of(select.integer(1));
        }
    }
}

}
