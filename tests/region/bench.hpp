#pragma once

#include "tests/region/publication.hpp"
#include "tests/region/state.hpp"

#include <filesystem>

namespace ketensync::region {

/// Writes the documents of a bench, and their truth, into its folder: as many as the state asks for, about 60 % of them
/// werkzoekenden, as bytes that a server maps; the rest SRG lines, rows of the project sheet and BUS uitkeringen. It
/// makes household after household and keeps none, so that its memory does not grow with werkzoekenden. Fills in the
/// state's bench_counts.
void write_bench(State & state, std::filesystem::path const & folder);

/// What write_bench wrote, ready to be served. Throws std::runtime_error when it is not there.
Publication map_bench(State const & state, std::filesystem::path const & folder);

} // namespace ketensync::region
