#include "daemon/warehouse/postgres.hpp"

#include "daemon/base/clock.hpp"
#include "daemon/warehouse/postgres_layout.hpp"
#include "daemon/warehouse/postgres_session.hpp"
#include "daemon/warehouse/two_times.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <unordered_set>

namespace ketensync::warehouse {

namespace {

/// One row as COPY reads it, values parted by tabs.
struct Line {
    std::string text;

    void add(std::string_view value, bool none = false)
    {
        if (!text.empty()) {
            text += '\t';
        }
        if (none) {
            text += "\\N";
            return;
        }
        for (char const c : value) {
            switch (c) {
            case '\\': text += "\\\\"; break;
            case '\t': text += "\\t"; break;
            case '\n': text += "\\n"; break;
            case '\r': text += "\\r"; break;
            default: text += c;
            }
        }
    }
    void add(std::int64_t value) { add(std::string_view(fmt::format_int(value).str())); }
};

/// How the library's stream writes a line of ours: as it stands. What it has itself is for rows whose length is known
/// when the program is built; it looks for a function of this name.
std::string separated_list(std::string const &, Line const & line, pqxx::internal::TypedCopyEscaper const &)
{
    return line.text;
}

/// Rows between two signs of life to the deadline.
constexpr std::size_t rows_between_signs = 512;

/// The rows of one table, as they go in.
struct Rows {
    std::string table;
    std::vector<std::string> columns;
    std::vector<Line> lines;
};

/// What one kind's tables are changed with, and the changes of a batch so far.
struct Writing {
    Table table;
    Rows records;
    Rows members;
    Rows candidates; ///< without columns where there are none
    std::vector<record::GoldenId> renewed; ///< candidates that are written anew, or gone
    std::map<std::string_view, std::vector<record::GoldenId>> closed; ///< by how they ended
    std::vector<record::Change::Member> left; ///< with the golden record that each left in `left_of`
    std::vector<record::GoldenId> left_of;
    std::unordered_set<record::GoldenId> touched;
};

Writing writing_of(Table const & table, std::string const & candidates)
{
    Writing writing;
    writing.table = table;
    writing.records = { identifier(table.name), { "id", "levering" }, {} };
    for (auto const & column : table.columns) {
        writing.records.columns.push_back(identifier(column.name));
    }
    if (table.person) {
        writing.records.columns.emplace_back("pseudoniem");
    }
    if (table.person && !candidates.empty()) {
        writing.candidates = { identifier(candidates) + '.' + identifier(table.name), { "id", "pseudoniem" }, {} };
        for (auto const & column : table.direct) {
            writing.candidates.columns.push_back(identifier(column.name));
        }
    }
    for (auto const * const name : { "geldig_van", "geldig_tot", "bekend_van" }) {
        writing.records.columns.emplace_back(name);
    }
    writing.members
        = { identifier(table.name + "_bron"), { "record", "levering", "id", "bron", "bekend_van" }, {} };
    return writing;
}

class PostgresWarehouse final : public Warehouse {
public:
    PostgresWarehouse(std::unique_ptr<PostgresSession> session, PostgresAccess const & access,
        std::shared_ptr<record::Schema const> kinds, Holder & holder)
        : m_session(std::move(session)), m_server(access.server), m_pseudonyms(access.pseudonyms),
          m_kinds(std::move(kinds)), m_holder(holder)
    {
        begin();
    }

    Result<void> check_key() override;
    Result<void> prepare(std::vector<SourceName> const & sources, std::vector<View> const & views) override;
    Result<std::int64_t> delivered() override;
    Result<void> deliver(record::Batch const & batch) override;

private:
    using Work = PostgresSession::Work;
    /// Nothing of a batch is left.
    void begin();
    Result<void> take(Work & work, record::Batch const & batch);
    Result<void> add(Work & work, record::Change const & change);
    Result<void> add_record(Writing & writing, record::Change const & change);
    void write(Work & work);
    void write(Work & work, Rows & rows) const;

    std::unique_ptr<PostgresSession> m_session;
    settings::PostgresServer m_server;
    Pseudonyms m_pseudonyms;
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

Result<void> PostgresWarehouse::take(Work & work, record::Batch const & batch)
{
    // The row is held until the end: who else delivers waits, also a session of ours that was given up and still works.
    auto const row = work.ask("SELECT nummer, tijdvak, houder, tot > now() FROM levering FOR UPDATE").at(0);
    Standing const standing { row[0].as<std::int64_t>(), row[1].as<std::int64_t>(), row[2].as<std::string>(),
        row[3].as<bool>() };
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
    if (writing.candidates.columns.empty()) {
        return {};
    }
    auto & candidate = writing.candidates.lines.emplace_back();
    candidate.add(std::int64_t { change.golden });
    candidate.add(pseudonym, pseudonym.empty());
    for (auto const & column : writing.table.direct) {
        auto const text = change.values[column.field];
        KETENSYNC_TRY(check_text(text, writing.table, column));
        candidate.add(text, text.empty());
    }
    return {};
}

void PostgresWarehouse::write(Work & work)
{
    // Within a region, so that a distributed server asks the one machine that has it.
    auto const here = m_server.region.empty() ? std::string() : " AND regio = " + work.quoted(m_server.region);
    for (auto & writing : m_writings) {
        if (!writing.renewed.empty()) {
            work.ask(fmt::format("DELETE FROM {} WHERE id = ANY('{{{}}}'::bigint[]){}", writing.candidates.table,
                fmt::join(writing.renewed, ","), here));
        }
        for (auto const & [outcome, closed] : writing.closed) {
            work.ask(fmt::format("UPDATE {} SET bekend_tot = '{}', afloop = nullif('{}', '') WHERE bekend_tot IS NULL AND id = "
                                 "ANY('{{{}}}'::bigint[]){}",
                writing.records.table, m_known, outcome, fmt::join(closed, ","), here));
        }
        if (!writing.left.empty()) {
            std::vector<record::RecordId> records;
            for (auto const & member : writing.left) {
                records.push_back(member.record);
            }
            work.ask(fmt::format("UPDATE {0} SET bekend_tot = '{1}' FROM unnest('{{{2}}}'::bigint[], '{{{3}}}'::bigint[]) AS "
                                 "weg(record, id) WHERE {0}.record = weg.record AND {0}.id = weg.id AND bekend_tot IS NULL{4}",
                writing.members.table, m_known, fmt::join(records, ","), fmt::join(writing.left_of, ","), here));
        }
        write(work, writing.records);
        write(work, writing.members);
        write(work, writing.candidates);
        writing.renewed.clear();
        writing.closed.clear();
        writing.left.clear();
        writing.left_of.clear();
        writing.touched.clear();
    }
}

void PostgresWarehouse::write(Work & work, Rows & rows) const
{
    if (rows.lines.empty()) {
        return;
    }
    work.sign_of_life();
    pqxx::stream_to stream(work.transaction(), rows.table, rows.columns);
    std::size_t written = 0;
    for (auto const & line : rows.lines) {
        if (++written % rows_between_signs == 0) {
            work.sign_of_life();
        }
        stream << line;
    }
    work.sign_of_life();
    stream.complete();
    rows.lines.clear();
}

}

Result<std::unique_ptr<Warehouse>> open_postgres(
    PostgresAccess const & access, std::shared_ptr<record::Schema const> schema, Holder & holder)
{
    KETENSYNC_TRY_ASSIGN(auto session, PostgresSession::open(access));
    return std::make_unique<PostgresWarehouse>(std::move(session), access, std::move(schema), holder);
}

}
