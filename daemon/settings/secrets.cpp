#include "daemon/settings/config.hpp"

#include "daemon/settings/checks.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ketensync::settings {

namespace {

/// A token or a key; larger is the wrong file.
constexpr std::size_t secret_bytes_max = 64U << 10;

class File {
public:
    explicit File(std::filesystem::path const & path)
        : m_fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
    }
    ~File()
    {
        if (m_fd >= 0) {
            ::close(m_fd);
        }
    }
    File(File const &) = delete;
    File & operator=(File const &) = delete;
    int fd() const { return m_fd; }

private:
    int m_fd;
};

} // namespace

std::filesystem::path Secrets::folder() const
{
    auto const * given = m_folder.empty() ? std::getenv("CREDENTIALS_DIRECTORY") : nullptr;
    return given == nullptr ? m_folder : std::filesystem::path(given);
}

Result<std::string> Secrets::read(std::string const & name) const
{
    auto const from = folder();
    auto const refuse = [&](std::string_view what) {
        return fail(Failure::configuration, fmt::format("credential '{}': {}", name, what));
    };
    if (!is_plain_name(name, "_")) {
        return refuse("a name of a credential holds only a-z, 0-9, - and _");
    }
    if (from.empty()) {
        return refuse(
            "there is no folder of credentials; start under systemd with LoadCredential=, or set [secrets] folder");
    }
    File const file(from / name);
    if (file.fd() < 0) {
        return refuse(errno == ENOENT
                ? "there is no such file; add it with LoadCredential=, or in the folder of [secrets]"
                : "the file cannot be read; see its owner and rights");
    }
    struct stat status { };
    if (::fstat(file.fd(), &status) != 0 || !S_ISREG(status.st_mode)) {
        return refuse("this is not a file");
    }
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        return refuse("others may read or write the file; take that right away: chmod o= on it");
    }
    std::string content;
    std::array<char, 4096> buffer {};
    while (true) {
        auto const got = ::read(file.fd(), buffer.data(), buffer.size());
        if (got < 0) {
            return refuse("the file cannot be read");
        }
        if (got == 0) {
            break;
        }
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > secret_bytes_max) {
            return refuse("the file is larger than 64 KiB; see that it is the right one");
        }
    }
    if (!content.empty() && content.back() == '\n') {
        content.pop_back();
        if (!content.empty() && content.back() == '\r') {
            content.pop_back();
        }
    }
    if (content.empty()) {
        return refuse("the file is empty");
    }
    return content;
}

} // namespace ketensync::settings
