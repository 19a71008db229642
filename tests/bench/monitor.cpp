// What an edition of the Monitor costs: ketensync_monitor_bench [PERSONS [THREADS]]
// Ten years, sixty projects, a warehouse on this machine's disk; the highest use of memory is that of the whole program.

#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/edition.hpp"
#include "daemon/monitor/protect_edition.hpp"
#include "daemon/monitor/shelf.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/reader.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/support/must.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
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
std::string dice(int salt, int limit)
{
    return fmt::format("((i * 7919 + {}) % 1000003 * ((i + {}) % 1009 + 17) % 999983 % {})", salt * 104'651, salt * 31, limit);
}

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
    // Twenty of the projects are small, so that many of their counts are; one start in ten becomes known late.
    auto const project = "CASE WHEN " + dice(12, 100) + " > 0 THEN 1 + " + dice(3, 40) + " ELSE 41 + " + dice(3, 20) + " END";
    auto const news = day(dice(4, 3300) + " + 3 + CASE WHEN " + dice(13, 10) + " = 0 THEN " + dice(14, 300) + " ELSE 0 END");
    must(warehouse.execute(numbers(persons * 3 / 2)
        + fmt::format("INSERT INTO deelname(id, levering, persoon, project, begindatum, einddatum, resultaat, gemeente, bekend_van) "
                      "SELECT i, 1, {}, {}, {}, CASE WHEN {} > 1 THEN {} END, CASE WHEN {} > 1 THEN 'werk' ELSE 'uitval' END, "
                      "CASE WHEN {} > 1 THEN {} END, {} || 'T00:00:00Z' FROM n",
            of_person, project, day(dice(4, 3300)), dice(5, 10), day(dice(4, 3300) + " + 30 + " + dice(6, 200)), dice(7, 4),
            dice(8, 5), gemeente, news)));
    must(warehouse.execute(
        fmt::format("INSERT INTO plaatsing(id, levering, persoon, project, begindatum, soort, bekend_van) SELECT id, 1, persoon, "
                    "project, einddatum, CASE id % 9 WHEN 0 THEN 'leerbaan' ELSE 'regulier' END, bekend_van "
                    "FROM deelname WHERE resultaat = 'werk' AND einddatum IS NOT NULL")));
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

double seconds_since(std::chrono::steady_clock::time_point begun)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// What all threads together worked: on a machine that others use too, that says more than the clock.
double worked()
{
    rusage used {};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec)
        + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

std::int64_t most_memory()
{
    rusage used {};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
}

void measure(int persons, int threads)
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
    std::vector<std::unique_ptr<warehouse::Reader>> readers;
    std::vector<Ask> asks;
    for (int i = 0; i < threads; ++i) {
        readers.push_back(must(warehouse::read_sqlite(file, 16U << 20)));
        asks.push_back(ask_of(*readers.back()));
    }
    auto state = must(store::Database::open(folder / "state.sqlite", {}));
    must(state.execute(Shelf::tables));
    Shelf shelf(state);
    for (int half = 0; half < 11; ++half) {
        auto const period = must(period_of(fmt::format("{}-H{}", 2021 + half / 2, half % 2 + 1)));
        auto const begun = std::chrono::steady_clock::now();
        auto const worked_before = worked();
        auto const last = must(shelf.last_shown_before(period.name));
        auto const known = fmt::format("{}-{}-20T23:59:59Z", 2021 + (half + 1) / 2, half % 2 == 0 ? "07" : "01");
        Request request { period, known, {}, nullptr, {} };
        if (last) {
            request.previous = &*last;
            request.previous_hash = hash_of(*request.previous);
        }
        auto edition = must(make_edition(*definitions, request, asks));
        auto const made = seconds_since(begun);
        auto const worked_at_it = worked() - worked_before;
        auto before = must(shelf.published_before(period.name));
        std::vector<EarlierEdition> earlier;
        for (auto & kept : before) {
            earlier.push_back({ std::move(*kept.shown), std::move(kept.truth) });
        }
        auto const shown = must(protect(edition, earlier, definitions->frame.disclosure));
        auto const whole = seconds_since(begun);
        std::size_t figures = 0;
        for (auto const & table : edition.tables) {
            figures += table.figures.size();
        }
        auto const small = std::ranges::count(shown.hidden, true, &HiddenFigure::small);
        std::cout << fmt::format("{}: {} figures, {} small and {} more hidden; made in {:.2f} s ({:.2f} s of work), protected in {:.2f} s ({:.2f}), "
                                 "whole {:.2f} s; memory {} MiB\n",
                         period.name, figures, small, shown.hidden.size() - static_cast<std::size_t>(small), made, worked_at_it,
                         whole - made, worked() - worked_before - worked_at_it, whole, most_memory())
                  << std::flush;
        must(shelf.keep(edition));
        must(shelf.approve(period.name, { "A", "" }));
        edition = must(shelf.approve(period.name, { "B", "" }));
        must(shelf.publish(edition, shown.edition));
        std::cout << "  " << hash_of(edition).substr(0, 12) << ' ' << hash_of(shown.edition).substr(0, 12) << '\n';
    }
}

}

}

int main(int count, char ** words)
{
    try {
        ketensync::monitor::measure(count > 1 ? std::atoi(words[1]) : 200'000, count > 2 ? std::atoi(words[2]) : 2);
        return 0;
    } catch (std::exception const & exception) {
        std::cerr << exception.what() << '\n';
        return 1;
    }
}
