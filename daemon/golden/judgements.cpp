#include "daemon/golden/judgements.hpp"

#include <algorithm>

namespace ketensync::golden {

std::string_view const Judgements::tables = R"(
CREATE TABLE judgement(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    same INTEGER NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    bits REAL NOT NULL,
    reason TEXT NOT NULL,
    taken_back INTEGER) STRICT;
CREATE UNIQUE INDEX judgement_a ON judgement(a, b) WHERE taken_back IS NULL;
CREATE INDEX judgement_b ON judgement(b) WHERE taken_back IS NULL;
)";

namespace {

std::int64_t number(Instant instant) { return instant.time_since_epoch().count(); }

}

Result<Judgements> Judgements::open(store::Database & database)
{
    Judgements judgements;
    constexpr std::string_view select = "SELECT id, a, b, same, who, at, bits, reason FROM judgement WHERE taken_back IS NULL";
    KETENSYNC_TRY_ASSIGN(judgements.m_all, database.prepare(std::string(select) + " ORDER BY id"));
    KETENSYNC_TRY_ASSIGN(judgements.m_of, database.prepare(std::string(select) + " AND (a = ?1 OR b = ?1) ORDER BY id"));
    KETENSYNC_TRY_ASSIGN(judgements.m_last, database.prepare(std::string(select) + " AND (?1 = '' OR who = ?1) ORDER BY id DESC LIMIT 1"));
    KETENSYNC_TRY_ASSIGN(judgements.m_put,
        database.prepare("INSERT INTO judgement(a, b, same, who, at, bits, reason) VALUES(?, ?, ?, ?, ?, ?, ?)"));
    KETENSYNC_TRY_ASSIGN(judgements.m_take_back, database.prepare("UPDATE judgement SET taken_back = ?2 WHERE id = ?1"));
    KETENSYNC_TRY_ASSIGN(judgements.m_replace,
        database.prepare("UPDATE judgement SET taken_back = ?3 WHERE a = ?1 AND b = ?2 AND taken_back IS NULL"));
    return judgements;
}

Judged Judgements::read(store::Statement const & row)
{
    return { row.integer(0), static_cast<record::RecordId>(row.integer(1)), static_cast<record::RecordId>(row.integer(2)),
        row.integer(3) != 0, std::string(row.text(4)), Instant(std::chrono::milliseconds(row.integer(5))), row.real(6),
        std::string(row.text(7)) };
}

Result<std::vector<Judged>> Judgements::read_all(store::Statement & rows)
{
    std::vector<Judged> found;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, rows.step());
        if (!row) {
            break;
        }
        found.push_back(read(rows));
    }
    rows.reset();
    return found;
}

Result<std::vector<Judged>> Judgements::all() { return read_all(m_all); }

Result<std::vector<Judged>> Judgements::of(record::RecordId record)
{
    m_of.bind(1, std::int64_t { record });
    return read_all(m_of);
}

Result<std::optional<Judged>> Judgements::last(std::string_view who)
{
    m_last.bind(1, who);
    KETENSYNC_TRY_ASSIGN(auto found, read_all(m_last));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

Result<void> Judgements::put(Judged const & judged)
{
    auto const [a, b] = std::minmax(judged.a, judged.b);
    m_replace.bind(1, std::int64_t { a }).bind(2, std::int64_t { b }).bind(3, number(judged.at));
    KETENSYNC_TRY(m_replace.run());
    m_put.bind(1, std::int64_t { a }).bind(2, std::int64_t { b }).bind(3, std::int64_t { judged.same ? 1 : 0 });
    m_put.bind(4, std::string_view(judged.who)).bind(5, number(judged.at)).bind(6, judged.bits);
    m_put.bind(7, std::string_view(judged.reason));
    return m_put.run();
}

Result<void> Judgements::take_back(std::int64_t id, Instant at)
{
    m_take_back.bind(1, id).bind(2, number(at));
    return m_take_back.run();
}

}
