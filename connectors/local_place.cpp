#include "connectors/drop_place.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ketensync::connectors {

namespace {

class LocalPlace final : public DropPlace {
public:
    explicit LocalPlace(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }

    std::string where() const override { return m_folder.string(); }
    bool has_our_clock() const override { return true; }

    Result<std::vector<FolderFile>> list(std::string const & pattern, std::stop_token) override
    {
        return list_files(m_folder, pattern);
    }
    Result<std::optional<FolderFile>> look_at(std::string const & name, std::stop_token) override
    {
        return connectors::look_at(m_folder, name);
    }
    Result<Body> read(FolderFile const & file, std::stop_token) override { return read_file(m_folder, file); }

    Result<void> archive(std::string const & name, std::string const & archive,
        std::vector<std::string> const & names, std::stop_token) override
    {
        auto const folder = m_folder / archive;
        std::error_code error;
        std::filesystem::create_directory(folder, error);
        for (auto const & free : names) {
            if (!error
                && ::renameat2(AT_FDCWD, (m_folder / name).c_str(), AT_FDCWD, (folder / free).c_str(), RENAME_NOREPLACE)
                    == 0) {
                return {};
            }
            if (!error && errno != EEXIST) {
                error = std::error_code(errno, std::system_category());
            }
        }
        return failed(name, "archived", error ? error.message() : "it is there already");
    }

    Result<void> remove(std::string const & name, std::stop_token) override
    {
        if (::unlink((m_folder / name).c_str()) == 0 || errno == ENOENT) {
            return {};
        }
        return failed(name, "deleted", std::system_category().message(errno));
    }

private:
    static tl::unexpected<Error> failed(std::string const & name, std::string_view done, std::string const & why)
    {
        return fail(Failure::refused, fmt::format("{}: it was read and cannot be {}: {}", name, done, why));
    }

    std::filesystem::path m_folder;
};

} // namespace

std::unique_ptr<DropPlace> open_local_place(std::filesystem::path folder)
{
    return std::make_unique<LocalPlace>(std::move(folder));
}

} // namespace ketensync::connectors
