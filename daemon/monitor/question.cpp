#include "daemon/monitor/frame.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <set>

namespace ketensync::monitor {

namespace {

constexpr std::string_view as_known = "_toen";
constexpr std::string_view of_edition = "editie";

std::set<std::string> words_of(std::string_view sql)
{
    std::set<std::string> words;
    std::string word;
    for (char const c : sql) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
            word += c;
        } else if (!word.empty()) {
            words.insert(std::move(word));
            word.clear();
        }
    }
    words.insert(std::move(word));
    return words;
}

}

std::string Question::whole() const
{
    std::vector<std::string> parts;
    for (auto const & each : rows) {
        parts.push_back(fmt::format("{} AS ({})", each.name, each.sql));
    }
    return parts.empty() ? sql : fmt::format("WITH {} SELECT * FROM ({}) AS geheel", fmt::join(parts, ", "), sql);
}

Question question(Frame const & frame, Edition const & edition, std::string const & sql,
    std::vector<std::string> const & columns, Share share)
{
    // Moments are compared to the second: within one, "…00.5Z" would sort before "…00Z".
    constexpr auto to_the_second = std::size_t { 19 };
    auto const known = edition.known.substr(0, to_the_second);
    Question asked { {}, {}, columns.size(), false };
    auto const as_known_then = [&](std::string const & kind) {
        auto const person = frame.persons.find(kind);
        asked.of_persons = asked.of_persons || person != frame.persons.end();
        return fmt::format("{0}{1} AS (SELECT * FROM \"{0}\" WHERE substr(bekend_van, 1, {3}) <= '{2}' AND (bekend_tot IS NULL OR"
                           " substr(bekend_tot, 1, {3}) > '{2}'){4})",
            kind, as_known, known, to_the_second,
            person == frame.persons.end() || share.of == 1
                ? std::string()
                : fmt::format(" AND coalesce(\"{}\", 0) % {} = {}", person->second, share.of, share.number));
    };
    // The edition and the share are in all of them, so that none is taken for that of another.
    auto const selected = [&](std::string const & select, std::string_view wanted) {
        std::vector<std::string> parts { fmt::format("{} AS (SELECT '{}' AS begin, '{}' AS peildatum, '{}' AS bekend)", of_edition,
            edition.period.begin, edition.peildatum, known) };
        for (auto const & word : words_of(select)) {
            if (word.ends_with(as_known)) {
                parts.push_back(as_known_then(word.substr(0, word.size() - as_known.size())));
            }
        }
        return fmt::format("WITH {} /* {} / {} */ SELECT {} FROM ({}) AS gevraagd", fmt::join(parts, ", "), share.number, share.of, wanted, select);
    };
    auto used = words_of(sql);
    // From the last on: rows use only those before them.
    for (auto each = frame.rows.rbegin(); each != frame.rows.rend(); ++each) {
        if (used.contains(each->name)) {
            used.merge(words_of(each->sql));
            asked.rows.insert(asked.rows.begin(), { each->name, selected(each->sql, "*") });
        }
    }
    asked.sql = selected(sql, fmt::to_string(fmt::join(columns, ", ")));
    return asked;
}

}
