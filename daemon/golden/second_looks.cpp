#include "daemon/golden/second_looks.hpp"

#include <algorithm>

namespace ketensync::golden {

std::string_view const SecondLooks::tables = R"(
CREATE TABLE second_look(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    first_same INTEGER NOT NULL,
    first_who TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    second_same INTEGER,
    second_who TEXT,
    second_at INTEGER,
    UNIQUE(a, b)) STRICT;
)";

Result<SecondLooks> SecondLooks::open(store::Database & database)
{
    SecondLooks looks;
    looks.m_database = &database;
    return looks;
}

Result<void> SecondLooks::ask(record::RecordId a, record::RecordId b, bool same, std::string_view who, Instant at)
{
    KETENSYNC_TRY_ASSIGN(auto insert,
        m_database->prepare("INSERT OR IGNORE INTO second_look(a, b, first_same, first_who, first_at) VALUES(?, ?, ?, ?, ?)"));
    insert.bind(1, std::int64_t { std::min(a, b) }).bind(2, std::int64_t { std::max(a, b) }).bind(3, std::int64_t { same ? 1 : 0 });
    insert.bind(4, who).bind(5, std::int64_t { at.time_since_epoch().count() });
    return insert.run();
}

Result<void> SecondLooks::forget(record::RecordId a, record::RecordId b)
{
    KETENSYNC_TRY_ASSIGN(auto remove, m_database->prepare("DELETE FROM second_look WHERE a = ? AND b = ?"));
    remove.bind(1, std::int64_t { std::min(a, b) }).bind(2, std::int64_t { std::max(a, b) });
    return remove.run();
}

Result<std::optional<SecondLooks::Pair>> SecondLooks::next(std::string_view who)
{
    KETENSYNC_TRY_ASSIGN(auto select,
        m_database->prepare("SELECT a, b FROM second_look WHERE second_who IS NULL AND first_who <> ? ORDER BY id LIMIT 1"));
    select.bind(1, who);
    KETENSYNC_TRY_ASSIGN(bool const row, select.step());
    return row ? std::optional(Pair { static_cast<record::RecordId>(select.integer(0)), static_cast<record::RecordId>(select.integer(1)) })
               : std::nullopt;
}

Result<bool> SecondLooks::put(record::RecordId a, record::RecordId b, bool same, std::string_view who, Instant at)
{
    KETENSYNC_TRY_ASSIGN(auto update,
        m_database->prepare("UPDATE second_look SET second_same = ?3, second_who = ?4, second_at = ?5 "
                            "WHERE a = ?1 AND b = ?2 AND second_who IS NULL AND first_who <> ?4"));
    update.bind(1, std::int64_t { std::min(a, b) }).bind(2, std::int64_t { std::max(a, b) }).bind(3, std::int64_t { same ? 1 : 0 });
    update.bind(4, who).bind(5, std::int64_t { at.time_since_epoch().count() });
    KETENSYNC_TRY(update.run());
    return m_database->rows_changed() > 0;
}

Result<SecondLooks::Agreement> SecondLooks::agreement()
{
    KETENSYNC_TRY_ASSIGN(auto select,
        m_database->prepare("SELECT first_same, coalesce(second_same, -1), count(*) FROM second_look GROUP BY 1, 2"));
    Agreement agreement;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return agreement;
        }
        bool const first = select.integer(0) != 0;
        auto const second = select.integer(1);
        auto & count = second < 0 ? agreement.waiting
            : second == 0         ? (first ? agreement.first_same : agreement.both_different)
                                  : (first ? agreement.both_same : agreement.second_same);
        count += select.integer(2);
    }
}

std::optional<double> SecondLooks::Agreement::share() const
{
    return pairs() == 0 ? std::nullopt
                        : std::optional(static_cast<double>(both_same + both_different) / static_cast<double>(pairs()));
}

std::optional<double> SecondLooks::Agreement::kappa() const
{
    auto const observed = share();
    if (!observed) {
        return std::nullopt;
    }
    auto const count = static_cast<double>(pairs());
    auto const first = static_cast<double>(both_same + first_same) / count;
    auto const second = static_cast<double>(both_same + second_same) / count;
    auto const chance = first * second + (1 - first) * (1 - second);
    return chance >= 1 ? std::nullopt : std::optional((*observed - chance) / (1 - chance));
}

}
