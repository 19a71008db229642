#pragma once

#include "connectors/connector.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::connectors {

/// A file in a drop folder as the folder shows it.
struct FolderFile {
    std::string name;
    std::uint64_t size = 0;
    std::int64_t changed_ns = 0; ///< since 1970
    friend bool operator==(FolderFile const &, FolderFile const &) = default;
};

/// True when `name` fits `pattern`, in which * is any text and ? any one byte. Case counts.
bool fits(std::string_view name, std::string_view pattern);

/// What stands for {period} when `name` is read by `pattern` ("srg_{period}.txt"); empty when it does not fit.
std::string_view period_in(std::string_view name, std::string_view pattern);

/// The plain files of the folder that fit, by name; links, folders and names with control characters are not among
/// them. Failure::unavailable when the folder is not there or cannot be read.
Result<std::vector<FolderFile>> list_files(std::filesystem::path const & folder, std::string_view pattern);

/// The file as it is now; nothing when it is gone, or no plain file any more.
std::optional<FolderFile> look_at(std::filesystem::path const & folder, std::string const & name);

/// The bytes of `file`: read when it is small, mapped when it is large (a file that is cut short while it is mapped
/// would end the daemon, so only what memory should not hold is mapped). Failure::unavailable when it cannot be read,
/// or is another than `file` says, before or after.
Result<Body> read_file(std::filesystem::path const & folder, FolderFile const & file);

} // namespace ketensync::connectors
