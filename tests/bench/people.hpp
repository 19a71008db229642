#pragma once

#include <cstdint>
#include <filesystem>

namespace ketensync::bench {

/// Writes `records` rows about made-up Dutch people to a CSV file, in no order: households with shared surnames and
/// addresses, twins, partners' names, roepnamen, initials, removals, slips of the keyboard, missing and wrong BSNs. The
/// column `person` says who is who, `about` household, sex, origin of the first name and whether it is from after a removal. The same for the same seed.
void write_people(std::filesystem::path const & file, std::uint64_t seed, std::size_t records);

} // namespace ketensync::bench
