#include "daemon/warehouse/postgres.hpp"

#include "daemon/base/clock.hpp"
#include "daemon/warehouse/postgres_layout.hpp"
#include "daemon/warehouse/postgres_rows.hpp"
#include "daemon/warehouse/two_times.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>


namespace ketensync::warehouse {

namespace {

/// Persons that go in, or numbers that are named, by one statement.
constexpr std::size_t persons_at_once = 5'000;
/// For writing a table anew: as long as that takes for the persons of a region, and by hand only.
constexpr std::chrono::minutes rewriting_patience { 10 };

class PostgresWarehouse final : public Warehouse {
public:
    PostgresWarehouse(std::unique_ptr<PostgresSession> session, PostgresAccess const & access,
        std::shared_ptr<record::Schema const> kinds, Holder & holder)
        : m_session(std::move(session)), m_access(access), m_kinds(std::move(kinds)), m_holder(holder)
    {
        begin();
    }

    Result<void> check_key() override;
    Result<void> prepare(std::vector<SourceName> const & sources, std::vector<View> const & views) override;
    Result<std::int64_t> delivered() override;
    Result<void> deliver(record::Batch const & batch) override;
    Result<bool> lacks_persons() override;
    Result<void> take_persons(EachPerson const & each) override;
    Result<std::uint64_t> erase(
        std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records) override;

private:
    using Work = PostgresSession::Work;
    /// Nothing of a batch is left.
    void begin();
    static Result<Standing> hold(Work & work);
    Result<void> take(Work & work, record::Batch const & batch);
    Result<void> add(Work & work, record::Change const & change);
    Result<void> add_record(Writing & writing, record::Change const & change);
    void write(Work & work);

    /// What stands after a condition so that a distributed server asks the one machine that has the region.
    std::string here(Work const & work) const;
    /// Other files than those in which what was deleted still stands.
    Result<void> rewrite_candidates() const;

