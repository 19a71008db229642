#include "tests/bench/criteria/criterion.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ketensync::criteria {

namespace {

constexpr std::size_t faults_told = 5;

}

void Row::add(Difference const & found)
{
    ++m_checks;
    m_found.lost += found.lost;
    m_found.doubled += found.doubled;
}

void Row::check(bool holds, std::string const & otherwise)
{
    ++m_checks;
    if (!holds && m_faults.size() < faults_told) {
        m_faults.push_back(otherwise);
    }
}

Row::Figure & Row::figure(std::string const & name, std::string const & unit)
{
    auto const found = std::ranges::find(m_figures, name, &Figure::name);
    return found != m_figures.end() ? *found : m_figures.emplace_back(Figure { name, 0, unit });
}

void Row::most(std::string const & name, double value, std::string const & unit)
{
    bool const known = std::ranges::find(m_figures, name, &Figure::name) != m_figures.end();
    auto & at = figure(name, unit);
    at.value = known ? std::max(at.value, value) : value;
}

void Row::sum(std::string const & name, double value, std::string const & unit) { figure(name, unit).value += value; }

void Row::note(std::string const & text)
{
    if (std::ranges::find(m_notes, text) == m_notes.end()) {
        m_notes.push_back(text);
    }
}

std::string Row::figures() const
{
    std::string text;
    for (auto const & [name, value, unit] : m_figures) {
        bool const whole = value == static_cast<double>(static_cast<std::int64_t>(value));
        text += fmt::format("{}{} {}{}{}", text.empty() ? "" : ", ", name,
            whole ? fmt::format("{:.0f}", value) : fmt::format("{:.1f}", value), unit.empty() ? "" : " ", unit);
    }
    for (auto const & note : m_notes) {
        text += (text.empty() ? "" : "; ") + note;
    }
    return text;
}

} // namespace ketensync::criteria
