#include "daemon/golden/golden.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <random>
#include <type_traits>

namespace ketensync::golden {

std::string Golden::tables()
{
    return store::Packed::create_table("record_page") + store::Packed::create_table("golden_page") + R"(
CREATE TABLE kind_count(kind INTEGER PRIMARY KEY, records INTEGER NOT NULL, golden INTEGER NOT NULL) STRICT;
CREATE TABLE stamp(one INTEGER PRIMARY KEY CHECK(one = 1), stamp BLOB NOT NULL) STRICT;
CREATE TABLE grouped_by(one INTEGER PRIMARY KEY CHECK(one = 1), rules TEXT NOT NULL) STRICT;
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
}

namespace {

/// A record's row: this, its key, its values. The numbers are as the machine has them (store/packed.cpp says which).
struct RecordHead {
    std::uint64_t teller = 0;
    std::int64_t order = 0;
    GoldenId golden = 0;
    std::uint32_t told = 0;
    std::uint32_t key_size = 0;
    SourceId source = 0;
    KindId kind = 0;
    std::uint8_t unused = 0;
};
static_assert(std::is_trivially_copyable_v<RecordHead> && sizeof(RecordHead) == 32);

/// A golden record's row: this, its members, its values.
struct GoldenHead {
    std::int64_t since = 0;
    std::uint32_t members = 0;
    KindId kind = 0;
    std::array<std::uint8_t, 3> unused {};
};
static_assert(std::is_trivially_copyable_v<GoldenHead> && sizeof(GoldenHead) == 16);

template <typename Head>
Head head_of(std::string_view row)
{
    Head head;
    if (row.size() >= sizeof(Head)) {
        std::memcpy(&head, row.data(), sizeof(Head));
    }
    return head;
}

template <typename Head>
void set_head(std::string & row, Head const & head)
{
    row.resize(std::max(row.size(), sizeof(Head)));
    std::memcpy(row.data(), &head, sizeof(Head));
}

std::string_view body_of(RecordHead const & head, std::string_view row)
{
    return row.size() < sizeof(head) + head.key_size ? std::string_view() : row.substr(sizeof(head) + head.key_size);
}

std::string_view body_of(GoldenHead const & head, std::string_view row)
{
    auto const begin = sizeof(head) + std::size_t { head.members } * sizeof(RecordId);
    return row.size() < begin ? std::string_view() : row.substr(begin);
}

void make_row(std::string & row, GoldenHead const & head, std::span<RecordId const> members, std::string_view body)
{
    row.clear();
    set_head(row, head);
    // Members are plain numbers: their bytes are what is kept.
    row.append(reinterpret_cast<char const *>(members.data()), members.size_bytes());
    row += body;
}

std::array<char, 16> random_stamp()
{
    std::random_device device;
    std::array<unsigned, 4> numbers { device(), device(), device(), device() };
    return std::bit_cast<std::array<char, 16>>(numbers);
}

std::int64_t number(Instant instant) { return instant.time_since_epoch().count(); }

}

Result<Golden> Golden::open(store::Database & database)
{
    Golden golden;
    golden.m_database = &database;
    KETENSYNC_TRY_ASSIGN(golden.m_records, store::Packed::open(database, "record_page"));
    KETENSYNC_TRY_ASSIGN(golden.m_golden, store::Packed::open(database, "golden_page"));
    auto const prepare = [&database](store::Statement & statement, std::string_view sql) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(statement, database.prepare(sql));
        return {};
    };
    KETENSYNC_TRY(prepare(golden.m_add_count,
        "INSERT INTO kind_count VALUES(?1, ?2, ?3) ON CONFLICT(kind) DO UPDATE SET records = records + ?2, golden = golden + ?3"));
    KETENSYNC_TRY(prepare(
        golden.m_history, "INSERT INTO golden_history(golden, until, since, kind, body) VALUES(?, ?, ?, ?, ?)"));
    KETENSYNC_TRY(prepare(golden.m_past, "SELECT golden, kind, since, until, body FROM golden_history WHERE golden = ? AND rowid > ? ORDER BY rowid"));
    KETENSYNC_TRY(prepare(golden.m_put_stamp, "REPLACE INTO stamp VALUES(1, ?)"));
    KETENSYNC_TRY(prepare(golden.m_put_rules, "REPLACE INTO grouped_by VALUES(1, ?)"));
    KETENSYNC_TRY(prepare(golden.m_rules, "SELECT rules FROM grouped_by"));
    KETENSYNC_TRY(prepare(golden.m_stamp, "SELECT stamp FROM stamp"));
    KETENSYNC_TRY(prepare(golden.m_doubt, "INSERT OR IGNORE INTO doubt VALUES(?, ?, ?, ?, ?)"));
    KETENSYNC_TRY(prepare(golden.m_forget_doubts, "DELETE FROM doubt WHERE a = ?1 OR b = ?1"));
    KETENSYNC_TRY(prepare(golden.m_forget_doubt, "DELETE FROM doubt WHERE a = ? AND b = ?"));
    KETENSYNC_TRY(prepare(golden.m_doubts, "SELECT a, b, bits, reason, since FROM doubt ORDER BY a, b"));
    KETENSYNC_TRY(prepare(golden.m_doubts_of, "SELECT a, b, bits, reason, since FROM doubt WHERE a = ?1 OR b = ?1"));
    return golden;
}

