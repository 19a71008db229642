#pragma once

#include "tests/region/person.hpp"
#include "tests/region/truth.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::region {

/// "D123-0": the true deelname, whoever tells of it.
std::string deelname_id(Person const & person, Deelname const & deelname);

/// projecten.csv on a day; targets grow with the population.
std::string projects_csv(std::uint64_t persons, Day day, Truth & truth);

/// The project administration's deelnemers.csv: typed by hand, in CP1252.
class SheetWriter {
public:
    SheetWriter(std::uint64_t seed, Day day)
        : m_seed(seed)
        , m_day(day)
    {
    }
    void add(Household const & household, Truth & truth);
    std::string finish();
    std::uint64_t rows() const { return m_rows.size(); }

private:
    void add_row(Person const & person, Deelname const & deelname, bool again, Truth & truth);

    std::uint64_t m_seed;
    Day m_day;
    std::vector<std::pair<std::uint64_t, std::string>> m_rows; ///< number and line
};

/// The first line of deelnemers.csv.
std::string sheet_header();

/// Counts the deelname for the Monitor, when its project's administration or a provider shows it on the day.
void count_for_monitor(std::uint64_t seed, Person const & person, Deelname const & deelname, Day day, Truth & truth);

} // namespace ketensync::region
