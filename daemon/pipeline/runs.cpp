#include "daemon/pipeline/runs.hpp"

namespace ketensync::pipeline {

using health::RunState;
using health::Trigger;

std::string_view const Runs::tables = R"(
CREATE TABLE run(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed INTEGER NOT NULL,
    cause TEXT NOT NULL,
    note TEXT NOT NULL,
    started INTEGER NOT NULL,
    was_read INTEGER NOT NULL DEFAULT 0,
    ended INTEGER,
    state TEXT NOT NULL,
    fetched INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    mapped INTEGER NOT NULL DEFAULT 0,
    filtered INTEGER NOT NULL DEFAULT 0,
    rejected INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    vanished INTEGER NOT NULL DEFAULT 0,
    rules TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    message TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX run_feed ON run(feed, id);
CREATE INDEX run_open ON run(id) WHERE ended IS NULL;
)";

// Traces are worked out, not kept: of a number that is drawn once, and of the run.
std::string_view const Runs::traces = R"(
CREATE TABLE installation(drawn BLOB NOT NULL, untraced INTEGER NOT NULL) STRICT;
INSERT INTO installation SELECT randomblob(16), coalesce(max(id), 0) FROM run;
)";

namespace {

constexpr std::string_view columns
    = "SELECT r.id, s.name, f.name, r.cause, r.started, r.ended, r.state, r.fetched, r.unchanged, r.mapped, r.filtered, "
      "r.rejected, r.added, r.changed, r.vanished, r.reason, r.message, r.rules FROM run r JOIN feed f ON f.id = r.feed "
      "JOIN source s ON s.id = f.source ";

std::int64_t count(std::uint64_t number) { return static_cast<std::int64_t>(number); }

}

health::Run Runs::from_row(store::Statement const & row) const
{
    health::Run run;
    auto const number = [&row](int column) { return static_cast<std::uint64_t>(row.integer(column)); };
    run.id = number(0);
    run.source = row.text(1);
    run.feed = row.text(2);
    run.trigger = health::trigger_of(row.text(3)).value_or(Trigger::manual);
    run.started = Instant(std::chrono::milliseconds(row.integer(4)));
    if (!row.is_null(5)) {
        run.ended = Instant(std::chrono::milliseconds(row.integer(5)));
    }
    run.state = health::run_state_of(row.text(6)).value_or(RunState::failed);
    run.fetched = number(7);
    run.unchanged = number(8);
    run.mapped = number(9);
    run.filtered = number(10);
    run.rejected = number(11);
    run.added = number(12);
    run.changed = number(13);
    run.vanished = number(14);
    run.reason = row.text(15);
    run.message = row.text(16);
    run.rules = row.text(17);
    if (!m_installation.empty() && row.integer(0) > m_untraced) {
        // A trial gives its number back: the moment tells it from the run that has it next.
        auto const which = record::fingerprint({ m_installation, row.text(0), row.text(4) });
        run.trace = { which.high, which.low };
    }
    return run;
}

Result<Runs> Runs::open(store::Database & database)
{
    Runs runs;
    runs.m_database = &database;
    KETENSYNC_TRY_ASSIGN(auto const known, database.number("SELECT count(*) FROM sqlite_schema WHERE name = 'installation'"));
    if (known != 0) {
        KETENSYNC_TRY_ASSIGN(auto installation, database.prepare("SELECT drawn, untraced FROM installation"));
        KETENSYNC_TRY(installation.step());
        runs.m_installation = installation.blob(0);
        runs.m_untraced = installation.integer(1);
    }
    return runs;
}

Result<std::int64_t> Runs::begin(record::FeedId feed, Trigger trigger, Instant started, std::string_view reason)
{
    KETENSYNC_TRY_ASSIGN(auto insert,
        m_database->prepare("INSERT INTO run(feed, cause, note, started, state) VALUES(?, ?, ?, ?, ?)"));
    insert.bind(1, std::int64_t { feed }).bind(2, health::to_text(trigger)).bind(3, reason);
    insert.bind(4, std::int64_t { started.time_since_epoch().count() }).bind(5, health::to_text(RunState::running));
    KETENSYNC_TRY(insert.run());
    return m_database->last_id();
}