namespace {

Golden::Stored stored_in(RecordId record, std::string_view row)
{
    auto const head = head_of<RecordHead>(row);
    return { record, head.source, head.kind, row.substr(sizeof(head), head.key_size), head.golden, head.told, head.order,
        head.teller, body_of(head, row) };
}

}

Result<void> Golden::each(std::function<Result<void>(Stored const &)> const & visit)
{
    return m_records.each(
        [&visit](std::uint32_t record, std::string_view row) { return visit(stored_in(record, row)); });
}

Result<GoldenId> Golden::last_golden()
{
    KETENSYNC_TRY_ASSIGN(auto const ended, m_database->number("SELECT coalesce(max(golden), 0) FROM golden_history"));
    KETENSYNC_TRY_ASSIGN(auto const last, m_golden.last());
    return std::max(static_cast<GoldenId>(ended), GoldenId { last });
}

Golden::Count & Golden::counted(KindId kind)
{
    if (kind >= m_counts.size()) {
        m_counts.resize(std::size_t { kind } + 1);
    }
    return m_counts[kind];
}

Result<void> Golden::add(RecordId record, Ledger::Entry const & entry, std::string_view key, std::string_view body)
{
    m_row.clear();
    set_head(m_row,
        RecordHead { entry.teller, entry.order, entry.golden, entry.told, static_cast<std::uint32_t>(key.size()),
            entry.source, entry.kind, 0 });
    m_row.append(key).append(body);
    counted(entry.kind).records += entry.told > 0 ? 1 : 0;
    return m_records.put(record, m_row);
}

Result<void> Golden::mark(RecordId record, Ledger::Entry const & entry, std::string_view const * body)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_records.get(record));
    auto head = head_of<RecordHead>(row);
    m_row.assign(row.substr(0, body == nullptr ? row.size() : sizeof(head) + head.key_size));
    counted(head.kind).records += (entry.told > 0 ? 1 : 0) - (head.told > 0 ? 1 : 0);
    head.teller = entry.teller;
    head.order = entry.order;
    head.golden = entry.golden;
    head.told = entry.told;
    set_head(m_row, head);
    if (body != nullptr) {
        m_row += *body;
    }
    return m_records.put(record, m_row);
}

Result<void> Golden::change(RecordId record, Ledger::Entry const & entry, std::string_view body)
{
    return mark(record, entry, &body);
}

Result<void> Golden::set_marks(RecordId record, Ledger::Entry const & entry) { return mark(record, entry, nullptr); }

Result<void> Golden::erase(RecordId record)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_records.get(record));
    auto const was = head_of<RecordHead>(row);
    if (was.told != 0) {
        return fail(Failure::bug, "a record that documents tell cannot be erased");
    }
    // A key of its own, so that no other record is taken for it.
    auto const key = "erased/" + std::to_string(record);
    m_row.clear();
    set_head(m_row, RecordHead { 0, 0, 0, 0, static_cast<std::uint32_t>(key.size()), was.source, was.kind, 0 });
    m_row += key;
    return m_records.put(record, m_row);
}

Result<record::Values> Golden::values(RecordId record)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_records.get(record));
    auto values = record::Values::from_bytes(body_of(head_of<RecordHead>(row), row));
    return values ? std::move(*values) : record::Values();
}

Result<Golden::Stored> Golden::stored(RecordId record)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_records.get(record));
    if (row.empty()) {
        return Stored();
    }
    return stored_in(record, row);
}

