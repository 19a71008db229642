#include "daemon/landing/quarantine.hpp"

namespace ketensync::landing {

std::string_view const Quarantine::tables = R"(
CREATE TABLE quarantine(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    feed INTEGER NOT NULL,
    key_high INTEGER NOT NULL,
    key_low INTEGER NOT NULL,
    version INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    place TEXT NOT NULL,
    raw BLOB NOT NULL,
    first_seen INTEGER NOT NULL,
    tries INTEGER NOT NULL) STRICT;
CREATE INDEX quarantine_key ON quarantine(feed, key_high, key_low);
)";

std::string_view const Quarantine::groups = "CREATE INDEX quarantine_group ON quarantine(feed, reason, id, first_seen);";

namespace {

/// Only what is asked of is in it: a group of many is found by its index.
std::string selected(Quarantine::Selection const & selection)
{
    std::string text = " WHERE q.id > ?4";
    if (!selection.source.empty()) {
        text += selection.feed.empty() ? " AND q.feed IN " : " AND q.feed = ";
        text += "(SELECT f2.id FROM feed f2 JOIN source s2 ON s2.id = f2.source WHERE s2.name = ?1 AND (?5 = '' OR f2.name = ?5))";
    }
    text += selection.reason.empty() ? "" : " AND q.reason = ?2";
    text += selection.id ? " AND q.id = ?3" : "";
    text += " ORDER BY q.id";
    text += selection.at_most == 0 ? "" : " LIMIT ?6";
    return text;
}

void bind(store::Statement & statement, Quarantine::Selection const & selection)
{
    if (!selection.source.empty()) {
        statement.bind(1, std::string_view(selection.source)).bind(5, std::string_view(selection.feed));
    }
    if (!selection.reason.empty()) {
        statement.bind(2, std::string_view(selection.reason));
    }
    if (selection.id) {
        statement.bind(3, *selection.id);
    }
    statement.bind(4, selection.after);
    if (selection.at_most != 0) {
        statement.bind(6, static_cast<std::int64_t>(selection.at_most));
    }
}

void bind_key(store::Statement & statement, record::FeedId feed, record::Fingerprint const & key)
{
    statement.bind(1, std::int64_t { feed })
        .bind(2, static_cast<std::int64_t>(key.high))
        .bind(3, static_cast<std::int64_t>(key.low));
}

Instant instant(std::int64_t milliseconds) { return Instant(std::chrono::milliseconds(milliseconds)); }

}

Result<Quarantine> Quarantine::open(store::Database & database)
{
    Quarantine quarantine;
    quarantine.m_database = &database;
    KETENSYNC_TRY_ASSIGN(quarantine.m_put,
        database.prepare("INSERT INTO quarantine(feed, key_high, key_low, version, reason, detail, place, raw, first_seen, tries) "
                         "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    KETENSYNC_TRY_ASSIGN(
        quarantine.m_clear, database.prepare("DELETE FROM quarantine WHERE feed = ? AND key_high = ? AND key_low = ?"));
    KETENSYNC_TRY_ASSIGN(quarantine.m_holds, database.prepare("SELECT 1 FROM quarantine WHERE feed = ? LIMIT 1"));
    KETENSYNC_TRY_ASSIGN(quarantine.m_first_seen,
        database.prepare("SELECT min(first_seen), max(tries) FROM quarantine WHERE feed = ? AND key_high = ? AND key_low = ?"));
    return quarantine;
}

Result<void> Quarantine::put(record::FeedId feed, record::Fingerprint const & key, Version version,
    std::vector<record::Reject> const & rejects, std::string_view raw, Instant seen)
{
    bind_key(m_first_seen, feed, key);
    KETENSYNC_TRY(m_first_seen.step());
    auto const known = !m_first_seen.is_null(0);
    auto const first_seen = known ? m_first_seen.integer(0) : seen.time_since_epoch().count();
    auto const tries = known ? m_first_seen.integer(1) + 1 : 1;
    m_first_seen.reset();
    KETENSYNC_TRY(clear(feed, key));
    for (auto const & reject : rejects) {
        bind_key(m_put, feed, key);
        m_put.bind(4, static_cast<std::int64_t>(version)).bind(5, std::string_view(reject.reason));
        m_put.bind(6, std::string_view(reject.detail)).bind(7, std::string_view(reject.where)).bind_blob(8, raw);
        m_put.bind(9, std::int64_t { first_seen }).bind(10, std::int64_t { tries });
        KETENSYNC_TRY(m_put.run());
    }
    return {};
}

Result<void> Quarantine::clear(record::FeedId feed, record::Fingerprint const & key)
{
    bind_key(m_clear, feed, key);
    return m_clear.run();
}

Result<bool> Quarantine::holds(record::FeedId feed)
{
    m_holds.bind(1, std::int64_t { feed });
    KETENSYNC_TRY_ASSIGN(bool const row, m_holds.step());
    m_holds.reset();
    return row;
}

Result<std::vector<Quarantine::Item>> Quarantine::list(Selection const & selection)
{
    KETENSYNC_TRY_ASSIGN(auto statement,
        m_database->prepare(std::string("SELECT q.id, s.name, f.name, f.id, q.version, q.reason, q.detail, q.place, q.first_seen, "
                                        "q.tries FROM quarantine q JOIN feed f ON f.id = q.feed JOIN source s ON s.id = f.source")
            .append(selected(selection))));
    bind(statement, selection);
    std::vector<Item> items;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, statement.step());
        if (!row) {
            return items;
        }
        items.push_back({ statement.integer(0), std::string(statement.text(1)), std::string(statement.text(2)),
            static_cast<record::FeedId>(statement.integer(3)), static_cast<Version>(statement.integer(4)),
            std::string(statement.text(5)), std::string(statement.text(6)), std::string(statement.text(7)),
            instant(statement.integer(8)), statement.integer(9) });
    }
}

Result<std::optional<std::string>> Quarantine::raw(std::int64_t id)
{
    KETENSYNC_TRY_ASSIGN(auto statement, m_database->prepare("SELECT raw FROM quarantine WHERE id = ?"));
    statement.bind(1, id);
    KETENSYNC_TRY_ASSIGN(bool const row, statement.step());
    return row ? std::optional(std::string(statement.blob(0))) : std::nullopt;
}

Result<std::int64_t> Quarantine::drop(Selection const & selection)
{
    KETENSYNC_TRY_ASSIGN(auto statement,
        m_database->prepare(std::string("DELETE FROM quarantine WHERE id IN (SELECT q.id FROM quarantine q")
            .append(selected(selection))
            .append(")")));
    bind(statement, selection);
    KETENSYNC_TRY(statement.run());
    return m_database->rows_changed();
}

Result<std::vector<Quarantine::Count>> Quarantine::counts()
{
    KETENSYNC_TRY_ASSIGN(auto statement,
        m_database->prepare("SELECT s.name, f.name, q.reason, q.items, q.oldest FROM "
                            "(SELECT feed, reason, count(*) AS items, min(first_seen) AS oldest FROM quarantine GROUP BY feed, reason) q "
                            "JOIN feed f ON f.id = q.feed JOIN source s ON s.id = f.source ORDER BY 1, 2, 3"));
    std::vector<Count> counts;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, statement.step());
        if (!row) {
            return counts;
        }
        counts.push_back({ std::string(statement.text(0)), std::string(statement.text(1)), std::string(statement.text(2)),
            statement.integer(3), instant(statement.integer(4)) });
    }
}

}
