#include "tests/pipeline/history.hpp"

#include "daemon/warehouse/layout.hpp"
#include "tests/support/must.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace ketensync::pipeline {

namespace {

using support::must;

/// What a row of a kind says, as one text, without its number; references through `shown`.
std::string saying(record::Schema const & schema, warehouse::Table const & table, std::string const & row,
    std::string (*shown)(std::string const & column, std::string const & kind))
{
    auto text = fmt::format("'{}'", table.name);
    for (auto const & column : table.columns) {
        auto const & field = schema.kinds[table.kind].fields[column.field];
        auto const name = fmt::format("{}.\"{}\"", row, column.name);
        auto const value = field.type == record::FieldType::reference ? shown(name, schema.kinds[field.target].name)
                                                                      : fmt::format("CAST({} AS text)", name);
        text += fmt::format(" || '|' || coalesce({}, '')", value);
    }
    return text + fmt::format(" || '|' || coalesce({0}.geldig_van, '') || '|' || coalesce({0}.geldig_tot, '')", row);
}

std::string as_number(std::string const & column, std::string const &) { return fmt::format("CAST({} AS text)", column); }

/// The lowest number of a record that a golden record is made of, which stays when its own number does not.
std::string as_record(std::string const & column, std::string const & kind)
{
    return fmt::format(
        "(SELECT CAST(min(m.record) AS text) FROM \"{}_bron\" m WHERE m.id = {} AND m.bekend_tot IS NULL)", kind, column);
}

}

std::string History::brp(std::vector<std::string> const & items)
{
    auto page = json_page({}, true, "x");
    page.body = connectors::Body(fmt::format("{{\"personen\":[{}]}}", fmt::join(items, ",")));
    return deliver("brp/personen", std::move(page));
}

std::string History::brp_gone(std::string const & key)
{
    connectors::Page page;
    page.bare = true;
    page.last = true;
    page.origin = "page";
    page.gone = { key };
    return deliver("brp/personen", std::move(page));
}

std::string History::deliver(std::string const & feed, connectors::Page page)
{
    world.wait(std::chrono::hours(24));
    RunOptions options;
    options.accept_mass_change = true;
    auto const run = world.sync(feed, { std::move(page) }, options);
    if (run.failed()) {
        throw std::runtime_error(run.message);
    }
    return arrive();
}

std::string History::judge(std::string const & key, std::string const & other, std::optional<bool> same)
{
    world.wait(std::chrono::hours(24));
    world.judge(key, other, same);
    return arrive();
}

std::string History::arrive()
{
    auto const warehouse = must(m_subject->open(world.plan().schema, m_holder));
    must(warehouse->prepare({}, {}));
    for (auto const & batch : world.batches()) {
        must(warehouse->deliver(batch));
    }
    return m_now = to_text(world.now());
}

std::string History::gemeenten(std::string const & known, std::string const & valid)
{
    auto const found = m_subject->rows(
        fmt::format("SELECT gemeente FROM {} AS vraag ORDER BY gemeente", m_subject->as_of("persoon", known, valid)));
    return fmt::format("{}", fmt::join(found, " "));
}

std::size_t History::rows(std::string const & kind, std::string const & known, std::string const & valid)
{
    return all(kind, known, valid).size();
}

std::int64_t History::distinct(
    std::string const & kind, std::string const & name, std::string const & known, std::string const & valid)
{
    return m_subject->number(
        fmt::format("SELECT count(DISTINCT {}) FROM {} AS vraag", name, m_subject->as_of(kind, known, valid)));
}

std::vector<std::string> History::all(std::string const & kind, std::string const & known, std::string const & valid)
{
    auto const & schema = *world.plan().schema;
    auto const tables = warehouse::tables(schema);
    auto const & table = *std::ranges::find(tables, kind, &warehouse::Table::name);
    return m_subject->rows(fmt::format("SELECT {} AS rij FROM {} AS vraag ORDER BY 1",
        saying(schema, table, "vraag", as_number), m_subject->as_of(kind, known, valid)));
}

std::vector<std::string> History::standing()
{
    auto const & schema = *world.plan().schema;
    std::vector<std::string> found;
    for (auto const & table : warehouse::tables(schema)) {
        std::map<std::string, std::string> members;
        for (auto const & row : m_subject->rows(fmt::format(
                 "SELECT id, record FROM \"{}_bron\" WHERE bekend_tot IS NULL ORDER BY id, record", table.name))) {
            members[row.substr(0, row.find('|'))] += row.substr(row.find('|')) + ' ';
        }
        for (auto const & row : m_subject->rows(fmt::format("SELECT r.id, {} FROM \"{}_nu\" r",
                 saying(schema, table, "r", as_record), table.name))) {
            found.push_back(members[row.substr(0, row.find('|'))] + row.substr(row.find('|')));
        }
    }
    std::ranges::sort(found);
    return found;
}

std::vector<std::string> History::everything()
{
    std::vector<std::string> found;
    for (auto const & table : warehouse::tables(*world.plan().schema)) {
        for (auto const & name : { table.name, table.name + "_bron" }) {
            for (auto & row : m_subject->rows(fmt::format("SELECT * FROM \"{}\" ORDER BY 1, 2", name))) {
                found.push_back(name + '|' + row);
            }
        }
    }
    return found;
}

std::string resident(
    std::string const & bsn, std::string const & gemeente, std::string const & since, std::string const & postcode)
{
    std::string from;
    if (since.size() == 4) {
        from = fmt::format(R"("datumVan":{{"type":"JaarDatum","jaar":{0},"langFormaat":"{0}"}},)", since);
    } else if (!since.empty()) {
        from = fmt::format(R"("datumVan":{{"type":"Datum","datum":"{}","langFormaat":"-"}},)", since);
    }
    return fmt::format(R"({{"burgerservicenummer":"{0}","geslacht":{{"code":"V"}},"gemeenteVanInschrijving":{{"code":"{1}"}},)"
                       R"("naam":{{"voornamen":"Naam{0}","geslachtsnaam":"Van{0}"}},"geboorte":{{"datum":{{"type":"Datum",)"
                       R"("datum":"19{2}-05-06","langFormaat":"-"}}}},"verblijfplaats":{{"type":"Adres",{3}"verblijfadres":{{)"
                       R"("officieleStraatnaam":"Kerkbrink","huisnummer":12,"postcode":"{4}","woonplaats":"Plaats"}}}}}})",
        bsn, gemeente, bsn.substr(6, 2), from, postcode);
}

}
