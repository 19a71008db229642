#pragma once

#include "tests/region/brp.hpp"
#include "tests/region/item_list.hpp"
#include "tests/region/ooapi.hpp"
#include "tests/region/state.hpp"
#include "tests/region/truth.hpp"
#include "tests/region/world.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace ketensync::region {

/// Everything that all sources publish on one date. Never changed once made, so any number of threads may serve it.
struct Publication {
    Day date = 0;
    ItemList werkzoekenden;
    std::map<std::string, ItemList, std::less<>> profiles; ///< by OIN
    std::array<ProviderPages, 2> providers;
    Persoonslijsten persoonslijsten;
    std::map<std::string, std::string> files; ///< path in the folder, content
    std::map<std::string, std::uint64_t> documents; ///< by feed, for people
    std::shared_ptr<void const> mapped; ///< keeps the bytes that werkzoekenden points to, when they are a file's
};

/// Makes the publication of a region: also its truth, as files.
Publication publish(World const & world, State const & state);

/// Writes the files that differ.
void write_files(Publication const & publication, std::filesystem::path const & folder);

} // namespace ketensync::region
