#pragma once

#include "daemon/monitor/figures.hpp"

#include <cstdint>
#include <random>
#include <vector>

namespace ketensync::monitor {

/// A made-up region whose Monitor can be counted at any moment: persons, where they took part, when, and when that became
/// known. Small on purpose, so that most of its counts are.
class SmallRegion {
public:
    struct Size {
        int projects = 5;
        int categories = 2;
        int themes = 2;
        int municipalities = 3;
        int quarters = 6; ///< two an edition
        int persons = 90;
        int late = 5; ///< in a hundred facts
    };

    SmallRegion(std::uint64_t seed, Size size);

    int editions() const { return m_size.quarters / 2; }
    /// With true counts, as known at the end of half-year `number`, from 0.
    Edition edition(int number) const;

private:
    struct Fact {
        int person;
        int project;
        int municipality;
        int quarter;
        int known; ///< the half-year from which it is
    };
    Table count(Edition const & edition, std::vector<std::string> const & dimensions, int half) const;
    std::vector<Dimension> dimensions(int half) const;

    Size m_size;
    std::vector<Fact> m_facts; ///< in order of quarter
};

} // namespace ketensync::monitor
