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

    /// With a seal: the file is pieces of this size, each sealed; the last is shorter.
    std::shared_ptr<PieceSeal const> seal;
    std::string piece; ///< gathered to be sealed, or opened and not read yet
    std::size_t piece_at = 0;
    std::uint64_t piece_number = 0;
    std::uint64_t pieces_left = 0; ///< bytes of the file that were not read yet

    std::string beside() const { return file.string() + ".new"; }
    void fail_with(int error) { trouble = error == 0 ? "it is damaged" : std::generic_category().message(error); }

    void write_file(char const * bytes, std::size_t size)
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
    void close_piece(bool last)
    {
        auto const sealed = seal->close_piece(piece_number++, last, piece);
        piece.clear();
        write_file(sealed.data(), sealed.size());
    }
    void write_out(char const * bytes, std::size_t size)
    {
        if (!seal) {
            write_file(bytes, size);
            return;
        }
        while (size > 0 && trouble.empty()) {
            if (piece.size() == buffer_bytes) {
                close_piece(false);
            }
            auto const some = std::min(size, buffer_bytes - piece.size());
            piece.append(bytes, some);
            bytes += some;
            size -= some;
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
    void read_file(char * into, std::size_t size)
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
    void open_piece()
    {
        auto const size = std::min<std::uint64_t>(pieces_left, buffer_bytes + seal->piece_overhead());
        std::string sealed(static_cast<std::size_t>(size), '\0');
        read_file(sealed.data(), sealed.size());
        pieces_left -= size;
        auto opened = trouble.empty() && size > 0 ? seal->open_piece(piece_number++, pieces_left == 0, sealed) : std::nullopt;
        if (!opened) {
            fail_with(0);
            return;
        }
        piece = std::move(*opened);
        piece_at = 0;
    }
    void read_in(char * into, std::size_t size)
    {
        if (!seal) {
            read_file(into, size);
            return;
        }
        while (size > 0 && trouble.empty()) {
            if (piece_at == piece.size()) {
                open_piece();
                continue;
            }
            auto const some = std::min(size, piece.size() - piece_at);
            std::copy_n(piece.data() + piece_at, some, into);
            piece_at += some;
            into += some;
            size -= some;
        }
    }
    /// The bytes that a file of that size holds.
    std::uint64_t held(std::uint64_t file_bytes) const
    {
        if (!seal) {
            return file_bytes;
        }
        auto const piece_bytes = buffer_bytes + seal->piece_overhead();
        auto const pieces = (file_bytes + piece_bytes - 1) / piece_bytes;
        return file_bytes - std::min(file_bytes, pieces * seal->piece_overhead());
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

Result<Snapshot> Snapshot::write(
    std::filesystem::path const & file, std::string_view of, std::shared_ptr<PieceSeal const> seal)
{
    auto const head = head_of(of);
    if (!head) {
        return fail(Failure::bug, "the program was linked without a build id");
    }
    auto inner = std::make_unique<Inner>();
    inner->file = file;
    inner->seal = std::move(seal);
    inner->descriptor = ::open(inner->beside().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (inner->descriptor < 0) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", inner->beside(), std::generic_category().message(errno)));
    }
    inner->put(reinterpret_cast<char const *>(head->data()), head->size());
    return Snapshot(std::move(inner));
}

std::optional<Snapshot> Snapshot::read(
    std::filesystem::path const & file, std::string_view of, std::shared_ptr<PieceSeal const> seal)
{
    auto const head = head_of(of);
    auto inner = std::make_unique<Inner>();
    inner->reading = true;
    inner->file = file;
    inner->seal = std::move(seal);
    inner->descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat state {};
    Mark found {};
    if (!head || inner->descriptor < 0 || ::fstat(inner->descriptor, &state) != 0) {
        return std::nullopt;
    }
    inner->pieces_left = static_cast<std::uint64_t>(state.st_size);
    auto const held = inner->held(inner->pieces_left);
    if (held < 2 * sizeof(Mark)) {
        return std::nullopt;
    }
    inner->read_in(reinterpret_cast<char *>(found.data()), found.size());
    if (!inner->trouble.empty() || found != *head) {
        return std::nullopt;
    }
    inner->left = held - 2 * sizeof(Mark);
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
        if (m->seal && m->trouble.empty()) {
            m->close_piece(true);
        }
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
