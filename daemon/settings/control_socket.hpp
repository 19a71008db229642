#pragma once

#include <filesystem>

namespace ketensync::settings {

/// Where the service that has that state folder is asked to do something while it runs: the control socket, in the runtime
/// folder of the same name, as systemd makes it (/var/lib/ketensync: /run/ketensync/control), if there is one, or else in
/// the state folder itself.
inline std::filesystem::path control_socket(std::filesystem::path const & state_folder)
{
    auto const folder = state_folder.lexically_normal();
    auto const name = folder.has_filename() ? folder.filename() : folder.parent_path().filename();
    auto const runtime = std::filesystem::path("/run") / name;
    std::error_code error;
    bool const of_system = folder == std::filesystem::path("/var/lib") / name / "" || folder == std::filesystem::path("/var/lib") / name;
    return (of_system && std::filesystem::is_directory(runtime, error) ? runtime : folder) / "control";
}

} // namespace ketensync::settings
