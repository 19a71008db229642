#include "daemon/monitor/edition_system.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace ketensync::monitor {

namespace {

constexpr auto nowhere = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t cost_of_a_part = 10;
constexpr std::uint32_t times_of_a_total = 3; ///< for each dimension it is a total in

/// What makes a member the same in two editions.
std::string name_of(Dimension const & dimension, Member const & member)
{
    auto name = "m " + dimension.id + "\n" + member.code;
    if (dimension.exact && !member.breakdowns.empty()) {
        for (auto const & code : member.breakdowns.front()) {
            name += "\n" + code;
        }
    }
    return name;
}

} // namespace

EditionSystem::EditionSystem(
    Edition const & edition, std::vector<EarlierEdition> const & earlier, DisclosurePolicy const & policy)
    : m_policy(policy)
{
    auto const learn_dimensions = [&](Edition const & each) {
        for (auto const & table : each.tables) {
            auto & known = m_dimensions[table.indicator];
            for (auto const & id : table.dimensions) {
                if (std::find(known.begin(), known.end(), id) == known.end()) {
                    known.push_back(id);
                }
            }
        }
    };
    learn_dimensions(edition);
    for (auto const & each : earlier) {
        learn_dimensions(each.shown);
    }
    m_frame = frame_of(edition);
    take(m_frame);
    for (auto const & each : earlier) {
        remember(frame_of(each.shown), each.truth);
    }
}

void EditionSystem::take(Frame const & frame)
{
    for (auto const & table : frame.edition->tables) {
        bool const personal
            = std::find(m_policy.open_indicators.begin(), m_policy.open_indicators.end(), table.indicator)
            == m_policy.open_indicators.end();
        auto const shape = shape_of(frame, table);
        auto & variables = m_of_table.emplace_back();
        for (auto const & figure : table.figures) {
            auto totals = shape.blank.size() - 1 - shape.axes.size();
            for (std::size_t i = 0; i < shape.axes.size(); ++i) {
                totals += shape.axes[i]->dimension->members[figure.at[i]].breakdowns.empty() ? 0U : 1U;
            }
            auto cost = cost_of_a_part;
            for (std::size_t i = 0; i < totals; ++i) {
                cost *= times_of_a_total;
            }
            auto const [entry, is_new] = m_variables.try_emplace(
                key_of(shape, figure), static_cast<std::uint32_t>(m_system.variables.size()));
            if (is_new) {
                bool const possible = figure.cell.shown != Shown::impossible;
                m_system.variables.push_back({ possible ? figure.cell.count : 0,
                    possible ? Range {} : Range { 0, 0 }, personal && possible, true, cost });
            }
            variables.push_back(entry->second);
        }
    }
    add_equations(frame, m_variables);
}

void EditionSystem::remember(Frame const & frame, Edition const & truth)
{
    Variables then;
    for (std::size_t t = 0; t < truth.tables.size(); ++t) {
        auto const & table = frame.edition->tables[t];
        auto const shape = shape_of(frame, table);
        for (std::size_t f = 0; f < table.figures.size(); ++f) {
            auto const [entry, is_new] = then.try_emplace(key_of(shape, table.figures[f]), nowhere);
            if (is_new) {
                entry->second = remember(entry->first, table.figures[f].cell, truth.tables[t].figures[f].cell.count);
            }
        }
    }
    add_equations(frame, then);
}

std::uint32_t EditionSystem::remember(Key const & key, Cell const & shown, Count truth)
{
    Range range { truth, truth };
    if (shown.shown == Shown::rounded) {
        range = m_policy.behind(shown.count);
    } else if (shown.shown == Shown::hidden) {
        range = { std::min(truth, m_policy.lowest()), Range::unbounded };
    }
    if (!range.holds(truth)) { // rounded by another policy
        range = { 0, Range::unbounded };
    }
    auto const now = m_variables.find(key);
    if (now != m_variables.end() && m_system.variables[now->second].value == truth) {
        auto & known = m_system.variables[now->second].known;
        known = { std::max(known.low, range.low), std::min(known.high, range.high) };
        return now->second;
    }
    m_system.variables.push_back({ truth, range, !range.known(), false, 0 });
    return static_cast<std::uint32_t>(m_system.variables.size() - 1);
}