    std::unique_ptr<PostgresSession> m_session;
    PostgresAccess m_access;
    settings::PostgresServer const & m_server { m_access.server };
    Pseudonyms const & m_pseudonyms { m_access.pseudonyms };
    std::shared_ptr<record::Schema const> m_kinds;
    Holder & m_holder;
    std::vector<Writing> m_writings;
    std::int64_t m_number = 0; ///< of the batch at hand
    std::string m_known;
    std::int64_t m_epoch = 0;
};

void PostgresWarehouse::begin()
{
    m_writings.clear();
    for (auto const & table : tables(*m_kinds)) {
        m_writings.push_back(writing_of(table, m_server.candidates));
    }
}

Result<void> PostgresWarehouse::check_key()
{
    return m_session->transact([this](Work & work) -> Result<void> {
        if (work.ask("SELECT to_regclass('levering')").at(0)[0].is_null()) {
            return {};
        }
        return m_pseudonyms.check(work.ask("SELECT sleutel FROM levering").at(0)[0].as<std::string>());
    });
}

Result<void> PostgresWarehouse::prepare(std::vector<SourceName> const & sources, std::vector<View> const & views)
{
    return m_session->transact([&](Work & work) -> Result<void> {
        KETENSYNC_TRY(bring_up_to_date(work, { &m_server, m_holder.name, m_kinds.get(), &sources, &views }));
        auto const kept = work.ask("SELECT sleutel FROM levering").at(0)[0].as<std::string>();
        if (kept.empty() && !m_pseudonyms.mark().empty()) {
            work.ask(fmt::format("UPDATE levering SET sleutel = '{}'", m_pseudonyms.mark()));
        }
        // In an empty one nobody lacks. Where there are no candidates any more, they would be behind when they come back.
        work.ask(fmt::format("UPDATE levering SET kandidaten = {0} WHERE (nummer = 0 OR {0} = '') AND kandidaten <> {0}",
            work.quoted(m_server.candidates)));
        return m_pseudonyms.check(kept);
    });
}

Result<std::int64_t> PostgresWarehouse::delivered()
{
    std::int64_t number = 0;
    KETENSYNC_TRY(m_session->transact([&number](Work & work) -> Result<void> {
        number = work.ask("SELECT nummer FROM levering").at(0)[0].as<std::int64_t>();
        return {};
    }));
    return number;
}

Result<void> PostgresWarehouse::deliver(record::Batch const & batch)
{
    m_epoch = m_holder.epoch;
    auto const taken = m_session->transact([&](Work & work) { return take(work, batch); });
    begin();
    KETENSYNC_TRY(taken);
    m_holder.epoch = m_epoch;
    return {};
}

// The row is held until the end: who else delivers waits, also a session of ours that was given up and still works.
Result<Standing> PostgresWarehouse::hold(Work & work)
{
    auto const row = work.ask("SELECT nummer, tijdvak, houder, tot > now() FROM levering FOR UPDATE").at(0);
    return Standing { row[0].as<std::int64_t>(), row[1].as<std::int64_t>(), row[2].as<std::string>(), row[3].as<bool>() };
}

Result<void> PostgresWarehouse::take(Work & work, record::Batch const & batch)
{
    KETENSYNC_TRY_ASSIGN(auto const standing, hold(work));
    if (batch.number <= standing.number) {
        auto const same = work.ask(fmt::format("SELECT inhoud FROM geleverd WHERE nummer = {}", batch.number));
        return check_known(batch, same.empty() ? std::string() : same[0][0].as<std::string>());
    }
    KETENSYNC_TRY_ASSIGN(auto const epoch, claim(standing, m_holder));
    KETENSYNC_TRY(check_next(batch, standing));
    m_number = batch.number;
    m_known = to_text(batch.known);
    for (auto const & change : batch.changes) {
        KETENSYNC_TRY(add(work, change));
    }
    write(work);
    work.ask(fmt::format("INSERT INTO geleverd VALUES({}, '{}', '{}')", batch.number, content_of(batch), m_known));
    work.ask(fmt::format("UPDATE levering SET nummer = {}, tijdvak = {}, houder = {}, tot = now() + interval '{} ms'",
        batch.number, epoch, work.quoted(m_holder.name), m_holder.lease.count()));
    m_epoch = epoch;
    return {};
}

Result<void> PostgresWarehouse::add(Work & work, record::Change const & change)
{
    using What = record::Change::What;
    auto & writing = m_writings.at(change.kind);
    // What is written in one go has no order of its own: a golden record that comes twice is written in between.
    if (!writing.touched.insert(change.golden).second) {
        write(work);
        writing.touched.insert(change.golden);
    }
    if (change.what == What::changed || change.what == What::ended) {
        writing.closed[outcome_of(change)].push_back(change.golden);
    }
    if (!writing.candidates.columns.empty() && change.what != What::regrouped) {
        writing.renewed.push_back(change.golden);
    }
    if (change.what == What::added || change.what == What::changed) {
        KETENSYNC_TRY(add_record(writing, change));
    }
    for (auto const & member : change.left) {
        writing.left.push_back(member);
        writing.left_of.push_back(change.golden);
    }
    for (auto const & member : change.joined) {
        auto & line = writing.members.lines.emplace_back();
        line.add(std::int64_t { member.record });
        line.add(m_number);
        line.add(std::int64_t { change.golden });
        line.add(std::int64_t { member.source });
        line.add(m_known);
    }
    return {};
}

Result<void> PostgresWarehouse::add_record(Writing & writing, record::Change const & change)
{
    auto & line = writing.records.lines.emplace_back();
    auto const add_field = [&](int field) {
        auto const text = field < 0 ? std::string_view() : change.values[static_cast<record::FieldId>(field)];
        line.add(text, text.empty());
    };
    line.add(std::int64_t { change.golden });
    line.add(m_number);
    for (auto const & column : writing.table.columns) {
        auto const text = change.values[column.field];
        if (column.number && !text.empty()) {
            KETENSYNC_TRY(number_of(text, writing.table, column));
        }
        KETENSYNC_TRY(check_text(text, writing.table, column));
        add_field(column.field);
    }
    auto const pseudonym = writing.table.person ? m_pseudonyms.of(writing.table.name, change.golden) : std::string();
    if (writing.table.person) {
        line.add(pseudonym, pseudonym.empty());
    }
    add_field(writing.table.valid_from);
    add_field(writing.table.valid_until);
    line.add(m_known);
    return writing.candidates.columns.empty() ? Result<void>() : add_candidate(writing, change, pseudonym);
}

std::string PostgresWarehouse::here(Work const & work) const
{
    return m_server.region.empty() ? std::string() : " AND regio = " + work.quoted(m_server.region);
}

void PostgresWarehouse::write(Work & work)
{
    auto const within = here(work);
    for (auto & writing : m_writings) {
        if (!writing.renewed.empty()) {
            work.ask(fmt::format("DELETE FROM {} WHERE id = ANY('{{{}}}'::bigint[]){}", writing.candidates.table,
                fmt::join(writing.renewed, ","), within));
        }
        for (auto const & [outcome, closed] : writing.closed) {
            work.ask(fmt::format("UPDATE {} SET bekend_tot = '{}', afloop = nullif('{}', '') WHERE bekend_tot IS NULL AND id = "
                                 "ANY('{{{}}}'::bigint[]){}",
                writing.records.table, m_known, outcome, fmt::join(closed, ","), within));
        }
        if (!writing.left.empty()) {
            std::vector<record::RecordId> records;
            for (auto const & member : writing.left) {
                records.push_back(member.record);
            }
            work.ask(fmt::format("UPDATE {0} SET bekend_tot = '{1}' FROM unnest('{{{2}}}'::bigint[], '{{{3}}}'::bigint[]) AS "
                                 "weg(record, id) WHERE {0}.record = weg.record AND {0}.id = weg.id AND bekend_tot IS NULL{4}",
                writing.members.table, m_known, fmt::join(records, ","), fmt::join(writing.left_of, ","), within));
        }
        for (auto * const rows : { &writing.records, &writing.members, &writing.candidates }) {
            warehouse::write(work, *rows);
        }
        writing.renewed.clear();
        writing.closed.clear();
        writing.left.clear();
        writing.left_of.clear();
        writing.touched.clear();
    }
}

Result<bool> PostgresWarehouse::lacks_persons()
{
    bool lacks = false;
    KETENSYNC_TRY(m_session->transact([&](Work & work) -> Result<void> {
        lacks = work.ask("SELECT kandidaten FROM levering").at(0)[0].as<std::string>() != m_server.candidates;
        return {};
    }));
    return lacks;
}

Result<void> PostgresWarehouse::take_persons(EachPerson const & each)
{
    auto const taken = m_session->transact([&](Work & work) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const standing, hold(work));
        KETENSYNC_TRY(claim(standing, m_holder));
        for (auto const & writing : m_writings) {
            if (!writing.candidates.columns.empty()) {
                work.ask(fmt::format("DELETE FROM {} WHERE true{}", writing.candidates.table, here(work)));
            }
        }
        auto const put = [&](record::Change const & change) -> Result<void> {
            auto & writing = m_writings.at(change.kind);
            if (writing.candidates.columns.empty()) {
                return {};
            }
            KETENSYNC_TRY(add_candidate(writing, change, m_pseudonyms.of(writing.table.name, change.golden)));
            if (writing.candidates.lines.size() >= persons_at_once) {
                warehouse::write(work, writing.candidates);
            }
            return {};
        };
        KETENSYNC_TRY(each(put));
        write(work);
        work.ask(fmt::format("UPDATE levering SET kandidaten = {}", work.quoted(m_server.candidates)));
        return {};
    });
    begin();
    return taken;
}

