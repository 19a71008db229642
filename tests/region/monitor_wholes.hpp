#pragma once

#include "tests/region/monitor_truth.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::region {

// How the truth of the Monitor is worked out: for who works it out only.

/// What a person has of one project, of all that is believed.
struct Whole {
    struct Work {
        Day begin = 0;
        int kind = 0;
        Day end = no_day; ///< as far as it is known
    };

    std::uint64_t person = 0;
    std::string project;
    std::vector<std::string> parts;
    std::string gemeente;
    Day begin = no_day;
    Day end = 0; ///< no_day: not ended
    Outcome outcome = Outcome::running;
    std::optional<Work> work;
    Day trained = no_day; ///< the first day on which an opleider told that it was completed
};

std::vector<Whole> wholes(std::vector<TrajectTold> const & told, Day known);

/// Something that happened to somebody in a project, and when.
using Event = std::pair<Day, Whole const *>;

/// Puts events of one person in the order in which they count.
void put_in_order(std::vector<Event> & events);

/// Counts what happened first to somebody in a part, and by what it can be told apart.
class Counting {
public:
    Counting(std::map<std::string, std::int64_t> & figures, Day until) : m_figures(figures), m_until(until) { }

    /// Events of one person, the earliest first.
    void count(std::string const & indicator, std::vector<Event> const & events, std::string const & by,
        std::string (*code_of)(Whole const &), bool by_part, bool gemeente_by_quarter);

private:
    std::map<std::string, std::int64_t> & m_figures;
    Day m_until;
};

/// By what a day is told: everything so far, its quarter, and the half-year when it is the one of `until`.
std::vector<std::string> times_of(Day day, Day until);

} // namespace ketensync::region
