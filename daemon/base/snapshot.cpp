#include "daemon/base/snapshot.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

namespace ketensync {

namespace {

/// Parts smaller than this are gathered before they are written, and read so many bytes ahead.
constexpr std::size_t buffer_bytes = 64U << 10;

/// The note that the linker leaves in a program about its own content.
int find_build_id(dl_phdr_info * object, std::size_t, void * found)
{
    for (int i = 0; i < object->dlpi_phnum; ++i) {
        auto const & segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_NOTE) {
            continue;
        }
        // The loader tells addresses as numbers.
        std::string_view notes(reinterpret_cast<char const *>(object->dlpi_addr + segment.p_vaddr), segment.p_memsz);
        ElfW(Nhdr) head {};
        while (notes.size() >= sizeof(head)) {
            std::memcpy(&head, notes.data(), sizeof(head));
            auto const padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
            auto const name_end = sizeof(head) + padded(head.n_namesz);
            auto const end = name_end + padded(head.n_descsz);
            if (end > notes.size()) {
                break;
            }
            if (head.n_type == NT_GNU_BUILD_ID && notes.substr(sizeof(head), head.n_namesz) == std::string_view("GNU", 4)) {
                static_cast<std::string *>(found)->assign(notes.substr(name_end, head.n_descsz));
                return 1;
            }
            notes.remove_prefix(end);
        }
    }
    return 1; // the first object is the program itself
}

using Mark = std::array<unsigned char, sizeof(XXH128_canonical_t)>;

Mark mark_of(XXH128_hash_t hash)
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    Mark mark {};
    std::copy(std::begin(canonical.digest), std::end(canonical.digest), mark.begin());
    return mark;
}

/// How a snapshot begins; nothing when the program does not know which build it is.
std::optional<Mark> head_of(std::string_view of)
{
    std::string text;
    dl_iterate_phdr(&find_build_id, &text);
    if (text.empty()) {
        return std::nullopt;
    }
    text += of;
    return mark_of(XXH3_128bits(text.data(), text.size()));
}

} // namespace

struct Snapshot::Inner {
    std::filesystem::path file;
    bool reading = false;
    int descriptor = -1;
    std::string trouble;
    std::uint64_t left = 0; ///< bytes that can still be read, the closing mark not counted
    std::vector<char> buffer = std::vector<char>(buffer_bytes);
    std::size_t begin = 0; ///< of what is in the buffer
    std::size_t end = 0;
    struct Free {
        void operator()(XXH3_state_t * state) const { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, Free> seen { XXH3_createState() };

    Inner() { XXH3_128bits_reset(seen.get()); }
    Inner(Inner const &) = delete;
    Inner & operator=(Inner const &) = delete;
    ~Inner()
    {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        if (!reading && !file.empty()) {
            ::unlink(beside().c_str()); // gone already when it was finished
        }
    }

    std::string beside() const { return file.string() + ".new"; }
    void fail_with(int error) { trouble = error == 0 ? "it is damaged" : std::generic_category().message(error); }

    void write_out(char const * bytes, std::size_t size)
    {
        while (size > 0 && trouble.empty()) {
            auto const written = ::write(descriptor, bytes, size);
            if (written < 0 && errno != EINTR) {
                fail_with(errno);
            } else if (written > 0) {
                bytes += written;
                size -= static_cast<std::size_t>(written);
            }
        }
    }
    void put(char const * bytes, std::size_t size)
    {
        bool const large = size > buffer.size() / 2;
        if (large || end + size > buffer.size()) {
            write_out(buffer.data(), std::exchange(end, 0));
        }
        if (large) {
            write_out(bytes, size);
        } else {
            std::copy_n(bytes, size, buffer.data() + end);
            end += size;
        }
    }
    void read_in(char * into, std::size_t size)
    {
        while (size > 0 && trouble.empty()) {
            auto const got = ::read(descriptor, into, size);
            if (got == 0 || (got < 0 && errno != EINTR)) {
                fail_with(got == 0 ? 0 : errno);
            } else if (got > 0) {
                into += got;
                size -= static_cast<std::size_t>(got);
            }
        }
    }
    void take(char * into, std::size_t size)
    {
        auto const held = std::min(size, end - begin);
        std::copy_n(buffer.data() + begin, held, into);
        begin += held;
        into += held;
        size -= held;
        if (size > buffer.size() / 2) {
            read_in(into, size);
            left -= size;
        } else if (size > 0) {
            // What is ahead, up to the closing mark.
            begin = 0;
            end = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left));
            read_in(buffer.data(), end);
            left -= end;
            std::copy_n(buffer.data(), size, into);
            begin = size;
        }
    }
};

