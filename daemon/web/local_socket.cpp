#include "daemon/web/local_socket.hpp"

#include "daemon/base/clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace ketensync::web {

using std::chrono::milliseconds;

namespace {

constexpr int backlog = 16;
/// How long a wait lasts before it is asked whether it is over.
constexpr milliseconds turn { 200 };

/// A path of any length: the kernel takes 107 bytes, so it is told the folder by its descriptor.
class Address {
public:
    explicit Address(std::filesystem::path const & socket)
        : m_folder(::open(socket.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))
    {
        auto const text = fmt::format("/proc/self/fd/{}/{}", m_folder, socket.filename().string());
        m_address.sun_family = AF_UNIX;
        m_fits = m_folder >= 0 && text.size() < sizeof m_address.sun_path;
        std::memcpy(m_address.sun_path, text.data(), m_fits ? text.size() : 0);
    }
    ~Address()
    {
        if (m_folder >= 0) {
            ::close(m_folder);
        }
    }
    Address(Address const &) = delete;
    Address & operator=(Address const &) = delete;

    bool fits() const { return m_fits; }
    sockaddr const * get() const { return reinterpret_cast<sockaddr const *>(&m_address); }
    static constexpr socklen_t size = sizeof(sockaddr_un);

private:
    int m_folder;
    bool m_fits = false;
    sockaddr_un m_address {};
};

tl::unexpected<Error> trouble(Failure failure, std::filesystem::path const & socket, int number)
{
    return fail(failure, fmt::format("{}: {}", socket.string(), std::strerror(number)));
}

/// What poll says of the descriptor within that time; 0: nothing.
short wait_for(int descriptor, short events, milliseconds patience)
{
    pollfd polled { descriptor, events, 0 };
    return ::poll(&polled, 1, static_cast<int>(std::max(patience, milliseconds(0)).count())) > 0 ? polled.revents : short { 0 };
}

} // namespace

LocalSocket::LocalSocket(LocalSocket && other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_read(std::move(other.m_read))
{
}

LocalSocket::~LocalSocket()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

Result<LocalSocket> LocalSocket::connect(std::filesystem::path const & socket)
{
    Address const address(socket);
    LocalSocket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!address.fits() || made.m_descriptor < 0) {
        return fail(Failure::unavailable, "nobody listens at " + socket.string());
    }
    if (::connect(made.m_descriptor, address.get(), Address::size) != 0) {
        return errno == EACCES || errno == EPERM ? trouble(Failure::refused, socket, errno)
            : errno == EAGAIN                    ? fail(Failure::busy, "too many ask the service at once; try again")
                                                 : trouble(Failure::unavailable, socket, errno);
    }
    return made;
}

Result<LocalSocket> LocalSocket::listen(std::filesystem::path const & socket, gid_t group)
{
    struct stat there {};
    if (::lstat(socket.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) {
            return fail(Failure::cannot_write, socket.string() + " is there and is no socket: take it away");
        }
        ::unlink(socket.c_str());
    }
    Address const address(socket);
    LocalSocket made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    // Nobody else may come near before it is known who may.
    if (!address.fits() || made.m_descriptor < 0 || ::fchmod(made.m_descriptor, 0600) != 0
        || ::bind(made.m_descriptor, address.get(), Address::size) != 0) {
        return trouble(Failure::cannot_write, socket, errno);
    }
    if (group != static_cast<gid_t>(-1)
        && (::chown(socket.c_str(), static_cast<uid_t>(-1), group) != 0 || ::chmod(socket.c_str(), 0660) != 0)) {
        return fail(Failure::cannot_write,
            fmt::format("{} cannot be given to the group of operators ({}): the service's account must be in it", socket.string(),
                std::strerror(errno)));
    }
    if (::listen(made.m_descriptor, backlog) != 0) {
        return trouble(Failure::cannot_write, socket, errno);
    }
    return made;
}

Result<std::optional<std::string>> LocalSocket::line(
    std::size_t bytes_max, milliseconds patience, std::function<bool()> const & over)
{
    SystemClock const clock; // of what the kernel waits for
    auto const deadline = clock.monotonic() + patience;
    for (;;) {
        auto const end = m_read.find('\n');
        if (end > bytes_max && m_read.size() > bytes_max) {
            return fail(Failure::bad_data, fmt::format("a line is longer than {} bytes", bytes_max));
        }
        if (end != std::string::npos) {
            auto found = m_read.substr(0, end);
            m_read.erase(0, end + 1);
            return found;
        }
        auto const left = deadline - clock.monotonic();
        if (left <= milliseconds(0) || (over && over())) {
            return fail(Failure::unavailable, "nothing came in time");
        }
        if (wait_for(m_descriptor, POLLIN, std::min(left, turn)) == 0) {
            continue;
        }
        std::array<char, 4096> room {};
        auto const size = ::recv(m_descriptor, room.data(), room.size(), 0);
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) {
            return std::optional<std::string>();
        }
        m_read.append(room.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
}

bool LocalSocket::write(std::string_view bytes, milliseconds patience)
{
    SystemClock const clock; // of what the kernel waits for
    auto const deadline = clock.monotonic() + patience;
    while (!bytes.empty()) {
        auto const sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        auto const left = deadline - clock.monotonic();
        if ((errno != EAGAIN && errno != EINTR) || left <= milliseconds(0)) {
            return false;
        }
        wait_for(m_descriptor, POLLOUT, left);
    }
    return true;
}

bool LocalSocket::gone() const
{
    // Somebody who only closed the way to us may still listen; nobody does that here.
    auto const now = wait_for(m_descriptor, POLLIN | POLLRDHUP, milliseconds(0));
    return (now & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

void LocalSocket::hang_up() const { ::shutdown(m_descriptor, SHUT_RDWR); }

bool LocalSocket::Peer::in_group(gid_t group) const { return std::ranges::find(groups, group) != groups.end(); }

Result<LocalSocket::Peer> LocalSocket::peer() const
{
    ucred credentials {};
    socklen_t size = sizeof credentials;
    if (::getsockopt(m_descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
        return fail(Failure::refused, "the kernel does not say who asks");
    }
    Peer peer;
    peer.user = credentials.uid;
    std::array<gid_t, 1024> groups {};
    socklen_t bytes = sizeof groups;
    if (::getsockopt(m_descriptor, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes) == 0) {
        peer.groups.assign(groups.begin(), groups.begin() + static_cast<std::ptrdiff_t>(bytes / sizeof(gid_t)));
    }
    peer.groups.push_back(credentials.gid);
    std::array<char, 4096> room {};
    passwd entry {};
    passwd * found = nullptr;
    peer.name = ::getpwuid_r(credentials.uid, &entry, room.data(), room.size(), &found) == 0 && found != nullptr
        ? std::string(found->pw_name)
        : fmt::format("uid {}", credentials.uid);
    return peer;
}

} // namespace ketensync::web
