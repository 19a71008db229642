#include "daemon/pipeline/tombstones.hpp"

#include "daemon/pipeline/audit.hpp"

#include <fmt/format.h>

namespace ketensync::pipeline {

std::string_view const Tombstones::tables
    = "CREATE TABLE tombstone(mark BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

namespace {

/// Numbers that are one person's for life. An address or a telephone may be somebody else's later.
bool for_life(record::FieldType type) { return type == record::FieldType::bsn || type == record::FieldType::identifier; }

std::string of_document(record::FeedId feed, record::Fingerprint const & document)
{
    return fmt::format("document/{}/{:x}/{:x}", feed, document.high, document.low);
}

std::string of_record(std::string_view source, std::string_view kind, std::string_view key)
{
    return fmt::format("record/{}/{}/{}", source, kind, key);
}

std::string of_value(record::Field const & field, std::string_view value)
{
    return fmt::format("value/{}/{}/{}", record::to_text(field.type), field.list, value);
}

}

Result<Tombstones> Tombstones::open(store::Database & state)
{
    Tombstones stones;
    stones.m_state = &state;
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT mark FROM tombstone"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            break;
        }
        stones.m_marks.emplace(select.blob(0));
    }
    if (!stones.m_marks.empty()) {
        KETENSYNC_TRY_ASSIGN(stones.m_key, key_in_state(state));
    }
    return stones;
}

std::string Tombstones::mark(std::string_view text) const { return store::keyed_hash(m_key, text); }

bool Tombstones::cover(record::FeedId feed, record::Fingerprint const & document) const
{
    return m_marks.contains(mark(of_document(feed, document)));
}

bool Tombstones::cover(std::string_view source, record::Schema const & schema, record::Record const & record) const
{
    auto const & kind = schema.kinds[record.kind];
    if (m_marks.contains(mark(of_record(source, kind.name, record.key)))) {
        return true;
    }
    for (std::size_t field = 0; field < kind.fields.size() && field < record.values.size(); ++field) {
        auto const value = record.values[static_cast<record::FieldId>(field)];
        if (for_life(kind.fields[field].type) && !value.empty() && m_marks.contains(mark(of_value(kind.fields[field], value)))) {
            return true;
        }
    }
    // What refers to somebody by the key under which the same source told him.
    for (std::size_t field = 0; field < kind.fields.size() && field < record.values.size(); ++field) {
        auto const & of = kind.fields[field];
        auto const value = record.values[static_cast<record::FieldId>(field)];
        auto const slash = value.find('/');
        if (of.type == record::FieldType::reference && slash != std::string_view::npos
            && m_marks.contains(mark(of_record(value.substr(0, slash), schema.kinds[of.target].name, value.substr(slash + 1))))) {
            return true;
        }
    }
    return false;
}

Result<void> Tombstones::put(std::string const & text, Instant at)
{
    if (m_key.empty()) {
        KETENSYNC_TRY_ASSIGN(m_key, key_in_state(*m_state));
    }
    auto const hash = mark(text);
    KETENSYNC_TRY_ASSIGN(auto insert, m_state->prepare("INSERT OR IGNORE INTO tombstone VALUES(?, ?)"));
    insert.bind_blob(1, hash).bind(2, std::int64_t { at.time_since_epoch().count() });
    return insert.run();
}

Result<void> Tombstones::put_document(record::FeedId feed, record::Fingerprint const & document, Instant at)
{
    return put(of_document(feed, document), at);
}

Result<void> Tombstones::put_record(std::string_view source, record::Schema const & schema, record::KindId kind,
    std::string_view key, record::Values const & values, Instant at)
{
    auto const & of_kind = schema.kinds[kind];
    KETENSYNC_TRY(put(of_record(source, of_kind.name, key), at));
    for (std::size_t field = 0; field < of_kind.fields.size() && field < values.size(); ++field) {
        auto const value = values[static_cast<record::FieldId>(field)];
        if (for_life(of_kind.fields[field].type) && !value.empty()) {
            KETENSYNC_TRY(put(of_value(of_kind.fields[field], value), at));
        }
    }
    return {};
}

}
