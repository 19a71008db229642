#pragma once

#include "daemon/mapping/mapper.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ketensync::mapping {

/// How well a mapping knows the documents of one page: for who does not know yet which one is theirs. A plain value.
struct Fit {
    std::size_t documents = 0; ///< in the page
    std::size_t tried = 0;     ///< of them, the first ones
    std::size_t sound = 0;     ///< of those tried: nothing of them is set aside
    std::size_t records = 0;   ///< that they tell
    std::size_t paths = 0;     ///< fields that the mapping reads
    std::size_t present = 0;   ///< of them, those that have a value in any document
    std::string reason;        ///< why the first that is not sound is set aside; no value of it

    /// 0 to 1: the share of its fields that are there, times the share of documents that are sound. 0 when nothing is told.
    double score() const;
};

/// Whether the page looks at all like what the layout says: by its first characters.
bool may_be(formats::Layout const & layout, std::string_view page);

/// Tries the mapping on the page. One that cannot be cut into documents as the layout says fits with 0.
Fit fit(Mapper const & mapper, std::string_view page, formats::Limits const & limits, Told const & told);

} // namespace ketensync::mapping
