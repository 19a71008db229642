#include "daemon/monitor/move_search.hpp"

#include <coin/Cbc_C_Interface.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace ketensync::monitor {

namespace {

constexpr char const * nodes_max = "200"; ///< and no limit in time, so that the same question gets the same answer
/// How far a count goes in a world that is looked for, in thresholds: what is large keeps its size.
constexpr Count reach = 8;
constexpr double cost_of_a_step = 0.001; ///< keeps worlds near

using Model = std::unique_ptr<Cbc_Model, void (*)(Cbc_Model *)>;

/// An integer program, column by column.
struct Program {
    std::vector<CoinBigIndex> starts { 0 };
    std::vector<int> rows;
    std::vector<double> factors;
    std::vector<double> lows, highs, costs;
    std::vector<std::pair<std::uint32_t, int>> columns; ///< variable, and the sign in which it counts
    std::vector<double> row_lows, row_highs;
};

} // namespace

bool MoveSearch::solve(std::uint32_t variable, Count by, bool may_hide)
{
    if (!m_ranges[variable].holds(m_system.variables[variable].value + by)) {
        return false;
    }
    // Everything that hangs together with it by counts that are not fixed.
    std::vector<std::uint32_t> reached { variable };
    std::unordered_map<std::uint32_t, int> row_of;
    std::vector<bool> seen(m_system.variables.size());
    seen[variable] = true;
    Program program;
    for (std::size_t i = 0; i < reached.size(); ++i) {
        for (auto use = m_use_begin[reached[i]]; use < m_use_begin[reached[i] + 1]; ++use) {
            auto const equation = m_uses[use].equation;
            if (!row_of.try_emplace(equation, static_cast<int>(row_of.size())).second) {
                continue;
            }
            bool const exact = m_system.equations[equation].exact;
            program.row_lows.push_back(exact ? 0 : -static_cast<double>(m_truth[equation]));
            program.row_highs.push_back(exact ? 0 : std::numeric_limits<double>::max());
            for (auto const & term : m_system.equations[equation].terms) {
                bool const open = may_hide && may_become_hidden(term.variable);
                if (!seen[term.variable] && (open || !m_ranges[term.variable].known())) {
                    seen[term.variable] = true;
                    reached.push_back(term.variable);
                }
            }
        }
    }
    auto const column = [&](std::uint32_t of, int sign, Count low, Count high, double cost) {
        for (auto use = m_use_begin[of]; use < m_use_begin[of + 1]; ++use) {
            program.rows.push_back(row_of.at(m_uses[use].equation));
            program.factors.push_back(m_uses[use].factor * sign);
        }
        program.starts.push_back(static_cast<CoinBigIndex>(program.rows.size()));
        program.lows.push_back(static_cast<double>(low));
        program.highs.push_back(static_cast<double>(high));
        program.costs.push_back(cost);
        program.columns.emplace_back(of, sign);
    };
    auto const far = reach * m_policy.threshold;
    for (auto const each : reached) {
        if (each == variable) {
            column(each, 1, by, by, 0);
            continue;
        }
        auto const value = m_system.variables[each].value;
        bool const open = may_hide && may_become_hidden(each);
        auto const range = open ? known_of(m_system.variables[each], Told::hidden, m_policy) : m_ranges[each];
        auto const cost = open ? static_cast<double>(m_system.variables[each].cost) : cost_of_a_step;
        column(each, 1, 0, std::min(far, range.high - value), cost);
        column(each, -1, 0, std::min(far, value - range.low), cost);
    }
    // The library keeps things that all its models share.
    static std::mutex one_at_a_time;
    std::lock_guard const turn(one_at_a_time);
    Model const model(Cbc_newModel(), &Cbc_deleteModel);
    Cbc_setLogLevel(model.get(), 0);
    Cbc_setParameter(model.get(), "log", "0");
    Cbc_setParameter(model.get(), "maxNodes", nodes_max);
    Cbc_loadProblem(model.get(), static_cast<int>(program.columns.size()), static_cast<int>(row_of.size()),
        program.starts.data(), program.rows.data(), program.factors.data(), program.lows.data(), program.highs.data(),
        program.costs.data(), program.row_lows.data(), program.row_highs.data());
    for (int i = 0; i < static_cast<int>(program.columns.size()); ++i) {
        Cbc_setInteger(model.get(), i);
    }
    Cbc_solve(model.get());
    auto const * const solution = Cbc_bestSolution(model.get());
    if (solution == nullptr) {
        return false;
    }
    m_move.clear();
    for (std::size_t i = 0; i < program.columns.size(); ++i) {
        auto const & [of, sign] = program.columns[i];
        auto const steps = static_cast<Count>(std::llround(solution[i])) * sign;
        if (!m_move.empty() && m_move.back().variable == of) {
            m_move.back().by += steps;
        } else {
            m_move.push_back({ of, steps });
        }
    }
    std::erase_if(m_move, [](auto const & step) { return step.by == 0; });
    hide_for(m_move);
    // What a solver of floating point says is looked at again, in whole numbers, by whoever keeps it as a proof.
    return holds(m_move, 1, 1);
}

} // namespace ketensync::monitor
