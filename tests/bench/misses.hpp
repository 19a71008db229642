#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::bench {

/// Who a clustering of made-up people fails: by origin of the first name, by sex and of those who moved, the part of
/// the pairs of records of one person that it missed; and of people of one household, how many pairs of records it took
/// for one. `about` is the column of that name. A matcher that fails migrants is a bad one.
std::string misses(std::vector<std::uint32_t> const & cluster, std::vector<std::string> const & truth,
    std::vector<std::string> const & about);

} // namespace ketensync::bench
