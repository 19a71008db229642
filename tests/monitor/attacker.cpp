#include "tests/monitor/attacker.hpp"

#include <glpk.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

namespace ketensync::monitor {

namespace {

constexpr std::int64_t no_end = 1'000'000;

struct Interval {
    std::int64_t low = 0;
    std::int64_t high = no_end;
};

struct Row {
    std::map<int, double> terms; ///< column to factor
    bool exact = true;           ///< false: not below 0
};

Dimension const & dimension(Edition const & edition, std::string const & id)
{
    return *std::find_if(edition.dimensions.begin(), edition.dimensions.end(), [&](auto const & each) { return each.id == id; });
}

/// Columns and rows, gathered from editions.
struct Book {
    std::map<std::string, int> columns;
    std::vector<Interval> intervals;
    std::vector<Row> rows;
    std::map<std::tuple<std::size_t, std::size_t, std::size_t>, int> where;

    int column(std::string const & name)
    {
        auto const [entry, is_new] = columns.try_emplace(name, static_cast<int>(intervals.size()));
        if (is_new) {
            intervals.push_back({});
        }
        return entry->second;
    }
    void narrow(int at, Interval by)
    {
        auto & interval = intervals[static_cast<std::size_t>(at)];
        interval = { std::max(interval.low, by.low), std::min(interval.high, by.high) };
    }
};

/// Its name says what it counts: dimensions at the whole are not mentioned, and a sum over time says of what.
std::string name_of(Edition const & edition, std::string const & indicator, std::map<std::string, std::string> at)
{
    std::string name = indicator;
    // A figure without time is of all time so far.
    for (auto const & each : edition.dimensions) {
        at.try_emplace(each.id, each.whole);
    }
    for (auto const & [id, code] : at) {
        auto const & axis = dimension(edition, id);
        auto const member = std::find_if(
            axis.members.begin(), axis.members.end(), [&](auto const & each) { return each.code == code; });
        if (id == "kwartaal" && member != axis.members.end() && !member->breakdowns.empty()) {
            name += "|" + member->breakdowns[0].front() + ".." + member->breakdowns[0].back();
        } else if (code != axis.whole) {
            name += "|" + id + "=" + code;
        }
    }
    return name;
}

Book read(std::vector<Edition> const & editions, Attacker::Knowledge const & knowledge, Attacker::Stamp const & stamp)
{
    Book book;
    for (std::size_t e = 0; e < editions.size(); ++e) {
        auto const & edition = editions[e];
        std::map<std::string, std::map<std::string, std::string>> figures; ///< name to where
        std::map<std::string, std::string> indicator_of;
        std::map<std::string, std::string> unique; ///< name to the name of its column
        for (std::size_t t = 0; t < edition.tables.size(); ++t) {
            auto const & table = edition.tables[t];
            for (std::size_t f = 0; f < table.figures.size(); ++f) {
                std::map<std::string, std::string> at;
                for (std::size_t i = 0; i < table.dimensions.size(); ++i) {
                    at[table.dimensions[i]] = dimension(edition, table.dimensions[i]).members[table.figures[f].at[i]].code;
                }
                auto const name = name_of(edition, table.indicator, at);
                auto const & cell = table.figures[f].cell;
                bool const told = cell.shown == Shown::open || cell.shown == Shown::impossible;
                auto & column_name = unique[name];
                if (column_name.empty()) { // the same figure as in an earlier edition, while it did not change
                    column_name = name + "@" + std::to_string(stamp(e, t, f));
                }
                auto const column = book.column(column_name);
                book.where[{ e, t, f }] = column;
                if (told) {
                    book.narrow(column, { cell.count, cell.count });
                } else if (cell.shown == Shown::hidden) {
                    book.narrow(column, { knowledge.lowest_hidden, no_end });
                } else if (cell.count == 0) {
                    book.narrow(column, { 0, knowledge.zero_shown ? 0 : knowledge.threshold - 1 });
                } else if (cell.count == knowledge.rounded_width) {
                    book.narrow(column, { knowledge.zero_shown ? 1 : knowledge.threshold,
                        cell.count + (knowledge.rounded_width - 1) / 2 });
                } else {
                    book.narrow(column, { cell.count - knowledge.rounded_width / 2,
                        cell.count + (knowledge.rounded_width - 1) / 2 });
                }
                figures[name] = at;
                indicator_of[name] = table.indicator;
            }
        }
        // Sums, with everything else as it is.
        for (auto const & [name, at] : figures) {
            auto const & indicator = indicator_of[name];
            for (auto const & axis : edition.dimensions) {
                auto const own = at.contains(axis.id) ? at.at(axis.id) : axis.whole;
                auto const member = std::find_if(
                    axis.members.begin(), axis.members.end(), [&](auto const & each) { return each.code == own; });
                for (auto const & breakdown : member->breakdowns) {
                    Row row;
                    bool whole = true;
                    for (auto const & code : breakdown) {
                        auto part = at;
                        part[axis.id] = code;
                        auto const found = unique.find(name_of(edition, indicator, part));
                        if (found == unique.end()) {
                            whole = false;
                            break;
                        }
                        row.terms[book.column(found->second)] += 1;
                    }
                    row.terms[book.column(unique[name])] -= 1;
                    row.exact = axis.exact || breakdown.size() == 1;
                    if (whole) {
                        book.rows.push_back(row);
                    }
                }
                if (!axis.regroups.empty() && !member->takes.empty()
                    && (!at.contains(axis.regroups) || at.at(axis.regroups) == dimension(edition, axis.regroups).whole)) {
                    Row row;
                    bool whole = true;
                    for (auto const & code : member->takes) {
                        auto part = at;
                        part.erase(axis.id);
                        part[axis.regroups] = code;
                        auto const found = unique.find(name_of(edition, indicator, part));
                        whole = whole && found != unique.end();
                        if (whole) {
                            row.terms[book.column(found->second)] += 1;
                        }
                    }
                    row.terms[book.column(unique[name])] -= 1;
                    if (whole) {
                        book.rows.push_back(row);
                    }
                }
            }
        }
    }
    return book;
}

/// The program of a book, without a goal yet.
std::unique_ptr<glp_prob, void (*)(glp_prob *)> program_of(Book const & book)
{
    std::unique_ptr<glp_prob, void (*)(glp_prob *)> program(glp_create_prob(), &glp_delete_prob);
    glp_add_cols(program.get(), static_cast<int>(book.intervals.size()));
    for (std::size_t i = 0; i < book.intervals.size(); ++i) {
        auto const & [low, high] = book.intervals[i];
        glp_set_col_kind(program.get(), static_cast<int>(i) + 1, GLP_IV);
        auto const kind = low == high ? GLP_FX : high == no_end ? GLP_LO : GLP_DB;
        glp_set_col_bnds(program.get(), static_cast<int>(i) + 1, kind, static_cast<double>(low), static_cast<double>(high));
    }
    std::set<std::map<int, double>> seen;
    for (auto const & row : book.rows) {
        bool const unknown = std::any_of(row.terms.begin(), row.terms.end(), [&](auto const & term) {
            auto const & [low, high] = book.intervals[static_cast<std::size_t>(term.first)];
            return low != high;
        });
        if (!unknown || !seen.insert(row.terms).second) {
            continue;
        }
        std::vector<int> columns(1);
        std::vector<double> factors(1);
        for (auto const & [column, factor] : row.terms) {
            columns.push_back(column + 1);
            factors.push_back(factor);
        }
        auto const number = glp_add_rows(program.get(), 1);
        glp_set_row_bnds(program.get(), number, row.exact ? GLP_FX : GLP_LO, 0, 0);
        glp_set_mat_row(program.get(), number, static_cast<int>(columns.size()) - 1, columns.data(), factors.data());
    }
    return program;
}

enum class Outcome { value, endless, contradiction };

/// The least or greatest whole number that column can be.
std::pair<Outcome, std::int64_t> extreme(glp_prob * program, int column, int direction)
{
    glp_smcp simple;
    glp_init_smcp(&simple);
    simple.msg_lev = GLP_MSG_OFF;
    glp_set_obj_dir(program, direction);
    glp_set_obj_coef(program, column + 1, 1);
    glp_simplex(program, &simple);
    auto const status = glp_get_status(program);
    std::pair<Outcome, std::int64_t> result { Outcome::contradiction, 0 };
    if (status == GLP_UNBND) {
        result.first = Outcome::endless;
    } else if (status == GLP_OPT) {
        glp_iocp whole;
        glp_init_iocp(&whole);
        whole.msg_lev = GLP_MSG_OFF;
        whole.tm_lim = 2'000;
        auto const code = glp_intopt(program, &whole);
        if (code == 0 && glp_mip_status(program) == GLP_OPT) {
            result = { Outcome::value, std::llround(glp_mip_obj_val(program)) };
        } else if (code != 0) { // no time: what holds for fractions holds for whole numbers
            auto const bound = glp_get_obj_val(program);
            result = { Outcome::value,
                static_cast<std::int64_t>(direction == GLP_MIN ? std::ceil(bound - 1e-6) : std::floor(bound + 1e-6)) };
        }
    }
    glp_set_obj_coef(program, column + 1, 0);
    return result;
}

} // namespace

Attacker::Attacker(std::vector<Edition> shown, Knowledge knowledge, Stamp stamp)
    : m_shown(std::move(shown))
    , m_knowledge(knowledge)
    , m_stamp(std::move(stamp))
{
}

std::vector<Attacker::Finding> Attacker::reckon(
    std::function<bool(std::size_t edition, std::size_t table, std::size_t figure)> const & wanted) const
{
    glp_term_out(GLP_OFF);
    auto const book = read(m_shown, m_knowledge, m_stamp);
    auto const program = program_of(book);
    std::map<int, Interval> known;
    std::vector<Finding> findings;
    for (auto const & [place, column] : book.where) {
        auto const & [edition, table, figure] = place;
        auto const shown = m_shown[edition].tables[table].figures[figure].cell.shown;
        if (shown == Shown::open || shown == Shown::impossible || !wanted(edition, table, figure)) {
            continue;
        }
        if (!known.contains(column)) {
            auto const low = extreme(program.get(), column, GLP_MIN);
            auto const high = extreme(program.get(), column, GLP_MAX);
            bool const possible = low.first == Outcome::value && high.first != Outcome::contradiction;
            known[column] = { possible ? low.second : no_end, high.first == Outcome::value ? high.second : -1 };
        }
        findings.push_back({ edition, table, figure, known[column].low, known[column].high });
    }
    return findings;
}

} // namespace ketensync::monitor
