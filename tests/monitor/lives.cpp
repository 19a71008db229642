#include "tests/monitor/lives.hpp"

#include "daemon/monitor/calendar.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/warehouse/subjects.hpp"

#include <stdexcept>

namespace ketensync::monitor {

namespace {

void must(Result<void> const & done)
{
    if (!done) {
        throw std::runtime_error(done.error().what);
    }
}

}

Lives::Lives(std::string const & type)
    : m_schema(std::make_shared<record::Schema const>(
        settings::read_schema(KETENSYNC_SOURCE_DIR "/mappings/schema.toml").value())),
      m_holder(std::make_unique<warehouse::Holder>(warehouse::Holder { "test", std::chrono::seconds(60), 0 })),
      m_postgres(type == "postgresql")
{
    if (m_postgres) {
        m_access = warehouse::make_access(warehouse::shared_server());
        m_warehouse = warehouse::open_postgres(m_access, m_schema, *m_holder).value();
    } else {
        m_warehouse = warehouse::open_sqlite(m_folder / "w.sqlite", m_schema, 1 << 20, *m_holder).value();
    }
    must(m_warehouse->prepare({ { 1, "a-source", "A source" } }, {}));
}

Lives::~Lives() = default;

void Lives::known(std::string const & day)
{
    deliver();
    m_day = day;
}

void Lives::deliver()
{
    if (m_batch.empty()) {
        return;
    }
    auto const day = std::chrono::sys_days(std::chrono::days(day_number(m_day).value()));
    must(m_warehouse->deliver({ ++m_number, Instant(day) + std::chrono::hours(12), std::move(m_batch) }));
    m_batch.clear();
    m_in_batch.clear();
}

void Lives::add(record::Change::What what, std::string const & kind, std::uint32_t id, Fields const & fields)
{
    record::Change change;
    change.what = what;
    change.golden = id;
    for (std::size_t i = 0; i < m_schema->kinds.size(); ++i) {
        auto const & described = m_schema->kinds[i];
        if (described.name != kind) {
            continue;
        }
        change.kind = static_cast<record::KindId>(i);
        std::vector<std::string> texts;
        std::size_t used = 0;
        for (auto const & field : described.fields) {
            auto const found = fields.find(field.name);
            used += found == fields.end() ? 0U : 1U;
            texts.push_back(found == fields.end() ? std::string() : found->second);
        }
        if (used != fields.size()) {
            throw std::runtime_error("a field that " + kind + " does not have");
        }
        if (what != record::Change::What::ended) {
            change.values = record::Values(std::span<std::string const>(texts));
        }
    }
    if (!m_in_batch.insert({ kind, id }).second) {
        deliver();
        m_in_batch.insert({ kind, id });
    }
    m_batch.push_back(std::move(change));
}

void Lives::tell(std::string const & kind, std::uint32_t id, Fields const & fields)
{
    auto const first = m_told.insert({ kind, id }).second;
    add(first ? record::Change::What::added : record::Change::What::changed, kind, id, fields);
}

void Lives::withdraw(std::string const & kind, std::uint32_t id)
{
    add(record::Change::What::ended, kind, id, {});
}

void Lives::project(std::uint32_t id, std::string const & code, Fields fields)
{
    fields.insert({ { "code", code }, { "naam", "Project " + code }, { "categorie", "Scholing" }, { "thema", "Zorg" },
        { "status", "lopend" }, { "doel_trajecten", "20" }, { "doel_plaatsingen", "10" }, { "begindatum", "2025-01-01" },
        { "einddatum", "2026-12-31" } });
    std::erase_if(fields, [](auto const & field) { return field.second == "-"; });
    tell("project", id, fields);
}

void Lives::persoon(std::uint32_t id, std::string const & gemeente, std::string const & birth_year)
{
    tell("persoon", id, { { "gemeente", gemeente }, { "geboortejaar", birth_year } });
}

void Lives::deelname(std::uint32_t id, std::uint32_t who, std::uint32_t project, std::string const & begin,
    std::string const & end, Fields fields)
{
    fields.insert({ { "persoon", std::to_string(who) }, { "begindatum", begin } });
    if (project > 0) {
        fields["project"] = std::to_string(project);
    }
    if (!end.empty()) {
        fields["einddatum"] = end;
    }
    tell("deelname", id, fields);
}

void Lives::plaatsing(
    std::uint32_t id, std::uint32_t who, std::uint32_t project, std::string const & begin, Fields fields)
{
    fields.insert({ { "persoon", std::to_string(who) }, { "begindatum", begin } });
    if (project > 0) {
        fields["project"] = std::to_string(project);
    }
    tell("plaatsing", id, fields);
}

std::vector<Ask> Lives::asks(std::size_t readers)
{
    deliver();
    m_readers.clear();
    std::vector<Ask> asks;
    for (std::size_t i = 0; i < readers; ++i) {
        m_readers.push_back(m_postgres ? warehouse::read_postgres(m_access).value()
                                       : warehouse::read_sqlite(m_folder / "w.sqlite", 1 << 20).value());
        asks.push_back(ask_of(*m_readers.back()));
    }
    return asks;
}

Edition Lives::edition(std::string const & name, std::string const & known_on, Notes notes, Edition const * previous)
{
    auto made = make_edition(shipped(),
        { period_of(name).value(), known_on + "T23:59:59Z", std::move(notes), previous, previous == nullptr ? "" : "hash" },
        asks(2));
    if (!made) {
        throw std::runtime_error(made.error().what);
    }
    return std::move(*made);
}

Definitions const & shipped()
{
    static auto const read = [] {
        auto definitions = read_definitions(KETENSYNC_SOURCE_DIR "/mappings/monitor");
        if (!definitions) {
            throw std::runtime_error(definitions.error().front());
        }
        return std::move(*definitions);
    }();
    return read;
}

std::int64_t count_at(Edition const & edition, std::string const & indicator, std::map<std::string, std::string> const & at)
{
    auto const * cell = find_cell(edition, indicator, at);
    return cell == nullptr ? -1 : cell->count;
}

}
