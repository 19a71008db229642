#pragma once

#include "tests/region/day.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ketensync::region {

/// Where the region is served, and what a ketensync needs to know to read it.
struct Serving {
    std::filesystem::path folder;
    std::filesystem::path mappings;
    std::uint16_t port = 0; ///< HTTPS; 0: not served
    std::uint16_t plain_port = 0; ///< http on loopback; 0: not served
    bool bench = false; ///< UWV over plain http, and files: nothing else
};

/// The credentials of the region: they follow from their name, for there is nothing to protect.
std::string secret_of(std::string_view credential);

/// Writes DIR/conf/ketensync.toml, DIR/conf/sources.d/ and DIR/secrets/ for all that is published on the date. A source
/// that is no more loses its file.
void write_configuration(Serving const & serving, Day date);

} // namespace ketensync::region
