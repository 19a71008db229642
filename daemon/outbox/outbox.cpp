#include "daemon/outbox/outbox.hpp"

#include "daemon/store/compress.hpp"

namespace ketensync::outbox {

std::string_view const Outbox::tables
    = "CREATE TABLE outbox(number INTEGER PRIMARY KEY AUTOINCREMENT, known INTEGER NOT NULL, body BLOB NOT NULL) STRICT;";

namespace {

constexpr std::size_t batch_bytes_max = 1ULL << 31;

}

Result<Outbox> Outbox::open(store::Database & database)
{
    Outbox outbox;
    outbox.m_database = &database;
    KETENSYNC_TRY_ASSIGN(outbox.m_append, database.prepare("INSERT INTO outbox(known, body) VALUES(?, ?)"));
    KETENSYNC_TRY_ASSIGN(
        outbox.m_oldest, database.prepare("SELECT number, known, body FROM outbox ORDER BY number LIMIT 1"));
    KETENSYNC_TRY_ASSIGN(outbox.m_acknowledge, database.prepare("DELETE FROM outbox WHERE number <= ?"));
    return outbox;
}

Result<void> Outbox::append(std::string_view changes, Instant known)
{
    if (changes.empty()) {
        return {};
    }
    auto const body = store::compress_for_now(changes);
    m_append.bind(1, std::int64_t { known.time_since_epoch().count() }).bind_blob(2, body);
    return m_append.run();
}

Result<std::optional<record::Batch>> Outbox::oldest()
{
    KETENSYNC_TRY_ASSIGN(bool const row, m_oldest.step());
    if (!row) {
        m_oldest.reset();
        return std::nullopt;
    }
    record::Batch batch;
    batch.number = m_oldest.integer(0);
    batch.known = Instant(std::chrono::milliseconds(m_oldest.integer(1)));
    auto body = store::decompress(m_oldest.blob(2), batch_bytes_max);
    m_oldest.reset();
    if (!body) {
        return fail(std::move(body).error());
    }
    if (!record::decode(*body, batch.changes)) {
        return fail(Failure::configuration, "a batch in the outbox is damaged: restore the state from a backup");
    }
    return batch;
}

Result<void> Outbox::acknowledge(std::int64_t number)
{
    m_acknowledge.bind(1, number);
    return m_acknowledge.run();
}

Result<Outbox::Waiting> Outbox::waiting()
{
    KETENSYNC_TRY_ASSIGN(auto select,
        m_database->prepare("SELECT count(*), coalesce(sum(length(body)), 0), min(known) FROM outbox"));
    KETENSYNC_TRY(select.step());
    Waiting waiting { select.integer(0), select.integer(1), std::nullopt };
    if (!select.is_null(2)) {
        waiting.oldest = Instant(std::chrono::milliseconds(select.integer(2)));
    }
    return waiting;
}

}
