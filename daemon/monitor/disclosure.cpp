#include "daemon/monitor/disclosure.hpp"

#include "daemon/monitor/components.hpp"
#include "daemon/monitor/move_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace ketensync::monitor {

namespace {

/// Proves for every small count, value for value, what stays possible.
class Guard {
public:
    Guard(System const & system, DisclosurePolicy const & policy, std::vector<Told> told)
        : m_system(system)
        , m_policy(policy)
        , m_search(system, policy, std::move(told))
        , m_bounds(MoveSearch(system, policy, told_least()).reckoned())
        , m_proofs(system.variables.size())
    {
        for (std::uint32_t i = 0; i < system.variables.size(); ++i) {
            auto const & variable = system.variables[i];
            if (!variable.personal || !policy.small(variable.value)) {
                continue;
            }
            if (variable.known.known()) {
                m_public_before.push_back(i);
            } else {
                m_small.push_back(i);
                m_proofs[i].resize(static_cast<std::size_t>(2 * policy.threshold + 1));
            }
        }
    }

    void prove_all(bool may_hide)
    {
        for (auto const variable : m_small) {
            auto const truth = m_system.variables[variable].value;
            auto const lowest = std::min(truth, m_bounds[variable].low);
            // The farthest first: a world nearer to the truth often lies on the way. Lower values first: a reader who takes
            // a hidden count for a small one has little left when only higher values are possible.
            for (auto value = lowest; value < truth; ++value) {
                prove(variable, value - truth, may_hide, false);
            }
            for (bool const by_program : { false, true }) {
                auto const below = truth - proven(variable).low;
                for (auto by = m_policy.threshold - 1 - below; by > 0; --by) {
                    prove(variable, by, may_hide, by_program);
                }
            }
            for (auto value = lowest; value < truth && too_few(proven(variable)); ++value) {
                prove(variable, value - truth, may_hide, true);
            }
        }
    }

    /// Small counts of which too few values were proven. Goes by the proofs, not by how they were found.
    std::vector<Narrowed> unproven()
    {
        std::vector<Narrowed> result;
        for (auto const variable : m_small) {
            auto const possible = proven(variable);
            if (too_few(possible)) {
                result.push_back({ variable, possible, {} });
            }
        }
        if (!result.empty()) {
            auto const reckoned = m_search.reckoned();
            for (auto & each : result) {
                each.reckoned = reckoned[each.variable];
            }
        }
        return result;
    }

    Protection protection() const
    {
        Protection result { m_search.told(), m_small, {}, m_public_before };
        for (std::uint32_t i = 0; i < m_system.variables.size(); ++i) {
            auto const & variable = m_system.variables[i];
            if (result.told[i] == Told::hidden && variable.here && !m_policy.small(variable.value)) {
                result.complementary.push_back(i);
            }
        }
        return result;
    }

private:
    struct Proof {
        std::shared_ptr<Move const> move;
        Count numerator = 0;
        Count denominator = 1;
    };

    /// As little as can be told at all: zeros that are told, what counts no persons, and what is known already.
    std::vector<Told> told_least() const
    {
        std::vector<Told> told;
        for (auto const & variable : m_system.variables) {
            bool const open = variable.here
                && (!variable.personal || variable.known.known() || variable.value < m_policy.lowest());
            told.push_back(open ? Told::open : Told::hidden);
        }
        return told;
    }

    /// Of a value that is off by `by`, at most the threshold.
    Proof & proof(std::uint32_t variable, Count by)
    {
        return m_proofs[variable][static_cast<std::size_t>(by + m_policy.threshold)];
    }

    /// The values around the truth that are all proven.
    Range proven(std::uint32_t variable)
    {
        auto const truth = m_system.variables[variable].value;
        Range range { truth, truth };
        for (Count by = -1; by >= -m_policy.threshold && is_proven(variable, by); --by) {
            range.low = truth + by;
        }
        for (Count by = 1; by <= m_policy.threshold && is_proven(variable, by); ++by) {
            range.high = truth + by;
        }
        return range;
    }

    bool is_proven(std::uint32_t variable, Count by)
    {
        auto const & each = proof(variable, by);
        if (!each.move || !m_search.holds(*each.move, each.numerator, each.denominator)) {
            return false;
        }
        auto const step = std::find_if(
            each.move->begin(), each.move->end(), [&](auto const & one) { return one.variable == variable; });
        return step != each.move->end() && step->by * each.numerator / each.denominator == by;
    }

    bool too_few(Range const & possible) const { return possible.high - possible.low + 1 < m_policy.threshold; }

    void prove(std::uint32_t variable, Count by, bool may_hide, bool by_program)
    {
        if (proof(variable, by).move) {
            return;
        }
        if (m_search.find(variable, by, false) || (may_hide && m_search.find(variable, by, true))
            || (by_program && m_search.solve(variable, by, may_hide))) {
            keep(std::make_shared<Move const>(m_search.move()));
        }
    }

