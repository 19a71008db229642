#include "daemon/pipeline/processing.hpp"

#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

namespace ketensync::pipeline {

std::string_view const Processing::tables = R"(
CREATE TABLE processing(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    feed INTEGER NOT NULL,
    run INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    subjects BLOB NOT NULL) STRICT;
)";

std::string_view const Processing::batches = R"(
ALTER TABLE processing ADD COLUMN batch INTEGER NOT NULL DEFAULT 0;
CREATE INDEX processing_batch ON processing(batch) WHERE batch > 0;
)";

namespace {

/// True of a kind whose records are persons.
bool says_who(record::Kind const & kind)
{
    return std::ranges::any_of(kind.fields, [](record::Field const & field) { return field.type == record::FieldType::bsn; });
}

}

void Processing::see_values(record::Kind const & kind, record::Values const & values)
{
    for (std::size_t i = 0; i < kind.fields.size() && i < values.size(); ++i) {
        auto const & field = kind.fields[i];
        if (field.type != record::FieldType::reference || !says_who(m_schema->kinds[field.target])) {
            continue;
        }
        auto const text = values[static_cast<record::FieldId>(i)];
        record::GoldenId person = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), person).ec == std::errc() && person != 0) {
            m_subjects.insert(person);
        }
    }
}

void Processing::see(record::Change const & change, record::Values const & was)
{
    auto const & kind = m_schema->kinds[change.kind];
    if (says_who(kind)) {
        m_subjects.insert(change.golden);
        return;
    }
    see_values(kind, change.values);
    see_values(kind, was);
}

Result<void> Processing::write(std::string_view name, std::int64_t feed, std::int64_t run, Instant begun, Instant ended, std::int64_t batch)
{
    std::string subjects(m_subjects.size() * sizeof(record::GoldenId), '\0');
    auto at = subjects.data();
    for (auto const person : m_subjects) {
        std::memcpy(at, &person, sizeof(person));
        at += sizeof(person);
    }
    m_subjects.clear();
    // Who reads the log only looks, and makes no key.
    KETENSYNC_TRY(key_in_state(*m_state));
    KETENSYNC_TRY_ASSIGN(auto insert,
        m_state->prepare("INSERT INTO processing(name, feed, run, begun, ended, subjects, batch) VALUES(?, ?, ?, ?, ?, ?, ?)"));
    insert.bind(1, name).bind(2, feed).bind(3, run);
    insert.bind(4, std::int64_t { begun.time_since_epoch().count() }).bind(5, std::int64_t { ended.time_since_epoch().count() });
    insert.bind_blob(6, subjects).bind(7, batch);
    return insert.run();
}

Result<void> Processing::delivered(store::Database & state, std::int64_t batch, Instant begun, Instant ended)
{
    KETENSYNC_TRY_ASSIGN(auto insert,
        state.prepare("INSERT INTO processing(name, feed, run, begun, ended, subjects) "
                      "SELECT 'deliver to the warehouse', feed, run, ?2, ?3, subjects FROM processing WHERE batch = ?1"));
    insert.bind(1, batch).bind(2, std::int64_t { begun.time_since_epoch().count() }).bind(3, std::int64_t { ended.time_since_epoch().count() });
    return insert.run();
}

Result<void> Processing::forget_batches(store::Database & state)
{
    return state.execute("UPDATE processing SET batch = 0 WHERE batch > 0");
}

Result<void> Processing::each(store::Database & state, std::function<Result<void>(Line const &)> const & visit)
{
    KETENSYNC_TRY_ASSIGN(auto const count, state.number("SELECT count(*) FROM processing"));
    if (count == 0) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto const key, key_in_state(state));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    std::int64_t trace_of = 0;
    std::string trace;
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT id, name, feed, run, begun, ended, subjects FROM processing ORDER BY id"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        Line line;
        auto const id = select.integer(0);
        auto const run = select.integer(3);
        if (run != trace_of) {
            trace_of = run;
            auto const known = runs.run(run);
            trace = known ? to_text(known->trace) : std::string();
        }
        // What belongs to no run, or to one without a trace or that the run log has no more, has a number of its own.
        line.trace_id = run != 0 && !trace.empty()
            ? trace
            : store::in_hex(store::keyed_hash(key, run == 0 ? fmt::format("operation/{}", id) : fmt::format("run/{}", run))).substr(0, 32);
        line.name = select.text(1);
        line.feed = select.integer(2);
        line.start = Instant(std::chrono::milliseconds(select.integer(4)));
        line.end = Instant(std::chrono::milliseconds(select.integer(5)));
        std::vector<record::GoldenId> subjects(select.blob(6).size() / sizeof(record::GoldenId));
        std::memcpy(subjects.data(), select.blob(6).data(), subjects.size() * sizeof(record::GoldenId));
        if (subjects.empty()) {
            subjects.push_back(0);
        }
        for (auto const person : subjects) {
            line.operation_id = store::in_hex(store::keyed_hash(key, fmt::format("line/{}/{}", id, person))).substr(0, 16);
            line.subject = person == 0 ? std::string() : store::in_hex(store::keyed_hash(key, fmt::format("person/{}", person)));
            KETENSYNC_TRY(visit(line));
        }
    }
}

}
