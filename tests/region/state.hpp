#pragma once

#include "tests/region/day.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ketensync::region {

/// All that must be remembered of a region between two starts: everything else follows from it. Kept in
/// DIR/region.json.
struct State {
    std::uint64_t seed = 1;
    std::uint64_t persons = 10'000;
    Day date = 0;
    Month first_month; ///< of the municipal files in the drop folders
    std::map<std::string, std::uint64_t> revisions; ///< "0402:202610": how often delivered anew
    std::set<std::string> empty; ///< "0402:202610": delivered without a line
    std::uint64_t bench_documents = 0; ///< not zero: a bench, not a region
    std::vector<double> bench_changes; ///< per cent of the documents, one number for each change
    std::map<std::string, std::uint64_t> bench_counts; ///< documents by layout, as they were written
    std::uint64_t generation = 1; ///< counts every change of what is published

    static std::optional<State> read(std::filesystem::path const & folder);
    void write(std::filesystem::path const & folder) const;
};

/// Writes a file in one go: a reader finds the old one or the new one. A file that is the same already is left alone.
/// True when something was written.
bool write_file(std::filesystem::path const & path, std::string_view content, bool secret = false);
std::optional<std::string> read_file(std::filesystem::path const & path);

} // namespace ketensync::region
