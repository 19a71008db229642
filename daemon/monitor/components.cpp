#include "daemon/monitor/components.hpp"

#include <numeric>

namespace ketensync::monitor {

std::vector<Component> components_of(System const & system)
{
    auto const variables = system.variables.size();
    std::vector<std::uint32_t> above(variables);
    std::iota(above.begin(), above.end(), 0U);
    auto const root = [&](std::uint32_t variable) {
        while (above[variable] != variable) {
            above[variable] = above[above[variable]];
            variable = above[variable];
        }
        return variable;
    };
    for (auto const & equation : system.equations) {
        for (auto const & term : equation.terms) {
            above[root(term.variable)] = root(equation.terms.front().variable);
        }
    }
    // Those without an equation need no company, and would be very many.
    std::vector<bool> tied(variables);
    for (auto const & equation : system.equations) {
        for (auto const & term : equation.terms) {
            tied[term.variable] = true;
        }
    }
    constexpr auto none = static_cast<std::size_t>(-1);
    std::vector<std::size_t> component_of(variables, none);
    std::vector<std::uint32_t> place(variables);
    std::vector<Component> components(1);
    for (std::uint32_t i = 0; i < variables; ++i) {
        auto & mine = component_of[root(i)];
        if (!tied[i]) {
            mine = 0;
        } else if (mine == none) {
            mine = components.size();
            components.emplace_back();
        }
        auto & component = components[mine];
        place[i] = static_cast<std::uint32_t>(component.variables.size());
        component.variables.push_back(i);
        component.system.variables.push_back(system.variables[i]);
    }
    for (auto const & equation : system.equations) {
        if (equation.terms.empty()) {
            continue;
        }
        auto & component = components[component_of[root(equation.terms.front().variable)]];
        component.system.equations.push_back(equation);
        for (auto & term : component.system.equations.back().terms) {
            term.variable = place[term.variable];
        }
    }
    std::ranges::stable_sort(components, std::greater<> {}, [](Component const & each) { return each.system.equations.size(); });
    return components;
}

} // namespace ketensync::monitor
