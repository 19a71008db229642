#include "daemon/outbox/outbox.hpp"

#include "daemon/store/compress.hpp"

#include <algorithm>

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

Result<std::int64_t> Outbox::append(std::string_view changes, Instant known)
{
    if (changes.empty()) {
        return 0;
    }
    auto const body = store::compress_for_now(changes);
    m_append.bind(1, std::int64_t { known.time_since_epoch().count() }).bind_blob(2, body);
    KETENSYNC_TRY(m_append.run());
    return m_database->number("SELECT last_insert_rowid()");
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

Result<void> Outbox::each(std::function<void(std::int64_t number, std::string_view bytes)> const & visit)
{
    KETENSYNC_TRY_ASSIGN(auto select, m_database->prepare("SELECT number, body FROM outbox ORDER BY number"));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        KETENSYNC_TRY_ASSIGN(auto const body, store::decompress(select.blob(1), batch_bytes_max));
        visit(select.integer(0), body);
    }
}

Result<std::uint64_t> Outbox::take_out(
    std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records)
{
    std::vector<std::pair<std::int64_t, std::string>> batches;
    KETENSYNC_TRY(each([&batches](std::int64_t number, std::string_view bytes) { batches.emplace_back(number, bytes); }));
    KETENSYNC_TRY_ASSIGN(auto update, m_database->prepare("UPDATE outbox SET body = ?2 WHERE number = ?1"));
    std::uint64_t taken = 0;
    auto const of_records = [&records](record::Change::Member const & member) {
        return std::ranges::find(records, member.record) != records.end();
    };
    for (auto & [number, body] : batches) {
        std::vector<record::Change> changes;
        if (!record::decode(body, changes)) {
            return fail(Failure::configuration, "a batch in the outbox is damaged: restore the state from a backup");
        }
        auto const before = taken;
        std::string kept;
        for (auto & change : changes) {
            bool const of_golden = std::ranges::find(golden, change.golden) != golden.end();
            auto const members = std::erase_if(change.joined, of_records) + std::erase_if(change.left, of_records);
            taken += of_golden || members > 0 ? 1U : 0U;
            if (!of_golden) {
                record::encode(change, kept);
            }
        }
        if (taken == before) {
            continue;
        }
        record::encode_end(kept);
        auto const packed = store::compress_for_now(kept);
        update.bind(1, number).bind_blob(2, packed);
        KETENSYNC_TRY(update.run());
    }
    return taken;
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
