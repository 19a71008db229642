#include "daemon/warehouse/two_times.hpp"

#include <fmt/format.h>

namespace ketensync::warehouse {

std::string_view outcome_of(record::Change const & change)
{
    if (!change.moved_on) {
        return {};
    }
    return change.what == record::Change::What::ended ? "beeindigd" : "vervolgd";
}

// The row that is known is the word that counts, from its first day on. Of the time before, the last word that the world
// moved on from counts, unless all of it was taken back. A day that is only a year or a month is its first day where
// something begins and its last where it ends.
std::string as_of(AsOf const & question)
{
    constexpr std::string_view sql = R"(SELECT r.* FROM {table} r
WHERE r.bekend_van <= {known} AND (r.geldig_van IS NULL OR r.geldig_van <= {valid})
  AND (r.geldig_tot IS NULL OR substr(r.geldig_tot || '-99-99', 1, 10) >= {valid})
  AND (r.bekend_tot IS NULL OR r.bekend_tot > {known}
    OR (r.afloop = 'beeindigd' AND substr(r.bekend_tot, 1, 10) > {valid})
    OR (r.afloop = 'vervolgd'
      AND EXISTS (SELECT 1 FROM {table} l WHERE l.id = r.id AND l.levering > r.levering{region} AND l.bekend_van <= {known}
        AND (l.bekend_tot IS NULL OR l.bekend_tot > {known} OR l.afloop = 'beeindigd'))
      AND NOT EXISTS (SELECT 1 FROM {table} l WHERE l.id = r.id AND l.levering > r.levering{region} AND l.bekend_van <= {known}
        AND (l.bekend_tot IS NULL OR l.bekend_tot > {known} OR l.afloop IS NOT NULL)
        AND (l.geldig_van IS NULL OR l.geldig_van <= {valid}))))
)";
    // A letter after the beginning of a moment sorts after every moment that begins so: moments have parts of seconds, or not.
    return fmt::format(sql, fmt::arg("table", question.table), fmt::arg("valid", question.valid),
        fmt::arg("known", fmt::format("(SELECT substr({}, 1, 19) || 'Z')", question.known)),
        fmt::arg("region", question.in_region ? " AND l.regio = r.regio" : ""));
}

View questions_view(std::vector<Table> const & tables)
{
    std::string sql = "CREATE VIEW tijdvraag AS ";
    std::string_view between;
    for (auto const & table : tables) {
        auto question = as_of({ fmt::format("\"{}\"", table.name), "replace(:bekend, ' ', 'T')", ":geldig", false });
        for (auto at = question.find('\''); at != std::string::npos; at = question.find('\'', at + 2)) {
            question.insert(at, 1, '\'');
        }
        sql += fmt::format("{}SELECT '{}' AS gegeven, '{}' AS vraag", between, table.name, question);
        between = " UNION ALL ";
    }
    return { "tijdvraag", sql };
}

std::string outcomes_of_before(Table const & table, std::string_view rows)
{
    if (table.valid_from < 0 || table.valid_until >= 0) {
        return {};
    }
    std::string other = "FALSE";
    for (auto const & column : table.columns) {
        if (column.field != static_cast<record::FieldId>(table.valid_from)) {
            other += fmt::format(" OR l.\"{0}\" IS DISTINCT FROM r.\"{0}\"", column.name);
        }
    }
    return fmt::format("UPDATE \"{0}\" AS r SET afloop = 'vervolgd' WHERE {1} AND r.bekend_tot IS NOT NULL AND r.afloop IS NULL AND "
                       "EXISTS (SELECT 1 FROM \"{0}\" l WHERE l.id = r.id AND l.levering > r.levering AND l.bekend_van = r.bekend_tot "
                       "AND coalesce(l.geldig_van, '') > coalesce(r.geldig_van, '') AND ({2}))",
        table.name, rows, other);
}

}