    /// One world proves something of every small count that is off in it, and so do the worlds in between and opposite.
    void keep(std::shared_ptr<Move const> const & move)
    {
        for (auto const & step : *move) {
            auto const wanted = m_proofs[step.variable].empty() ? 0 : m_policy.threshold;
            for (auto by = -wanted; by <= wanted; ++by) {
                if (by != 0 && !proof(step.variable, by).move && m_search.holds(*move, by, step.by)) {
                    proof(step.variable, by) = { move, by, step.by };
                }
            }
        }
    }

    System const & m_system;
    DisclosurePolicy const & m_policy;
    MoveSearch m_search;
    std::vector<Range> m_bounds;              ///< of each variable: what is known whatever is hidden
    std::vector<std::vector<Proof>> m_proofs; ///< of each variable: one a value; none when it is not small
    std::vector<std::uint32_t> m_small;
    std::vector<std::uint32_t> m_public_before;
};

} // namespace

Count DisclosurePolicy::rounded(Count value) const
{
    if (value < threshold) {
        return small(value) && zero_shown ? base : 0;
    }
    return std::max(base, (value + base / 2) / base * base);
}

Range DisclosurePolicy::behind(Count told) const
{
    if (told == 0) {
        return zero_shown ? Range { 0, 0 } : Range { 0, threshold - 1 };
    }
    auto const half = base / 2;
    auto const high = told + (base - 1 - half);
    if (told == base) {
        return { zero_shown ? 1 : threshold, high };
    }
    return { told - half, high };
}

Result<void> check(DisclosurePolicy const & policy)
{
    if (policy.threshold < 2 || policy.threshold > 1'000) {
        return fail(Failure::configuration,
            fmt::format("a threshold of {} protects nobody; give 2 to 1000, 5 when in doubt", policy.threshold));
    }
    // Two small counts may not look different, and what is just not small may not look like more than a multiple.
    if (policy.method == DisclosurePolicy::Method::round
        && (policy.base < policy.threshold || policy.base > 1'000)) {
        return fail(Failure::configuration,
            fmt::format("rounding to {} shows counts below {}; give at least {}", policy.base, policy.threshold,
                policy.threshold));
    }
    return {};
}

Range known_of(Variable const & variable, Told told, DisclosurePolicy const & policy)
{
    Range range { variable.value, variable.value };
    if (!variable.here) {
        return variable.known;
    }
    if (told == Told::hidden) {
        range = { policy.lowest(), Range::unbounded };
    } else if (told == Told::rounded) {
        range = policy.behind(policy.rounded(variable.value));
    }
    return { std::max(range.low, variable.known.low), std::min(range.high, variable.known.high) };
}

std::vector<Told> told_without_complement(System const & system, DisclosurePolicy const & policy)
{
    std::vector<Told> told;
    for (auto const & variable : system.variables) {
        if (!variable.here) {
            told.push_back(Told::hidden);
        } else if (!variable.personal || variable.known.known()) {
            told.push_back(Told::open);
        } else if (policy.method == DisclosurePolicy::Method::round) {
            told.push_back(Told::rounded);
        } else {
            told.push_back(policy.small(variable.value) ? Told::hidden : Told::open);
        }
    }
    return told;
}

Result<Protection> protect(System const & system, DisclosurePolicy const & policy)
{
    KETENSYNC_TRY(check(policy));
    Protection whole { told_without_complement(system, policy), {}, {}, {} };
    std::size_t narrowed = 0;
    for_each_component(
        system,
        [&](System const & component) {
            Guard guard(component, policy, told_without_complement(component, policy));
            guard.prove_all(true);
            return std::make_pair(guard.protection(), guard.unproven().size());
        },
        [&](std::vector<std::uint32_t> const & variables, std::pair<Protection, std::size_t> const & found) {
            auto const & [protection, unproven] = found;
            narrowed += unproven;
            for (std::size_t i = 0; i < variables.size(); ++i) {
                whole.told[variables[i]] = protection.told[i];
            }
            auto const take = [&](std::vector<std::uint32_t> & all, std::vector<std::uint32_t> const & some) {
                std::ranges::transform(some, std::back_inserter(all), [&](auto const each) { return variables[each]; });
            };
            take(whole.small, protection.small);
            take(whole.complementary, protection.complementary);
            take(whole.public_before, protection.public_before);
        });
    if (narrowed > 0) {
        return fail(Failure::held,
            fmt::format("{} of the small counts can be narrowed down from what would be told; nothing is told", narrowed));
    }
    for (auto * const numbers : { &whole.small, &whole.complementary, &whole.public_before }) {
        std::ranges::sort(*numbers);
    }
    return whole;
}

std::vector<Narrowed> audit(System const & system, DisclosurePolicy const & policy, std::vector<Told> const & told)
{
    Guard guard(system, policy, told);
    guard.prove_all(false);
    return guard.unproven();
}

} // namespace ketensync::monitor
