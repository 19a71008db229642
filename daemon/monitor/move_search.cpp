#include "daemon/monitor/move_search.hpp"

#include <algorithm>

namespace ketensync::monitor {

namespace {

// Weights of what a step of the search does, beside the cost of hiding. Found by trying random editions: they decide how
// much is hidden, never whether it is safe.
constexpr std::int64_t settles_another = 12;
constexpr std::int64_t disturbs_one_with_hidden = 5;
constexpr std::int64_t disturbs_one_without = 16;
constexpr std::int64_t falls_short = 9;

constexpr int budget_of_a_glance = 60;
constexpr int budget_of_a_search = 3'000;
constexpr std::size_t width_of_a_search = 3;
constexpr int rounds_of_reckoning = 20;

/// Between what and what a sum lies: ends that are finite are added up, others counted.
struct Reach {
    Count least = 0;
    Count most = 0;
    int no_least = 0;
    int no_most = 0;

    void add(Range const & range, std::int32_t factor, int times)
    {
        bool const endless = range.high >= Range::unbounded;
        auto const low = range.low * factor * times;
        auto const high = endless ? 0 : range.high * factor * times;
        (factor > 0 ? least : most) += low;
        (factor > 0 ? most : least) += high;
        (factor > 0 ? no_most : no_least) += endless ? times : 0;
    }

    /// What is left of the range of a count when these are the others of its equation.
    Range narrow(Range range, std::int32_t factor, bool exact) const
    {
        if (factor == 1) {
            range.low = no_most == 0 ? std::max(range.low, -most) : range.low;
            range.high = exact && no_least == 0 ? std::min(range.high, -least) : range.high;
        } else if (factor == -1) {
            range.high = no_most == 0 ? std::min(range.high, most) : range.high;
            range.low = exact && no_least == 0 ? std::max(range.low, least) : range.low;
        }
        return range;
    }
};

} // namespace

MoveSearch::MoveSearch(System const & system, DisclosurePolicy const & policy, std::vector<Told> told)
    : m_system(system)
    , m_policy(policy)
    , m_told(std::move(told))
{
    auto const variables = system.variables.size();
    auto const equations = system.equations.size();
    m_use_begin.assign(variables + 1, 0);
    for (auto const & equation : system.equations) {
        for (auto const & term : equation.terms) {
            ++m_use_begin[term.variable + 1];
        }
    }
    for (std::size_t i = 0; i < variables; ++i) {
        m_use_begin[i + 1] += m_use_begin[i];
    }
    m_uses.resize(m_use_begin.back());
    auto next = m_use_begin;
    m_truth.assign(equations, 0);
    m_hidden_terms.assign(equations, 0);
    for (std::uint32_t e = 0; e < equations; ++e) {
        for (auto const & term : system.equations[e].terms) {
            m_uses[next[term.variable]++] = { e, term.factor };
            m_truth[e] += term.factor * system.variables[term.variable].value;
            m_hidden_terms[e] += m_told[term.variable] == Told::hidden ? 1U : 0U;
        }
    }
    for (std::size_t i = 0; i < variables; ++i) {
        m_ranges.push_back(known_of(system.variables[i], m_told[i], policy));
    }
    m_by.assign(variables, 0);
    m_gap.assign(equations, 0);
    m_sums.assign(equations, 0);
}

bool MoveSearch::find(std::uint32_t variable, Count by, bool may_hide)
{
    m_may_hide = may_hide;
    bool const found = attempt(variable, by, 1, budget_of_a_glance)
        || attempt(variable, by, width_of_a_search, budget_of_a_search);
    if (found) {
        hide_for(m_move);
    }
    return found;
}

void MoveSearch::hide_for(Move const & move)
{
    for (auto const & step : move) {
        if (!m_ranges[step.variable].holds(m_system.variables[step.variable].value + step.by)) {
            hide(step.variable);
        }
    }
}

bool MoveSearch::attempt(std::uint32_t variable, Count by, std::size_t width, int budget)
{
    m_width = width;
    m_budget = budget;
    m_move.clear();
    bool found = false;
    if (m_ranges[variable].holds(m_system.variables[variable].value + by)) {
        apply(variable, by);
        found = balance();
        if (found) {
            for (auto const used : m_used) {
                m_move.push_back({ used, m_by[used] });
            }
        }
    }
    forget();
    return found;
}

/// Takes the shortest equation that does not hold, and lets one of its other counts make good what it lacks.
bool MoveSearch::balance()
{
    if (m_lacking.empty()) {
        return true;
    }
    if (--m_budget < 0) {
        return false;
    }
    auto const equation = *std::min_element(m_lacking.begin(), m_lacking.end(), [&](auto left, auto right) {
        auto const lengths = [&](auto e) { return std::make_pair(m_system.equations[e].terms.size(), e); };
        return lengths(left) < lengths(right);
    });
    std::vector<Candidate> candidates;
    candidates_of(equation, candidates);
    auto const wanted = std::min(m_width, candidates.size());
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(wanted), candidates.end(),
        [](auto const & left, auto const & right) {
            return std::make_pair(left.score, left.variable) < std::make_pair(right.score, right.variable);
        });
    candidates.resize(wanted);
    for (auto const & candidate : candidates) {
        apply(candidate.variable, candidate.by);
        if (balance()) {
            return true;
        }
        apply(candidate.variable, -candidate.by);
        if (m_budget < 0) {
            return false;
        }
    }
    return false;
}

