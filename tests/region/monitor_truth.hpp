#pragma once

#include "tests/region/world.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ketensync::region {

/// What was told of a traject on a day; what was told last is believed.
struct Telling {
    Day known = 0;
    Day begin = 0;
    Day end = no_day;
    Outcome outcome = Outcome::running;
};

/// One taking part in a project, as the parties tell of it over the years: late, wrong at first, and some of them twice.
struct TrajectTold {
    std::uint64_t person = 0;
    int project = 0;
    std::string gemeente;      ///< where somebody lived at the true start, by the code of that day
    bool tells_gemeente = true;
    int placement = -1;        ///< what work it ended with; -1: none
    std::vector<Telling> tellings; ///< in order of time
    Day twice_since = no_day;  ///< since when another system tells of it too, which nobody can see is the same
    int twice_later = 0;       ///< the start there, so many days later
    Day work_end = no_day;     ///< when the work that it ended with ended
    Day work_end_known = no_day;
};
std::vector<TrajectTold> trajecten_told(World const & world);

/// The true figures of the Monitor, worked out the long way: "indicator|dimension=code|dimension=code", without a dimension at
/// its whole. Of what was told up to `known`, until the last day `until` of a half-year. Zeros are not there.
std::map<std::string, std::int64_t> true_figures(std::vector<TrajectTold> const & told, Day known, Day until);

/// A time of somebody that other parties tell of: a benefit, help at work, being registered at UWV.
struct SpellTold {
    std::uint64_t person = 0;
    std::string code;     ///< which benefit, or which help
    std::string gemeente; ///< that tells of it
    Day begin = 0;
    Day end = no_day;
    Day known = 0;            ///< that it began
    Day end_known = no_day;

    Day end_at(Day day) const { return end_known <= day ? end : no_day; }
};

/// What is told of people beside their trajecten.
struct PersonsTold {
    std::map<std::uint64_t, int> birth_years; ///< not of everybody
    std::vector<SpellTold> benefits;
    std::vector<SpellTold> help;
    std::vector<SpellTold> registrations;
};
PersonsTold persons_told(World const & world);

/// The target that the administration has for a project on a day: it grows when the project is extended.
int target_on(int project, Day day);

/// The other indicators, told as `true_figures`: lasting work, completed training, places, the young, and who went from UWV
/// to a benefit.
void add_true_figures(std::map<std::string, std::int64_t> & figures, std::vector<TrajectTold> const & told,
    PersonsTold const & persons, Day known, Day until);

} // namespace ketensync::region
