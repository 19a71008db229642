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
};
std::vector<TrajectTold> trajecten_told(World const & world);

/// The true figures of the Monitor, worked out the long way: "indicator|dimension=code|dimension=code", without a dimension at
/// its whole. Of what was told up to `known`, until the last day `until` of a half-year. Zeros are not there.
std::map<std::string, std::int64_t> true_figures(std::vector<TrajectTold> const & told, Day known, Day until);

} // namespace ketensync::region