Snapshot::Snapshot(std::unique_ptr<Inner> inner)
    : m(std::move(inner))
{
}
Snapshot::Snapshot(Snapshot &&) noexcept = default;
Snapshot::~Snapshot() = default;

Result<Snapshot> Snapshot::write(std::filesystem::path const & file, std::string_view of)
{
    auto const head = head_of(of);
    if (!head) {
        return fail(Failure::bug, "the program was linked without a build id");
    }
    auto inner = std::make_unique<Inner>();
    inner->file = file;
    inner->descriptor = ::open(inner->beside().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (inner->descriptor < 0) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", inner->beside(), std::generic_category().message(errno)));
    }
    inner->put(reinterpret_cast<char const *>(head->data()), head->size());
    return Snapshot(std::move(inner));
}

std::optional<Snapshot> Snapshot::read(std::filesystem::path const & file, std::string_view of)
{
    auto const head = head_of(of);
    auto inner = std::make_unique<Inner>();
    inner->reading = true;
    inner->file = file;
    inner->descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat state {};
    Mark found {};
    if (!head || inner->descriptor < 0 || ::fstat(inner->descriptor, &state) != 0
        || static_cast<std::uint64_t>(state.st_size) < 2 * sizeof(Mark)) {
        return std::nullopt;
    }
    inner->read_in(reinterpret_cast<char *>(found.data()), found.size());
    if (!inner->trouble.empty() || found != *head) {
        return std::nullopt;
    }
    inner->left = static_cast<std::uint64_t>(state.st_size) - 2 * sizeof(Mark);
    return Snapshot(std::move(inner));
}

bool Snapshot::reading() const
{
    return m->reading;
}

bool Snapshot::sound() const
{
    return m->trouble.empty();
}

void Snapshot::bytes(void * at, std::size_t size)
{
    if (m->reading && size > m->left + (m->end - m->begin)) {
        m->fail_with(0);
    }
    if (!m->trouble.empty() || size == 0) {
        return;
    }
    // Memory is kept as the bytes it consists of.
    auto * const chars = static_cast<char *>(at);
    if (m->reading) {
        m->take(chars, size);
    } else {
        m->put(chars, size);
    }
    XXH3_128bits_update(m->seen.get(), chars, size);
}

std::size_t Snapshot::count(std::size_t held, std::size_t item_bytes)
{
    std::uint64_t count = held;
    bytes(&count, sizeof(count));
    if (m->reading && count > (m->left + (m->end - m->begin)) / item_bytes) {
        m->fail_with(0);
    }
    return m->trouble.empty() || !m->reading ? static_cast<std::size_t>(count) : 0;
}

Result<void> Snapshot::finish()
{
    auto const mark = mark_of(XXH3_128bits_digest(m->seen.get()));
    if (m->reading) {
        Mark found {};
        if (m->trouble.empty() && (m->left != 0 || m->begin != m->end)) {
            m->fail_with(0);
        }
        m->read_in(reinterpret_cast<char *>(found.data()), found.size());
        if (m->trouble.empty() && found != mark) {
            m->fail_with(0);
        }
    } else {
        m->put(reinterpret_cast<char const *>(mark.data()), mark.size());
        m->write_out(m->buffer.data(), std::exchange(m->end, 0));
        if (m->trouble.empty() && ::rename(m->beside().c_str(), m->file.c_str()) != 0) {
            m->fail_with(errno);
        }
    }
    if (!m->trouble.empty()) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", m->file.string(), m->trouble));
    }
    return {};
}

} // namespace ketensync
