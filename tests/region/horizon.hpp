#pragma once

#include "tests/region/day.hpp"

namespace ketensync::region {

/// Lives are made from the first to the last of these days at once; what is published on a date is what has happened by
/// then. So moving the date on changes what happened, and nothing else.
inline Day history_begin()
{
    return day_of(2021, 1, 1);
}
inline Day history_end()
{
    return day_of(2033, 1, 1);
}

/// The date for which the proportions between the sources were set.
inline Day usual_date()
{
    return day_of(2026, 11, 1);
}

} // namespace ketensync::region
