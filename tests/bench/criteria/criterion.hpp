#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace ketensync::criteria {

/// How large it is to be measured.
struct Wanted {
    int seeds = 10;
    std::size_t records = 100'000;
    bool patient = true; ///< what takes seconds of waiting may take them
};

/// What is known of what became of what a source published.
struct Difference {
    std::size_t lost = 0; ///< not there, or there with other content
    std::size_t doubled = 0; ///< there more than once, or though the source has it no more
};

/// What measuring one criterion came to: a line of the table. It is met when something was held against it, and all of
/// that held.
class Row {
public:
    void seed() { ++m_seeds; }
    void records(std::size_t count) { m_records += count; }
    void add(Difference const & found);
    /// A condition that must hold; `otherwise` tells of one that did not.
    void check(bool holds, std::string const & otherwise);
    /// Figures, named once and in this order in the table: the highest that was seen, and the sum of all.
    void most(std::string const & name, double value, std::string const & unit = {});
    void sum(std::string const & name, double value, std::string const & unit = {});
    /// What belongs to the figures and is not a number.
    void note(std::string const & text);

    bool met() const { return m_checks > 0 && m_faults.empty() && m_found.lost + m_found.doubled == 0; }
    int seeds() const { return m_seeds; }
    std::size_t records() const { return m_records; }
    Difference found() const { return m_found; }
    std::string figures() const;
    std::vector<std::string> const & faults() const { return m_faults; }

private:
    struct Figure {
        std::string name;
        double value = 0;
        std::string unit;
    };
    Figure & figure(std::string const & name, std::string const & unit);

    int m_seeds = 0;
    std::size_t m_records = 0;
    std::size_t m_checks = 0;
    Difference m_found;
    std::vector<Figure> m_figures;
    std::vector<std::string> m_notes;
    std::vector<std::string> m_faults;
};

/// One criterion, or a part of one: its number ("22", "22b"), what goes wrong, what must come of it, and how that is measured.
struct Criterion {
    std::string number;
    std::string what;
    std::string must;
    std::function<void(Wanted const &, Row &)> measure;
};

/// The source of chance of one seed of one criterion.
inline std::mt19937_64 chance(int criterion, int seed)
{
    return std::mt19937_64(static_cast<std::uint64_t>(criterion) * 1'000'003U + static_cast<std::uint64_t>(seed));
}

/// A number from 0 up to `below`, without it.
inline std::size_t upto(std::mt19937_64 & random, std::size_t below)
{
    return below == 0 ? 0 : static_cast<std::size_t>(random() % below);
}

// One a theme.
std::vector<Criterion> cursor_criteria();
std::vector<Criterion> list_criteria();
std::vector<Criterion> batch_criteria();
std::vector<Criterion> bound_criteria();
std::vector<Criterion> manner_criteria();
std::vector<Criterion> token_criteria();
std::vector<Criterion> shape_criteria();
std::vector<Criterion> value_criteria();
std::vector<Criterion> service_criteria();
std::vector<Criterion> end_criteria();

} // namespace ketensync::criteria
