#include "daemon/store/instance_lock.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace ketensync::store {

Result<InstanceLock> InstanceLock::take(std::filesystem::path const & file)
{
    auto const descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
    InstanceLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        std::array<char, 16> holder {};
        auto const size = ::pread(descriptor, holder.data(), holder.size() - 1, 0);
        return fail(Failure::busy,
            fmt::format("{} is held by process {}: wait for it, or stop the service", file.string(),
                size > 0 ? std::string(holder.data()) : "?"));
    }
    auto const self = std::to_string(::getpid());
    if (::ftruncate(descriptor, 0) != 0 || ::pwrite(descriptor, self.data(), self.size(), 0) < 0) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
    return lock;
}

InstanceLock::InstanceLock(InstanceLock && other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) { }

InstanceLock & InstanceLock::operator=(InstanceLock && other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

InstanceLock::~InstanceLock()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

}
