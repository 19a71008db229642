#include "daemon/warehouse/postgres_rows.hpp"

#include <fmt/format.h>

namespace ketensync::warehouse {

void Line::add(std::string_view value, bool none)
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

void Line::add(std::int64_t value) { add(std::string_view(fmt::format_int(value).str())); }

/// How the library's stream writes a line of ours: as it stands. What it has itself is for rows whose length is known
/// when the program is built; it looks for a function of this name.
static std::string separated_list(std::string const &, Line const & line, pqxx::internal::TypedCopyEscaper const &)
{
    return line.text;
}

namespace {

/// Rows between two signs of life to the deadline.
constexpr std::size_t rows_between_signs = 512;

}

void write(PostgresSession::Work & work, Rows & rows)
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

Result<void> add_candidate(Writing & writing, record::Change const & change, std::string_view pseudonym)
{
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

}
