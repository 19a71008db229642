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

Question question(
    Frame const & frame, Edition const & edition, std::string const & sql, std::vector<std::string> const & columns)
{
    auto used = words_of(sql);
    std::vector<NamedRows const *> rows;
    // From the last on: rows use only those before them.
    for (auto each = frame.rows.rbegin(); each != frame.rows.rend(); ++each) {
        if (used.contains(each->name)) {
            used.merge(words_of(each->sql));
            rows.insert(rows.begin(), &*each);
        }
    }
    // Moments are compared to the second: within one, "…00.5Z" would sort before "…00Z".
    constexpr auto to_the_second = std::size_t { 19 };
    auto const known = edition.known.substr(0, to_the_second);
    std::vector<std::string> parts { fmt::format("{} AS (SELECT '{}' AS begin, '{}' AS peildatum, '{}' AS bekend)", of_edition,
        edition.period.begin, edition.peildatum, known) };
    for (auto const & word : used) {
        if (word.ends_with(as_known)) {
            parts.push_back(fmt::format("{0} AS (SELECT * FROM \"{1}\" WHERE substr(bekend_van, 1, {3}) <= '{2}' AND (bekend_tot IS"
                                        " NULL OR substr(bekend_tot, 1, {3}) > '{2}'))",
                word, word.substr(0, word.size() - as_known.size()), known, to_the_second));
        }
    }
    for (auto const * each : rows) {
        parts.push_back(fmt::format("{} AS ({})", each->name, each->sql));
    }
    return { fmt::format("WITH {} SELECT {} FROM ({}) AS gevraagd", fmt::join(parts, ", "), fmt::join(columns, ", "), sql),
        columns.size() };
}

}
