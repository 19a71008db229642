#pragma once

#include "daemon/settings/config.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace ketensync::settings {

inline std::string content_of(std::filesystem::path const & path)
{
    std::ifstream stream(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

inline void write(std::filesystem::path const & path, std::string const & text)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

/// A folder with everything a sound configuration refers to, gone when the test ends.
class Installation {
public:
    Installation()
    {
        auto shape = (std::filesystem::temp_directory_path() / "ketensync-settings-XXXXXX").string();
        m_root = ::mkdtemp(shape.data());
        for (auto const * name :
            { "srg", "bus", "ooapi5-personen", "ooapi5-deelnames", "uwv-werkzoekenden", "projecten" }) {
            write(m_root / "mappings" / name / "mapping.toml", "");
        }
        for (auto const * name : { "roc-gooi", "uwv-token", "um_token" }) {
            write(m_root / "secrets" / name, "geheim\n");
            std::filesystem::permissions(m_root / "secrets" / name, std::filesystem::perms::owner_read);
        }
        write(m_root / "ca.pem", "-");
        std::filesystem::create_directory(m_root / "sources.d");
        write(main_file(),
            "[mappings]\nfolder = \"mappings\"\n[sources]\nfolder = \"sources.d\"\n[secrets]\nfolder = \"secrets\"\n");
    }
    ~Installation()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_root, ignored);
    }
    Installation(Installation const &) = delete;
    Installation & operator=(Installation const &) = delete;

    std::filesystem::path root() const { return m_root; }
    std::filesystem::path main_file() const { return m_root / "ketensync.toml"; }
    std::filesystem::path source_file(std::string const & name = "probe") const
    {
        return m_root / "sources.d" / (name + ".toml");
    }
    tl::expected<Config, Faults> read() const { return read_config(main_file()); }

private:
    std::filesystem::path m_root;
};

inline std::filesystem::path data(std::string const & name)
{
    return std::filesystem::path(KETENSYNC_SOURCE_DIR) / "tests/settings/data" / name;
}

} // namespace ketensync::settings
