#pragma once

#include "daemon/base/result.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::monitor {

/// Rows under a name, for the SQL that comes after it.
struct NamedRows {
    std::string name;
    std::string sql;
};

/// What a warehouse is asked: one SELECT, in the SQL that all warehouses share, and how many columns it has.
struct Question {
    /// What the SELECT names beside tables of the warehouse, in order; each may name those before it. Many questions have
    /// the same: whoever answers may work them out once.
    std::vector<NamedRows> rows;
    std::string sql;
    std::size_t columns = 0;
    bool of_persons = false; ///< each share of the persons has rows of its own; else every share would give the same

    /// With its rows in it, for who keeps none.
    std::string whole() const;
};

/// Sees one row of an answer: each column as text, an empty one where there is nothing. Valid until it returns.
using Visit = std::function<Result<void>(std::vector<std::string_view> const & row)>;

/// Asks a warehouse; changes nothing in it.
using Ask = std::function<Result<void>(Question const & question, Visit const & visit)>;

/// How a reader of a warehouse answers: rows that it keeps are worked out once. The reader outlives it; one thread uses it.
template <typename Reader>
Ask ask_of(Reader & reader)
{
    return [&reader](Question const & question, Visit const & visit) -> Result<void> {
        for (auto const & rows : question.rows) {
            KETENSYNC_TRY_ASSIGN(bool const kept, reader.keep(rows.name, rows.sql));
            if (!kept) {
                return reader.ask(question.whole(), question.columns, visit);
            }
        }
        return reader.ask(question.sql, question.columns, visit);
    };
}

}
