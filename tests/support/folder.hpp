#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace ketensync::support {

/// A folder of a test's own, gone when the test is over.
class Folder {
public:
    Folder()
    {
        auto name = (std::filesystem::temp_directory_path() / "ketensync-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        m_path = name;
    }
    Folder(Folder const &) = delete;
    Folder & operator=(Folder const &) = delete;
    ~Folder()
    {
        std::error_code error;
        std::filesystem::remove_all(m_path, error);
    }
    std::filesystem::path const & path() const { return m_path; }
    std::filesystem::path operator/(std::string const & name) const { return m_path / name; }

private:
    std::filesystem::path m_path;
};

} // namespace ketensync::support
