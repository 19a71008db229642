// What an edition of the Monitor costs: ketensync_monitor_bench [PERSONS]
// Ten years, sixty projects, a warehouse on this machine's disk; the highest use of memory is that of the whole program.

#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/edition.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/reader.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/support/must.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

namespace ketensync::monitor {

namespace {

using support::must;

/// Day number `expression` after 2017 began, as text.
std::string day(std::string const & expression) { return fmt::format("date('2017-01-01', '+' || ({}) || ' days')", expression); }

/// Chance from the number of a row: SQLite's own would differ each time.
std::string dice(int salt, int limit) { return fmt::format("abs((i * 7919 + {}) * 104729 % 1000003) % {}", salt, limit); }

void fill(store::Database & warehouse, int persons)
{
    auto const numbers = [](int limit) {
        return fmt::format("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) ", limit);
    };
    auto const gemeente = "substr('0376031719420402040604171696', 1 + 4 * (" + dice(1, 7) + "), 4)";
    auto const of_person = fmt::format("1 + (i - 1) % {}", persons);
    constexpr auto known = "'2017-01-01T00:00:00Z'";
    must(warehouse.execute(numbers(60)
        + fmt::format("INSERT INTO project(id, levering, code, naam, categorie, thema, status, doel_trajecten, doel_plaatsingen, "
                      "begindatum, einddatum, bekend_van) SELECT i, 1, 'P' || i, 'Project ' || i, 'Categorie ' || i % 6, 'Thema ' || i % 8, "
                      "'lopend', 5000, 2000, '2017-01-01', '2027-12-31', {} FROM n",
            known)));
    must(warehouse.execute(numbers(persons)
        + fmt::format("INSERT INTO persoon(id, levering, gemeente, geboortejaar, geldig_van, bekend_van) SELECT i, 1, {}, 1950 + {}, "
                      "'2017-01-01', {} FROM n",
            gemeente, dice(2, 55), known)));
    must(warehouse.execute(numbers(persons * 3 / 2)
        + fmt::format("INSERT INTO deelname(id, levering, persoon, project, begindatum, einddatum, resultaat, gemeente, bekend_van) "
                      "SELECT i, 1, {}, 1 + {}, {}, CASE WHEN {} > 1 THEN {} END, CASE WHEN {} > 1 THEN 'werk' ELSE 'uitval' END, "
                      "CASE WHEN {} > 1 THEN {} END, {} FROM n",
            of_person, dice(3, 60), day(dice(4, 3300)), dice(5, 10), day(dice(4, 3300) + " + 30 + " + dice(6, 200)), dice(7, 4),
            dice(8, 5), gemeente, known)));
    must(warehouse.execute(
        fmt::format("INSERT INTO plaatsing(id, levering, persoon, project, begindatum, soort, bekend_van) SELECT id, 1, persoon, "
                    "project, einddatum, 'regulier', {} FROM deelname WHERE resultaat = 'werk' AND einddatum IS NOT NULL",
            known)));
    must(warehouse.execute(numbers(persons)
        + fmt::format("INSERT INTO uitkering(id, levering, persoon, regeling, begindatum, gemeente, bekend_van) SELECT i, 1, {}, "
                      "'bijstand', {}, {}, {} FROM n",
            of_person, day(dice(9, 3300)), gemeente, known)));
    must(warehouse.execute(numbers(persons)
        + fmt::format("INSERT INTO inschrijving(id, levering, persoon, begindatum, einddatum, gemeente, bekend_van) SELECT i, 1, {}, "
                      "{}, {}, {}, {} FROM n",
            of_person, day(dice(10, 3000)), day(dice(10, 3000) + " + 100"), gemeente, known)));
    must(warehouse.execute(numbers(persons / 2)
        + fmt::format("INSERT INTO voorziening(id, levering, persoon, soort, begindatum, bekend_van) SELECT i, 1, {}, '30', {}, {} FROM n",
            of_person, day(dice(11, 3300)), known)));
}

void measure(int persons)
{
    support::TemporaryFolder const folder;
    auto const file = folder / "warehouse.sqlite";
    {
        auto schema = settings::read_schema(KETENSYNC_SOURCE_DIR "/mappings/schema.toml");
        warehouse::Holder holder { "bench", std::chrono::seconds(60), 0 };
        auto const made = must(warehouse::open_sqlite(file, std::make_shared<record::Schema const>(std::move(*schema)), 16U << 20, holder));
        must(made->prepare({}, {}));
    }
    {
        auto database = must(store::Database::open(file, {}));
        fill(database, persons);
    }
    auto definitions = read_definitions(KETENSYNC_SOURCE_DIR "/mappings/monitor");
    if (!definitions) {
        throw std::runtime_error(definitions.error().front());
    }
    definitions->frame.first_quarter = quarter_named("2017-K1").value();
    auto const reader = must(warehouse::read_sqlite(file, 16U << 20));
    double asked = 0;
    auto const seconds_since = [](auto begun) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count(); };
    auto const begun = std::chrono::steady_clock::now();
    auto const edition = must(make_edition(*definitions, { period_of("2026-H1").value(), "2026-07-15T00:00:00Z", {}, nullptr, {} },
        [&](Question const & question, Visit const & visit) {
            auto const from = std::chrono::steady_clock::now();
            auto done = reader->ask(question.sql, question.columns, visit);
            auto const took = seconds_since(from);
            asked += took;
            std::cout << fmt::format("  {:6.2f} s  {}\n", took, question.sql.substr(question.sql.rfind(") SELECT ") + 9, 60));
            return done;
        }));
    auto const whole = seconds_since(begun);
    auto const text = to_json(edition);
    std::size_t figures = 0;
    for (auto const & table : edition.tables) {
        figures += table.figures.size();
    }
    rusage used {};
    getrusage(RUSAGE_SELF, &used);
    std::cout << fmt::format("{} persons, {} figures: edition {:.2f} s, of which the warehouse {:.2f} s; file {} KiB; memory {} MiB\n",
        persons, figures, whole, asked, text.size() / 1024, used.ru_maxrss / 1024);
}

}

}

int main(int count, char ** words)
{
    try {
        ketensync::monitor::measure(count > 1 ? std::atoi(words[1]) : 200'000);
        return 0;
    } catch (std::exception const & exception) {
        std::cerr << exception.what() << '\n';
        return 1;
    }
}
