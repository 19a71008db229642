#include "daemon/golden/golden.hpp"

#include <algorithm>

namespace ketensync::golden {

std::string_view const Golden::tables = R"(
CREATE TABLE record(
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    golden INTEGER NOT NULL,
    told INTEGER NOT NULL,
    ord INTEGER NOT NULL,
    teller INTEGER NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE TABLE golden(
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    since INTEGER NOT NULL,
    members BLOB NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE TABLE golden_history(
    golden INTEGER NOT NULL,
    until INTEGER NOT NULL,
    since INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE INDEX golden_history_golden ON golden_history(golden);
CREATE TABLE doubt(
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    bits REAL NOT NULL,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY(a, b)) STRICT, WITHOUT ROWID;
CREATE INDEX doubt_b ON doubt(b);
)";

namespace {

std::string encode(std::span<RecordId const> members)
{
    std::string bytes;
    bytes.reserve(members.size() * 4);
    for (auto const member : members) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<char>(member >> shift & 0xff));
        }
    }
    return bytes;
}

std::vector<RecordId> decode(std::string_view bytes)
{
    std::vector<RecordId> members(bytes.size() / 4);
    for (std::size_t i = 0; i < members.size(); ++i) {
        for (unsigned byte = 0; byte < 4; ++byte) {
            members[i] |= static_cast<RecordId>(static_cast<unsigned char>(bytes[4 * i + byte])) << 8 * byte;
        }
    }
    return members;
}

std::int64_t number(Instant instant) { return instant.time_since_epoch().count(); }

}

Result<Golden> Golden::open(store::Database & database)
{
    Golden golden;
    golden.m_database = &database;
    auto const prepare = [&database](store::Statement & statement, std::string_view sql) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(statement, database.prepare(sql));
        return {};
    };
    KETENSYNC_TRY(prepare(golden.m_add,
        "INSERT INTO record(id, source, kind, golden, told, ord, teller, key, body) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    KETENSYNC_TRY(prepare(golden.m_change,
        "UPDATE record SET golden = ?2, told = ?3, ord = ?4, teller = ?5, body = ?6 WHERE id = ?1"));
    KETENSYNC_TRY(prepare(golden.m_set_golden, "UPDATE record SET golden = ?2 WHERE id = ?1"));
    KETENSYNC_TRY(
        prepare(golden.m_set_told, "UPDATE record SET golden = ?2, told = ?3, ord = ?4, teller = ?5 WHERE id = ?1"));
    KETENSYNC_TRY(prepare(golden.m_values, "SELECT body FROM record WHERE id = ?"));
    KETENSYNC_TRY(prepare(golden.m_key, "SELECT key FROM record WHERE id = ?"));
    KETENSYNC_TRY(prepare(golden.m_delivered, "SELECT members, body FROM golden WHERE id = ?"));
    KETENSYNC_TRY(prepare(golden.m_put, "INSERT INTO golden(id, kind, since, members, body) VALUES(?, ?, ?, ?, ?)"));
    KETENSYNC_TRY(prepare(golden.m_replace, "UPDATE golden SET since = ?2, members = ?3, body = ?4 WHERE id = ?1"));
    KETENSYNC_TRY(prepare(golden.m_end, "DELETE FROM golden WHERE id = ?"));
    KETENSYNC_TRY(prepare(golden.m_history,
        "INSERT INTO golden_history(golden, until, since, kind, body) SELECT id, ?2, since, kind, body FROM golden WHERE id = ?1"));
    KETENSYNC_TRY(prepare(golden.m_doubt, "INSERT OR IGNORE INTO doubt VALUES(?, ?, ?, ?, ?)"));
    KETENSYNC_TRY(prepare(golden.m_forget_doubts, "DELETE FROM doubt WHERE a = ?1 OR b = ?1"));
    return golden;
}

Result<void> Golden::each(std::function<Result<void>(Stored const &)> const & visit)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        m_database->prepare("SELECT id, source, kind, key, golden, told, ord, teller, body FROM record ORDER BY id"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        Stored stored;
        stored.record = static_cast<RecordId>(select.integer(0));
        stored.source = static_cast<SourceId>(select.integer(1));
        stored.kind = static_cast<KindId>(select.integer(2));
        stored.key = select.text(3);
        stored.golden = static_cast<GoldenId>(select.integer(4));
        stored.told = static_cast<std::uint32_t>(select.integer(5));
        stored.order = select.integer(6);
        stored.teller = static_cast<std::uint64_t>(select.integer(7));
        if (auto values = record::Values::from_bytes(select.blob(8))) {
            stored.values = std::move(*values);
        }
        KETENSYNC_TRY(visit(stored));
    }
}

