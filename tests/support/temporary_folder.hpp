#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ketensync::support {

/// A folder of its own for one test, gone with everything in it when the test ends.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(TemporaryFolder const &) = delete;
    TemporaryFolder & operator=(TemporaryFolder const &) = delete;

    std::filesystem::path const & path() const { return m_path; }
    std::filesystem::path operator/(std::string const & name) const { return m_path / name; }
    /// Writes a file, which only its owner may read, and gives its path.
    std::filesystem::path write(std::string const & name, std::string_view content) const;

private:
    std::filesystem::path m_path;
};

} // namespace ketensync::support