Result<std::uint64_t> PostgresWarehouse::erase(
    std::vector<record::GoldenId> const & golden, std::vector<record::RecordId> const & records)
{
    std::uint64_t rows = 0;
    auto const removed = m_session->transact([&](Work & work) -> Result<void> {
        KETENSYNC_TRY(hold(work));
        auto const remove = [&](std::string const & table, std::string_view column, auto const & ids) {
            for (std::size_t at = 0; at < ids.size(); at += persons_at_once) {
                auto const end = ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), at + persons_at_once));
                auto const done = work.ask(fmt::format("DELETE FROM {} WHERE {} = ANY('{{{}}}'::bigint[]){}", table, column,
                    fmt::join(ids.begin() + static_cast<std::ptrdiff_t>(at), end, ","), here(work)));
                rows += static_cast<std::uint64_t>(done.affected_rows());
            }
        };
        for (auto const & writing : m_writings) {
            remove(writing.records.table, "id", golden);
            remove(writing.members.table, "id", golden);
            remove(writing.members.table, "record", records);
            if (!writing.candidates.columns.empty()) {
                remove(writing.candidates.table, "id", golden);
            }
        }
        return {};
    });
    KETENSYNC_TRY(removed);
    KETENSYNC_TRY(rewrite_candidates());
    return rows;
}

// A row that was deleted stands in its file until something is written over it.
Result<void> PostgresWarehouse::rewrite_candidates() const
{
    auto patient = m_access;
    patient.patience = rewriting_patience;
    std::unique_ptr<PostgresSession> session;
    for (auto const & writing : m_writings) {
        if (writing.candidates.columns.empty()) {
            continue;
        }
        if (!session) {
            KETENSYNC_TRY_ASSIGN(session, PostgresSession::open(patient));
        }
        KETENSYNC_TRY(session->alone("VACUUM FULL " + writing.candidates.table));
    }
    return {};
}

}

Result<std::unique_ptr<Warehouse>> open_postgres(
    PostgresAccess const & access, std::shared_ptr<record::Schema const> schema, Holder & holder)
{
    KETENSYNC_TRY_ASSIGN(auto session, PostgresSession::open(access));
    return std::make_unique<PostgresWarehouse>(std::move(session), access, std::move(schema), holder);
}

}