std::optional<std::uint32_t> EditionSystem::at(std::string const & indicator, std::string const & code) const
{
    auto const dimensions = m_dimensions.find(indicator);
    auto const first = m_numbers.find("i " + indicator);
    if (dimensions == m_dimensions.end() || first == m_numbers.end()) {
        return std::nullopt;
    }
    for (auto const & wanted : dimensions->second) {
        Key key(1, first->second);
        bool found = false;
        for (auto const & id : dimensions->second) {
            auto const axis = m_frame.axes.find(id);
            auto const known = axis != m_frame.axes.end();
            auto const place = known ? axis->second.places.find(code) : decltype(axis->second.places.find(code)) {};
            if (known && id == wanted && place != axis->second.places.end()) {
                key.push_back(axis->second.numbers[place->second]);
                found = true;
            } else {
                key.push_back(known ? axis->second.whole : 0);
            }
        }
        auto const variable = found ? m_variables.find(key) : m_variables.end();
        if (variable != m_variables.end()) {
            return variable->second;
        }
    }
    return std::nullopt;
}

char32_t EditionSystem::number(std::string const & name)
{
    return m_numbers.try_emplace(name, static_cast<char32_t>(m_numbers.size() + 1)).first->second;
}

EditionSystem::Frame EditionSystem::frame_of(Edition const & edition)
{
    Frame frame { &edition, {} };
    for (auto const & dimension : edition.dimensions) {
        auto & axis = frame.axes[dimension.id];
        axis.dimension = &dimension;
        for (auto const & member : dimension.members) {
            axis.places.emplace(member.code, static_cast<std::uint32_t>(axis.numbers.size()));
            axis.numbers.push_back(number(name_of(dimension, member)));
            if (member.code == dimension.whole && !dimension.whole.empty()) {
                axis.whole = axis.numbers.back();
            }
        }
    }
    return frame;
}

EditionSystem::Shape EditionSystem::shape_of(Frame const & frame, Table const & table)
{
    Shape shape { Key(1, number("i " + table.indicator)), {}, std::vector<std::size_t>(table.dimensions.size()) };
    auto const & dimensions = m_dimensions.at(table.indicator);
    m_indicators.try_emplace(shape.blank[0], table.indicator);
    for (auto const & id : dimensions) {
        auto const axis = frame.axes.find(id);
        shape.blank.push_back(axis == frame.axes.end() ? 0 : axis->second.whole);
    }
    for (std::size_t i = 0; i < table.dimensions.size(); ++i) {
        shape.axes.push_back(&frame.axes.at(table.dimensions[i]));
        auto const place = std::find(dimensions.begin(), dimensions.end(), table.dimensions[i]);
        shape.positions[i] = static_cast<std::size_t>(place - dimensions.begin()) + 1;
    }
    return shape;
}

EditionSystem::Key EditionSystem::key_of(Shape const & shape, Figure const & figure)
{
    auto key = shape.blank;
    for (std::size_t i = 0; i < shape.axes.size(); ++i) {
        key[shape.positions[i]] = shape.axes[i]->numbers[figure.at[i]];
    }
    return key;
}

/// For each total of each dimension of each table, with everything else as it is.
void EditionSystem::add_equations(Frame const & frame, Variables const & variables)
{
    for (auto const & table : frame.edition->tables) {
        auto const shape = shape_of(frame, table);
        for (std::size_t i = 0; i < shape.axes.size() && !table.figures.empty(); ++i) {
            auto const first = table.figures.front().at[i];
            for (auto const & figure : table.figures) {
                if (figure.at[i] == first) { // every combination is there, so one of each row suffices
                    add_totals(*shape.axes[i], key_of(shape, figure), shape.positions[i], variables);
                    add_regrouped(frame, *shape.axes[i], key_of(shape, figure), shape.positions[i], variables);
                }
            }
        }
    }
}

