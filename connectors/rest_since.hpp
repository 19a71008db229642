#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/settings/rest.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ketensync::connectors {

/// A moment to the nanosecond, from 1678 to 2262; what lies outside is brought to the edge.
using Moment = std::chrono::sys_time<std::chrono::nanoseconds>;

/// A date, or a timestamp with Z, an offset or none (UTC), of any precision; or a number of seconds or milliseconds
/// since 1970. Nothing when it is neither. Pure.
std::optional<Moment> parse_moment(std::string_view text, settings::Since::As as);

/// What to ask with to get all that changed since `newest`: earlier by the lookback, and by one step of the source's
/// clock where it leaves out that moment itself; never rounded up. Pure.
std::string asked_with(settings::Since const & since, Moment newest);

/// As text for a cursor, and back.
std::string to_text(Moment moment);
std::optional<Moment> moment_of(std::string_view text);

/// What a page says of when its documents changed.
struct Newest {
    std::optional<Moment> moment; ///< the highest, not beyond `now`
    std::uint64_t missing = 0; ///< documents without one
    std::uint64_t in_future = 0;
};

/// Looks at `since.field` of every document of a page. bad_page when one is no moment, or is missing where that is not
/// allowed: without it, what changed could be passed over for good.
Result<Newest> newest_in(std::string_view body, std::string const & items, settings::Since const & since, Instant now,
    std::uint64_t depth_max);

} // namespace ketensync::connectors
