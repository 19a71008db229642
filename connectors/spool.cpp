#include "connectors/spool.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace ketensync::connectors {

namespace {

constexpr std::size_t memory_bytes = 16U << 20; ///< more than this goes to a file
constexpr std::size_t write_bytes = 1U << 20;

tl::unexpected<Error> failed(std::string_view what)
{
    return fail(Failure::unavailable,
        fmt::format("what is read cannot be {} in the state folder: {}", what, std::system_category().message(errno)));
}

} // namespace

Spool::~Spool()
{
    if (m_file >= 0) {
        ::close(m_file);
    }
}

Result<void> Spool::open()
{
    m_file = ::open(m_folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (m_file < 0) {
        // Not every file system knows files without a name: there it loses its own at once.
        auto shape = (m_folder / "spool-XXXXXX").string();
        m_file = ::mkostemp(shape.data(), O_CLOEXEC);
        if (m_file >= 0) {
            ::unlink(shape.c_str());
        }
    }
    return m_file >= 0 ? Result<void>() : failed("put");
}

Result<void> Spool::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        auto const written = ::write(m_file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return failed("kept");
        }
        bytes.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
    return {};
}

Result<void> Spool::append(std::string_view piece)
{
    m_memory += piece;
    m_size += piece.size();
    if (m_file < 0 && m_memory.size() > memory_bytes && !m_folder.empty()) {
        KETENSYNC_TRY(open());
    }
    if (m_file >= 0 && m_memory.size() >= write_bytes) {
        KETENSYNC_TRY(write(m_memory));
        m_memory.clear();
    }
    return {};
}

Result<Body> Spool::body()
{
    if (m_file < 0) {
        m_size = 0;
        return Body(std::exchange(m_memory, {}));
    }
    KETENSYNC_TRY(write(m_memory));
    auto const size = static_cast<std::size_t>(std::exchange(m_size, 0));
    m_memory = {};
    void * const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, m_file, 0);
    ::close(std::exchange(m_file, -1));
    if (memory == MAP_FAILED) {
        return failed("read back");
    }
    std::shared_ptr<void const> owner(memory, [size](void const * mapped) { ::munmap(const_cast<void *>(mapped), size); });
    return Body(owner, { static_cast<char const *>(memory), size });
}

} // namespace ketensync::connectors