Result<void> Runs::read(std::int64_t run, std::uint64_t fetched, std::uint64_t unchanged)
{
    KETENSYNC_TRY_ASSIGN(
        auto update, m_database->prepare("UPDATE run SET was_read = 1, fetched = ?2, unchanged = ?3 WHERE id = ?1"));
    update.bind(1, run).bind(2, count(fetched)).bind(3, count(unchanged));
    return update.run();
}

Result<void> Runs::add(std::int64_t run, Digested const & numbers)
{
    KETENSYNC_TRY_ASSIGN(auto update,
        m_database->prepare("UPDATE run SET mapped = mapped + ?2, filtered = filtered + ?3, rejected = rejected + ?4, "
                            "added = added + ?5, changed = changed + ?6, vanished = vanished + ?7, rules = ?8 WHERE id = ?1"));
    update.bind(1, run).bind(2, count(numbers.mapped)).bind(3, count(numbers.filtered)).bind(4, count(numbers.rejected));
    update.bind(5, count(numbers.added)).bind(6, count(numbers.changed)).bind(7, count(numbers.vanished));
    update.bind(8, numbers.rules);
    return update.run();
}

Result<void> Runs::end(
    std::int64_t run, RunState state, Instant ended, std::string_view reason, std::string_view message)
{
    KETENSYNC_TRY_ASSIGN(auto update,
        m_database->prepare("UPDATE run SET state = ?2, ended = ?3, reason = ?4, message = ?5 WHERE id = ?1"));
    update.bind(1, run).bind(2, health::to_text(state)).bind(3, std::int64_t { ended.time_since_epoch().count() });
    update.bind(4, reason).bind(5, message);
    return update.run();
}

Result<health::Run> Runs::run(std::int64_t run)
{
    KETENSYNC_TRY_ASSIGN(auto select, m_database->prepare(std::string(columns) + "WHERE r.id = ?"));
    select.bind(1, run);
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    if (!row) {
        return fail(Failure::bug, "a run is not in the run log");
    }
    return from_row(select);
}

Result<std::vector<std::int64_t>> Runs::read_not_ended()
{
    KETENSYNC_TRY_ASSIGN(
        auto select, m_database->prepare("SELECT id FROM run WHERE ended IS NULL AND was_read = 1 ORDER BY id"));
    std::vector<std::int64_t> runs;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return runs;
        }
        runs.push_back(select.integer(0));
    }
}

Result<void> Runs::interrupt_unread(Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto update,
        m_database->prepare("UPDATE run SET state = ?1, ended = ?2, reason = 'interrupted', fetched = 0, unchanged = 0, "
                            "message = 'the process ended before the feed was read' WHERE ended IS NULL AND was_read = 0"));
    update.bind(1, health::to_text(RunState::interrupted)).bind(2, std::int64_t { now.time_since_epoch().count() });
    return update.run();
}

Result<record::FeedId> Runs::feed_of(std::int64_t run)
{
    KETENSYNC_TRY_ASSIGN(auto select, m_database->prepare("SELECT feed FROM run WHERE id = ?"));
    select.bind(1, run);
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    return row ? static_cast<record::FeedId>(select.integer(0)) : record::FeedId { 0 };
}

Result<std::vector<health::Run>> Runs::history(std::size_t limit, std::string_view source, std::string_view feed)
{
    // Of one feed there is an index; a source that seldom runs is not looked for among all the others.
    std::string_view const which = source.empty() || feed.empty()
        ? "WHERE (?1 = '' OR s.name = ?1) AND (?2 = '' OR f.name = ?2) "
        : "WHERE r.feed = (SELECT f2.id FROM feed f2 JOIN source s2 ON s2.id = f2.source WHERE s2.name = ?1 AND f2.name = ?2) ";
    KETENSYNC_TRY_ASSIGN(
        auto select, m_database->prepare(std::string(columns).append(which) + "ORDER BY r.id DESC LIMIT ?3"));
    select.bind(1, source).bind(2, feed).bind(3, static_cast<std::int64_t>(limit));
    std::vector<health::Run> runs;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return runs;
        }
        runs.push_back(from_row(select));
    }
}

}
