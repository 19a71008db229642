#pragma once

#include "connectors/connector.hpp"
#include "connectors/folder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ketensync::connectors {

/// Where files are dropped for us: a folder of this machine, or one of a server. Owned and used by one thread; failures
/// and waits as a Connector's.
class DropPlace {
public:
    virtual ~DropPlace() = default;
    /// For messages: a folder or a server, never a file.
    virtual std::string where() const = 0;
    /// Whether times of files are those of our own clock, so that the age of a file says something.
    virtual bool has_our_clock() const = 0;
    /// The plain files whose names fit, by name.
    virtual Result<std::vector<FolderFile>> list(std::string const & pattern, std::stop_token stop) = 0;
    /// The file as it is now; nothing when it is gone.
    virtual Result<std::optional<FolderFile>> look_at(std::string const & name, std::stop_token stop) = 0;
    /// The bytes of `file`; unavailable when it is another by now.
    virtual Result<Body> read(FolderFile const & file, std::stop_token stop) = 0;
    /// Into the folder `archive` below, under the first of the names that is free there.
    virtual Result<void> archive(
        std::string const & name, std::string const & archive, std::vector<std::string> const & names, std::stop_token stop)
        = 0;
    virtual Result<void> remove(std::string const & name, std::stop_token stop) = 0;
};

/// A folder of this machine.
std::unique_ptr<DropPlace> open_local_place(std::filesystem::path folder);
/// A folder of the source's SFTP server. Connects when first asked, and again after trouble, within the limits; a file
/// whose connection is cut is read on from where it was.
std::unique_ptr<DropPlace> open_sftp_place(settings::Source const & source, Surroundings const & surroundings);

} // namespace ketensync::connectors