Result<GoldenId> Golden::last_golden()
{
    KETENSYNC_TRY_ASSIGN(auto const last,
        m_database->number("SELECT max(coalesce((SELECT max(id) FROM golden), 0), coalesce((SELECT max(golden) FROM golden_history), 0))"));
    return static_cast<GoldenId>(last);
}

Result<void> Golden::add(RecordId record, Ledger::Entry const & entry, std::string_view key, std::string_view body)
{
    m_add.bind(1, std::int64_t { record }).bind(2, std::int64_t { entry.source }).bind(3, std::int64_t { entry.kind });
    m_add.bind(4, std::int64_t { entry.golden }).bind(5, std::int64_t { entry.told }).bind(6, entry.order);
    m_add.bind(7, static_cast<std::int64_t>(entry.teller)).bind(8, key).bind_blob(9, body);
    return m_add.run();
}

Result<void> Golden::change(RecordId record, Ledger::Entry const & entry, std::string_view body)
{
    m_change.bind(1, std::int64_t { record }).bind(2, std::int64_t { entry.golden }).bind(3, std::int64_t { entry.told });
    m_change.bind(4, entry.order).bind(5, static_cast<std::int64_t>(entry.teller)).bind_blob(6, body);
    return m_change.run();
}

Result<void> Golden::set_golden(RecordId record, GoldenId golden)
{
    m_set_golden.bind(1, std::int64_t { record }).bind(2, std::int64_t { golden });
    return m_set_golden.run();
}

Result<void> Golden::set_told(RecordId record, Ledger::Entry const & entry)
{
    m_set_told.bind(1, std::int64_t { record }).bind(2, std::int64_t { entry.golden });
    m_set_told.bind(3, std::int64_t { entry.told }).bind(4, entry.order).bind(5, static_cast<std::int64_t>(entry.teller));
    return m_set_told.run();
}

Result<record::Values> Golden::values(RecordId record)
{
    m_values.bind(1, std::int64_t { record });
    KETENSYNC_TRY_ASSIGN(bool const row, m_values.step());
    auto values = record::Values::from_bytes(row ? m_values.blob(0) : std::string_view());
    m_values.reset();
    return values ? std::move(*values) : record::Values();
}

Result<std::string> Golden::key(RecordId record)
{
    m_key.bind(1, std::int64_t { record });
    KETENSYNC_TRY_ASSIGN(bool const row, m_key.step());
    std::string key(row ? m_key.text(0) : std::string_view());
    m_key.reset();
    return key;
}

Result<Golden::Delivered> Golden::delivered(GoldenId golden)
{
    m_delivered.bind(1, std::int64_t { golden });
    KETENSYNC_TRY_ASSIGN(bool const row, m_delivered.step());
    Delivered found;
    if (row) {
        found.exists = true;
        found.members = decode(m_delivered.blob(0));
        if (auto values = record::Values::from_bytes(m_delivered.blob(1))) {
            found.values = std::move(*values);
        }
    }
    m_delivered.reset();
    return found;
}

Result<void> Golden::put(
    GoldenId golden, KindId kind, std::span<RecordId const> members, std::string_view body, Instant since)
{
    auto const encoded = encode(members);
    m_put.bind(1, std::int64_t { golden }).bind(2, std::int64_t { kind }).bind(3, number(since));
    m_put.bind_blob(4, encoded).bind_blob(5, body);
    return m_put.run();
}

Result<void> Golden::replace(GoldenId golden, Delivered const & was, std::span<RecordId const> members,
    std::string_view body, Instant now)
{
    if (was.values.bytes() != body) {
        m_history.bind(1, std::int64_t { golden }).bind(2, number(now));
        KETENSYNC_TRY(m_history.run());
    }
    auto const encoded = encode(members);
    m_replace.bind(1, std::int64_t { golden }).bind(2, number(now)).bind_blob(3, encoded).bind_blob(4, body);
    return m_replace.run();
}

Result<void> Golden::end(GoldenId golden, Instant now)
{
    m_history.bind(1, std::int64_t { golden }).bind(2, number(now));
    KETENSYNC_TRY(m_history.run());
    m_end.bind(1, std::int64_t { golden });
    return m_end.run();
}

Result<void> Golden::doubt(RecordId a, RecordId b, double bits, std::string_view reason, Instant since)
{
    m_doubt.bind(1, std::int64_t { std::min(a, b) }).bind(2, std::int64_t { std::max(a, b) }).bind(3, bits);
    m_doubt.bind(4, reason).bind(5, number(since));
    return m_doubt.run();
}

Result<void> Golden::forget_doubts(RecordId record)
{
    m_forget_doubts.bind(1, std::int64_t { record });
    return m_forget_doubts.run();
}

}
