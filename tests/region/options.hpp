#pragma once

#include "tests/region/day.hpp"
#include "tests/region/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::region {

/// The command line of ketensync_region.
struct Options {
    std::filesystem::path folder;
    std::optional<std::uint64_t> seed;
    std::optional<std::uint64_t> persons;
    std::optional<Day> date;
    int months = 3;
    std::optional<std::uint16_t> port;
    std::optional<std::uint16_t> plain_port;
    std::filesystem::path mappings;
    int token_seconds = 300;
    int advance_days = 0;
    std::vector<std::string> redeliver; ///< "0402:202610"
    std::vector<std::string> empty;
    std::vector<Fault> faults;
    std::uint64_t bench = 0;
    double bench_change = 0; ///< per cent
    bool once = false; ///< write, and do not serve
    bool die_with_parent = false;
    bool help = false;

    /// True when the command changes a region that is there, and so need not serve it.
    bool changes() const { return advance_days > 0 || !redeliver.empty() || !empty.empty() || bench_change > 0; }
};

/// Throws std::invalid_argument with a sentence about the first option that is wrong.
Options parse_options(std::vector<std::string> const & arguments);

extern char const * const usage;

} // namespace ketensync::region
