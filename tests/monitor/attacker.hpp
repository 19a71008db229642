#pragma once

#include "daemon/monitor/figures.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ketensync::monitor {

/// Somebody who has every edition that was shown, knows the policy, and reckons with whole numbers. Written apart from the
/// audit and with nothing of it: works on the figures as they are read, through a solver of integer programs.
class Attacker {
public:
    struct Knowledge {
        std::int64_t lowest_hidden = 1; ///< what a hidden count is at least
        std::int64_t rounded_width = 0; ///< rounded counts: this is the base
        std::int64_t threshold = 5;
        bool zero_shown = true;
    };
    struct Finding {
        std::size_t edition;
        std::size_t table;
        std::size_t figure;
        std::int64_t low;
        std::int64_t high; ///< -1: no end
    };

    /// Which of two figures a person told the attacker to be the same as before: those with the same stamp. More than any
    /// reader has.
    using Stamp = std::function<std::int64_t(std::size_t edition, std::size_t table, std::size_t figure)>;

    Attacker(std::vector<Edition> shown, Knowledge knowledge, Stamp stamp);

    /// What remains possible of each figure that is `wanted` and not told openly.
    std::vector<Finding> reckon(
        std::function<bool(std::size_t edition, std::size_t table, std::size_t figure)> const & wanted) const;

private:
    std::vector<Edition> m_shown;
    Knowledge m_knowledge;
    Stamp m_stamp;
};

} // namespace ketensync::monitor