void EditionSystem::add_totals(Axis const & axis, Key key, std::size_t position, Variables const & variables)
{
    auto const at = [&](std::size_t member) {
        key[position] = axis.numbers[member];
        auto const found = variables.find(key);
        return found == variables.end() ? nowhere : found->second;
    };
    for (std::size_t member = 0; member < axis.dimension->members.size(); ++member) {
        auto const & breakdowns = axis.dimension->members[member].breakdowns;
        auto const total = breakdowns.empty() ? nowhere : at(member);
        if (total == nowhere) {
            continue;
        }
        for (auto const & breakdown : breakdowns) {
            std::vector<Term> terms;
            for (auto const & code : breakdown) {
                auto const place = axis.places.find(code);
                if (auto const part = place == axis.places.end() ? nowhere : at(place->second); part != nowhere) {
                    terms.push_back({ part, 1 });
                }
            }
            bool const whole = terms.size() == breakdown.size();
            bool const exact = axis.dimension->exact || breakdown.size() == 1;
            for (std::size_t i = 0; i < terms.size() && !(exact && whole); ++i) {
                add({ { total, 1 }, { terms[i].variable, -1 } }, false);
            }
            if (whole) {
                terms.push_back({ total, -1 });
                add(std::move(terms), exact);
            }
        }
    }
}

/// A member that takes members of another dimension together is their sum, everything else being as it is.
void EditionSystem::add_regrouped(
    Frame const & frame, Axis const & axis, Key key, std::size_t position, Variables const & variables)
{
    auto const other = frame.axes.find(axis.dimension->regroups);
    auto const & dimensions = m_dimensions.at(m_indicators.at(key[0]));
    auto const place = std::find(dimensions.begin(), dimensions.end(), axis.dimension->regroups);
    auto const other_position = static_cast<std::size_t>(place - dimensions.begin()) + 1;
    if (other == frame.axes.end() || place == dimensions.end() || key[other_position] != other->second.whole) {
        return;
    }
    auto const at = [&](char32_t now, char32_t then) {
        key[position] = now;
        key[other_position] = then;
        auto const found = variables.find(key);
        return found == variables.end() ? nowhere : found->second;
    };
    for (std::size_t member = 0; member < axis.numbers.size(); ++member) {
        auto const & taken = axis.dimension->members[member].takes;
        auto const sum = at(axis.numbers[member], other->second.whole);
        std::vector<Term> terms;
        for (auto const & code : taken) {
            auto const part = other->second.places.find(code);
            auto const variable = part == other->second.places.end()
                ? nowhere
                : at(axis.whole, other->second.numbers[part->second]);
            if (variable != nowhere) {
                terms.push_back({ variable, 1 });
            }
        }
        if (sum != nowhere && !taken.empty() && terms.size() == taken.size()) {
            terms.push_back({ sum, -1 });
            add(std::move(terms), true);
        }
    }
}

void EditionSystem::add(std::vector<Term> terms, bool exact)
{
    Count sum = 0;
    std::u32string mark(1, exact ? U'=' : U'>');
    for (auto const & term : terms) {
        sum += term.factor * m_system.variables[term.variable].value;
        mark.push_back(static_cast<char32_t>(term.variable * 2 + (term.factor > 0 ? 1 : 0)));
    }
    // Where people count by their first day in each part, a total need not be the greatest part: then it is no rule.
    bool const true_now = exact ? sum == 0 : sum >= 0;
    if (true_now && m_equations.insert(std::move(mark)).second) {
        m_system.equations.push_back({ std::move(terms), exact });
    }
}

} // namespace ketensync::monitor
