#pragma once

#include "daemon/monitor/disclosure.hpp"
#include "daemon/monitor/figures.hpp"

#include <string>
#include <vector>

namespace ketensync::monitor {

/// A figure that is not told, for operators only.
struct HiddenFigure {
    std::string table;
    std::vector<std::string> at; ///< codes of members, as the table's dimensions
    std::int64_t count = 0;      ///< the true one
    bool small = false;          ///< false: hidden to protect another
};

struct ProtectedEdition {
    Edition edition; ///< as it may be shown
    std::vector<HiddenFigure> hidden;
    /// Small figures that an earlier edition told, so that this one tells them too.
    std::vector<HiddenFigure> public_before;
};

/// An edition that was shown before: what everybody has, and what it was made from.
struct EarlierEdition {
    Edition shown;
    Edition truth; ///< with true counts, as they were known then
};

/// Turns an edition with true counts into one that may be shown, given every edition that was shown before, in any order.
/// What holds among its tables is read from its dimensions: totals and breakdowns, and the same figure in several tables
/// and editions. What a reader may take to be the same as in an earlier edition is what has not changed since.
/// Words that follow from a figure go with it: a project's progress is not told when its result is not.
/// Failure::held when it cannot be protected: then nothing may be shown. Failure::bad_data when an edition is not sound.
Result<ProtectedEdition> protect(
    Edition const & edition, std::vector<EarlierEdition> const & earlier, DisclosurePolicy const & policy);

} // namespace ketensync::monitor
