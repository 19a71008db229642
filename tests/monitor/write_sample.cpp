#include "daemon/monitor/downloads.hpp"
#include "daemon/monitor/pages.hpp"
#include "tests/monitor/sample_edition.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

/// Writes the pages and files of the sample edition to a folder, for the browser tests: ketensync_monitor_sample FOLDER.
int main(int argc, char ** argv)
{
    using namespace ketensync::monitor;
    auto const words = read_words(KETENSYNC_SOURCE_DIR "/mappings/monitor/pages");
    if (argc != 2 || !words) {
        return 64;
    }
    auto const edition = sample_edition();
    for (auto const & files : { pages(edition, *words), downloads(edition, *words) }) {
        if (!files) {
            std::cerr << files.error().what << "\n";
            return 70;
        }
        for (auto const & file : *files) {
            auto const path = std::filesystem::path(argv[1]) / file.path;
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path, std::ios::binary) << file.bytes;
        }
    }
    return 0;
}