Result<Golden::Delivered> Golden::delivered(GoldenId golden)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_golden.get(golden));
    Delivered found;
    if (row.empty()) {
        return found;
    }
    auto const head = head_of<GoldenHead>(row);
    found.exists = true;
    found.kind = head.kind;
    found.since = Instant(std::chrono::milliseconds(head.since));
    found.members.resize(head.members);
    std::memcpy(found.members.data(), row.data() + sizeof(head), found.members.size() * sizeof(RecordId));
    if (auto values = record::Values::from_bytes(body_of(head, row))) {
        found.values = std::move(*values);
    }
    return found;
}

Result<void> Golden::put(
    GoldenId golden, KindId kind, std::span<RecordId const> members, std::string_view body, Instant since)
{
    ++counted(kind).golden;
    make_row(m_row, { number(since), static_cast<std::uint32_t>(members.size()), kind, {} }, members, body);
    return m_golden.put(golden, m_row);
}

Result<void> Golden::keep_history(GoldenId golden, std::string_view row, Instant until)
{
    auto const head = head_of<GoldenHead>(row);
    m_history.bind(1, std::int64_t { golden }).bind(2, number(until)).bind(3, head.since);
    m_history.bind(4, std::int64_t { head.kind }).bind_blob(5, body_of(head, row));
    return m_history.run();
}

Result<void> Golden::replace(GoldenId golden, Delivered const & was, std::span<RecordId const> members,
    std::string_view body, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_golden.get(golden));
    auto head = head_of<GoldenHead>(row);
    if (was.values.bytes() != body) {
        KETENSYNC_TRY(keep_history(golden, row, now));
        head.since = number(now);
    }
    head.members = static_cast<std::uint32_t>(members.size());
    make_row(m_row, head, members, body);
    return m_golden.put(golden, m_row);
}

Result<void> Golden::end(GoldenId golden, Instant now)
{
    KETENSYNC_TRY_ASSIGN(auto const row, m_golden.get(golden));
    --counted(head_of<GoldenHead>(row).kind).golden;
    KETENSYNC_TRY(keep_history(golden, row, now));
    return m_golden.put(golden, {});
}

Result<void> Golden::flush()
{
    bool const changed = m_records.changed() || m_golden.changed();
    KETENSYNC_TRY(m_records.flush());
    KETENSYNC_TRY(m_golden.flush());
    for (std::size_t kind = 0; kind < m_counts.size(); ++kind) {
        auto & count = m_counts[kind];
        if (count.records == 0 && count.golden == 0) {
            continue;
        }
        m_add_count.bind(1, static_cast<std::int64_t>(kind)).bind(2, count.records).bind(3, count.golden);
        KETENSYNC_TRY(m_add_count.run());
        count = {};
    }
    if (!changed) {
        return {};
    }
    auto const stamp = random_stamp();
    m_put_stamp.bind_blob(1, std::string_view(stamp.data(), stamp.size()));
    return m_put_stamp.run();
}

Result<std::string> Golden::stamp()
{
    KETENSYNC_TRY_ASSIGN(bool const row, m_stamp.step());
    auto stamp = row ? std::string(m_stamp.blob(0)) : std::string();
    m_stamp.reset();
    return stamp;
}

Result<std::string> Golden::grouped_by()
{
    KETENSYNC_TRY_ASSIGN(bool const row, m_rules.step());
    auto rules = row ? std::string(m_rules.text(0)) : std::string();
    m_rules.reset();
    return rules;
}

Result<void> Golden::set_grouped_by(std::string_view rules)
{
    m_put_rules.bind(1, rules);
    return m_put_rules.run();
}

void Golden::forget()
{
    m_records.forget();
    m_golden.forget();
    m_counts.clear();
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

Result<void> Golden::forget_doubt(RecordId a, RecordId b)
{
    m_forget_doubt.bind(1, std::int64_t { std::min(a, b) }).bind(2, std::int64_t { std::max(a, b) });
    return m_forget_doubt.run();
}

namespace {

Result<std::vector<Golden::Doubt>> read_doubts(store::Statement & rows)
{
    std::vector<Golden::Doubt> found;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, rows.step());
        if (!row) {
            break;
        }
        found.push_back({ static_cast<RecordId>(rows.integer(0)), static_cast<RecordId>(rows.integer(1)), rows.real(2),
            std::string(rows.text(3)), Instant(std::chrono::milliseconds(rows.integer(4))) });
    }
    rows.reset();
    return found;
}

}

Result<std::vector<Golden::Doubt>> Golden::doubts() { return read_doubts(m_doubts); }

Result<std::vector<Golden::Doubt>> Golden::doubts_of(RecordId record)
{
    m_doubts_of.bind(1, std::int64_t { record });
    return read_doubts(m_doubts_of);
}

}