void MoveSearch::candidates_of(std::uint32_t equation, std::vector<Candidate> & candidates) const
{
    auto const lack = lacking(equation, m_gap[equation]);
    for (auto const & term : m_system.equations[equation].terms) {
        auto const & variable = m_system.variables[term.variable];
        if (m_by[term.variable] != 0) {
            continue;
        }
        auto const hidden = known_of(variable, Told::hidden, m_policy);
        bool const open = m_may_hide && may_become_hidden(term.variable);
        auto const & range = open ? hidden : m_ranges[term.variable];
        auto const wanted = -lack / term.factor;
        auto const by = std::clamp(wanted, range.low - variable.value, range.high - variable.value);
        if (by == 0) {
            continue;
        }
        auto score = score_of(term.variable, by) + (by == wanted ? 0 : falls_short);
        if (open && !m_ranges[term.variable].holds(variable.value + by)) {
            score += variable.cost;
        }
        candidates.push_back({ term.variable, by, score });
    }
}

std::int64_t MoveSearch::score_of(std::uint32_t variable, Count by) const
{
    std::int64_t score = 0;
    for (auto use = m_use_begin[variable]; use < m_use_begin[variable + 1]; ++use) {
        auto const equation = m_uses[use].equation;
        bool const before = lacking(equation, m_gap[equation]) == 0;
        bool const after = lacking(equation, m_gap[equation] + m_uses[use].factor * by) == 0;
        if (before && !after) {
            bool const partners = m_hidden_terms[equation] > (m_told[variable] == Told::hidden ? 1U : 0U);
            score += partners ? disturbs_one_with_hidden : disturbs_one_without;
        } else if (!before && after) {
            score -= settles_another;
        }
    }
    return score;
}

/// Also takes a step back.
void MoveSearch::apply(std::uint32_t variable, Count by)
{
    if (m_by[variable] == 0) {
        m_used.push_back(variable);
    }
    m_by[variable] += by;
    if (m_by[variable] == 0) {
        m_used.pop_back();
    }
    for (auto use = m_use_begin[variable]; use < m_use_begin[variable + 1]; ++use) {
        auto const equation = m_uses[use].equation;
        bool const before = lacking(equation, m_gap[equation]) == 0;
        m_gap[equation] += m_uses[use].factor * by;
        bool const after = lacking(equation, m_gap[equation]) == 0;
        if (before && !after) {
            m_lacking.push_back(equation);
        } else if (!before && after) {
            m_lacking.erase(std::find(m_lacking.begin(), m_lacking.end(), equation));
        }
    }
}

void MoveSearch::forget()
{
    while (!m_used.empty()) {
        apply(m_used.back(), -m_by[m_used.back()]);
    }
}

/// What an equation is short of when its sum is off by `gap`; 0 when it holds.
Count MoveSearch::lacking(std::uint32_t equation, Count gap) const
{
    return m_system.equations[equation].exact ? gap : std::min<Count>(0, m_truth[equation] + gap);
}

bool MoveSearch::may_become_hidden(std::uint32_t variable) const
{
    auto const & each = m_system.variables[variable];
    return m_told[variable] != Told::hidden && each.here && each.personal && each.value >= m_policy.lowest() && !each.known.known();
}

void MoveSearch::hide(std::uint32_t variable)
{
    m_told[variable] = Told::hidden;
    m_ranges[variable] = known_of(m_system.variables[variable], Told::hidden, m_policy);
    for (auto use = m_use_begin[variable]; use < m_use_begin[variable + 1]; ++use) {
        ++m_hidden_terms[m_uses[use].equation];
    }
}

bool MoveSearch::holds(Move const & move, Count numerator, Count denominator)
{
    for (auto const & step : move) {
        auto const by = step.by * numerator;
        if (by % denominator != 0
            || !m_ranges[step.variable].holds(m_system.variables[step.variable].value + by / denominator)) {
            return false;
        }
    }
    bool sound = true;
    for (auto const & step : move) {
        auto const by = step.by * numerator / denominator;
        for (auto use = m_use_begin[step.variable]; use < m_use_begin[step.variable + 1]; ++use) {
            m_sums[m_uses[use].equation] += m_uses[use].factor * by;
        }
    }
    for (auto const & step : move) {
        for (auto use = m_use_begin[step.variable]; use < m_use_begin[step.variable + 1]; ++use) {
            auto const equation = m_uses[use].equation;
            auto const sum = m_truth[equation] + m_sums[equation];
            sound = sound && (m_system.equations[equation].exact ? sum == 0 : sum >= 0);
        }
    }
    for (auto const & step : move) {
        for (auto use = m_use_begin[step.variable]; use < m_use_begin[step.variable + 1]; ++use) {
            m_sums[m_uses[use].equation] = 0;
        }
    }
    return sound;
}

std::vector<Range> MoveSearch::reckoned() const
{
    auto ranges = m_ranges;
    bool changed = true;
    for (int round = 0; changed && round < rounds_of_reckoning; ++round) {
        changed = false;
        for (auto const & equation : m_system.equations) {
            Reach reach;
            for (auto const & term : equation.terms) {
                reach.add(ranges[term.variable], term.factor, 1);
            }
            for (auto const & term : equation.terms) {
                auto & range = ranges[term.variable];
                if (range.known()) {
                    continue;
                }
                auto others = reach;
                others.add(range, term.factor, -1);
                auto const narrower = others.narrow(range, term.factor, equation.exact);
                if (narrower.low > range.low || narrower.high < range.high) {
                    reach = others;
                    reach.add(narrower, term.factor, 1);
                    range = narrower;
                    changed = true;
                }
            }
        }
    }
    return ranges;
}

} // namespace ketensync::monitor
