#include "daemon/store/sealed_pages.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace ketensync::store {

namespace {

constexpr int page_bytes = sealed_page_bytes;
constexpr int plain_bytes = page_bytes - static_cast<int>(Seal::overhead);
/// In a frame's head: the page's number, then what is not secret, then its checks.
constexpr std::size_t checks_at = 16;
using PageNumber = std::array<unsigned char, 4>;

SealedFile & of(sqlite3_file * file) { return *reinterpret_cast<SealedFile *>(file); }

int read_below(SealedFile & file, void * into, int amount, Offset at)
{
    return file.below->pMethods->xRead(file.below, into, amount, at);
}

int write_below(SealedFile & file, void const * bytes, int amount, Offset at)
{
    return file.below->pMethods->xWrite(file.below, bytes, amount, at);
}

std::string_view place(PageNumber const & number)
{
    return { reinterpret_cast<char const *>(number.data()), number.size() };
}

PageNumber number_of(Offset page)
{
    return { static_cast<unsigned char>(page >> 24 & 0xff), static_cast<unsigned char>(page >> 16 & 0xff),
        static_cast<unsigned char>(page >> 8 & 0xff), static_cast<unsigned char>(page & 0xff) };
}

Offset page_of(unsigned char const * number)
{
    return Offset { number[0] } << 24 | Offset { number[1] } << 16 | Offset { number[2] } << 8 | Offset { number[3] };
}

bool open_page(SealedFile & file, Offset page, unsigned char const * sealed, unsigned char * plain)
{
    return open_sealed_page(*file.seal, page, sealed, plain);
}

void close_page(SealedFile & file, Offset page, unsigned char const * plain, unsigned char * sealed)
{
    file.seal->close(place(number_of(page)), { plain, plain_bytes }, sealed);
}

void mask_checks(SealedFile const & file, unsigned char * head, unsigned char const * page)
{
    auto const mask = file.seal->mask({ page, page_bytes });
    for (std::size_t i = 0; i < mask.size(); ++i) {
        head[checks_at + i] ^= mask[i];
    }
}

int read_page_part(SealedFile & file, void * into, int amount, Offset at)
{
    auto const page = at / page_bytes + 1;
    auto const begin = static_cast<int>(at % page_bytes);
    if (begin + amount > page_bytes) {
        return SQLITE_IOERR_READ;
    }
    auto const code = read_below(file, file.frame.data(), page_bytes, at - begin);
    std::array<unsigned char, page_bytes> plain;
    if (code != SQLITE_OK || !open_page(file, page, file.frame.data(), plain.data())) {
        // The head of a database whose first page was cut short by a crash is in the log.
        std::memset(into, 0, static_cast<std::size_t>(amount));
        return code == SQLITE_OK ? SQLITE_IOERR_SHORT_READ : code;
    }
    std::memcpy(into, plain.data() + begin, static_cast<std::size_t>(amount));
    return SQLITE_OK;
}

int read_database(sqlite3_file * handle, void * into, int amount, Offset at)
{
    auto & file = of(handle);
    if (amount != page_bytes || at % page_bytes != 0) {
        return read_page_part(file, into, amount, at);
    }
    auto const code = read_below(file, file.frame.data(), page_bytes, at);
    if (code != SQLITE_OK) {
        std::memset(into, 0, page_bytes);
        return code;
    }
    return open_page(file, at / page_bytes + 1, file.frame.data(), static_cast<unsigned char *>(into)) ? SQLITE_OK
                                                                                                     : SQLITE_IOERR_DATA;
}

int write_database(sqlite3_file * handle, void const * bytes, int amount, Offset at)
{
    auto & file = of(handle);
    if (amount != page_bytes || at % page_bytes != 0) {
        return SQLITE_IOERR_WRITE;
    }
    auto const page = at / page_bytes + 1;
    if (auto * const log = file.log; log != nullptr && log->carried_page == page
        && std::memcmp(log->carried.data(), bytes, plain_bytes) == 0) {
        auto const * const sealed = log->frame.data() + frame_head_bytes;
        if (file.seal->current({ sealed, page_bytes })) {
            return write_below(file, sealed, page_bytes, at);
        }
    }
    close_page(file, page, static_cast<unsigned char const *>(bytes), file.frame.data());
    return write_below(file, file.frame.data(), page_bytes, at);
}

/// Reads the frame into file.frame and its page, opened, into file.carried; false when it is not sound.
int read_frame(SealedFile & file, Offset at, bool & sound)
{
    file.carried_page = 0;
    file.whole_at = -1;
    auto const code = read_below(file, file.frame.data(), frame_bytes, at);
    if (code != SQLITE_OK) {
        return code;
    }
    auto const page = page_of(file.frame.data());
    sound = open_page(file, page, file.frame.data() + frame_head_bytes, file.carried.data());
    file.carried_page = sound ? page : 0;
    return SQLITE_OK;
}

int write_head(SealedFile & file)
{
    auto const at = file.head_at;
    file.head_at = -1;
    std::array<unsigned char, page_bytes> page {};
    auto const code = read_below(file, page.data(), page_bytes, at + frame_head_bytes);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
        return code;
    }
    mask_checks(file, file.head.data(), page.data());
    return write_below(file, file.head.data(), frame_head_bytes, at);
}

int settle(SealedFile & file) { return file.head_at < 0 ? SQLITE_OK : write_head(file); }

int read_log(sqlite3_file * handle, void * into, int amount, Offset at)
{
    auto & file = of(handle);
    if (auto const code = settle(file); code != SQLITE_OK) {
        return code;
    }
    if (at < log_head_bytes) {
        return read_below(file, into, amount, at);
    }
    auto const begin = static_cast<int>((at - log_head_bytes) % frame_bytes);
    auto const frame = at - begin;
    if (begin + amount > frame_bytes) {
        return SQLITE_IOERR_READ;
    }
    bool sound = false;
    auto const code = read_frame(file, frame, sound);
    if (code != SQLITE_OK) {
        std::memset(into, 0, static_cast<std::size_t>(amount));
        return code;
    }
    if (begin == frame_head_bytes && amount == page_bytes) {
        std::memcpy(into, file.carried.data(), page_bytes);
        return sound ? SQLITE_OK : SQLITE_IOERR_DATA;
    }
    // SQLite looks how far the log goes: what is not sound is its end, as its own checks would have it.
    std::array<unsigned char, frame_bytes> opened {};
    std::copy_n(file.frame.begin(), frame_head_bytes, opened.begin());
    if (sound) {
        mask_checks(file, opened.data(), file.frame.data() + frame_head_bytes);
        std::ranges::copy(file.carried, opened.begin() + frame_head_bytes);
        file.whole_at = amount == frame_bytes ? frame : -1;
    }
    std::copy_n(opened.begin() + begin, amount, static_cast<unsigned char *>(into));
    return SQLITE_OK;
}

int write_log(sqlite3_file * handle, void const * bytes, int amount, Offset at)
{
    auto & file = of(handle);
    auto const * const given = static_cast<unsigned char const *>(bytes);
    auto const begin = at < log_head_bytes ? -1 : static_cast<int>((at - log_head_bytes) % frame_bytes);
    if (begin == frame_head_bytes && amount == page_bytes && file.head_at == at - frame_head_bytes) {
        file.carried_page = 0;
        file.whole_at = -1;
        file.head_at = -1;
        std::ranges::copy(file.head, file.frame.begin());
        close_page(file, page_of(file.head.data()), given, file.frame.data() + frame_head_bytes);
        mask_checks(file, file.frame.data(), file.frame.data() + frame_head_bytes);
        return write_below(file, file.frame.data(), frame_bytes, at - frame_head_bytes);
    }
    if (auto const code = settle(file); code != SQLITE_OK) {
        return code;
    }
    if (begin < 0) {
        return write_below(file, bytes, amount, at);
    }
    if (begin == 0 && amount == frame_head_bytes) {
        file.head_at = at;
        std::copy_n(given, frame_head_bytes, file.head.begin());
        return file.whole_at == at ? settle(file) : SQLITE_OK;
    }
    if (begin == frame_head_bytes && amount == page_bytes) {
        // A page that the same transaction wrote before; SQLite writes its head anew before it counts.
        PageNumber number {};
        auto const code = read_below(file, number.data(), static_cast<int>(number.size()), at - frame_head_bytes);
        if (code != SQLITE_OK) {
            return code;
        }
        file.carried_page = 0;
        file.whole_at = -1;
        close_page(file, page_of(number.data()), given, file.frame.data() + frame_head_bytes);
        return write_below(file, file.frame.data() + frame_head_bytes, page_bytes, at);
    }
    return SQLITE_IOERR_WRITE;
}

// SQLite writes a journal of its own only while it makes a database, when there is nothing to tell yet.
int read_journal(sqlite3_file * handle, void * into, int amount, Offset at) { return read_below(of(handle), into, amount, at); }
int write_journal(sqlite3_file * handle, void const * bytes, int amount, Offset at)
{
    return amount >= page_bytes ? SQLITE_IOERR_WRITE : write_below(of(handle), bytes, amount, at);
}

int close_file(sqlite3_file * handle)
{
    auto & file = of(handle);
    auto const settled = settle(file);
    if (file.main != nullptr) {
        file.main->log = nullptr;
    }
    if (file.log != nullptr) {
        file.log->main = nullptr;
    }
    auto const closed = file.below->pMethods->xClose(file.below);
    return settled == SQLITE_OK ? closed : settled;
}

int truncate(sqlite3_file * handle, Offset size)
{
    auto & file = of(handle);
    file.head_at = -1;
    file.carried_page = 0;
    return file.below->pMethods->xTruncate(file.below, size);
}

int sync(sqlite3_file * handle, int flags)
{
    auto & file = of(handle);
    auto const settled = settle(file);
    return settled == SQLITE_OK ? file.below->pMethods->xSync(file.below, flags) : settled;
}

int file_size(sqlite3_file * handle, Offset * size) { return of(handle).below->pMethods->xFileSize(of(handle).below, size); }
int lock(sqlite3_file * handle, int level) { return of(handle).below->pMethods->xLock(of(handle).below, level); }
int unlock(sqlite3_file * handle, int level) { return of(handle).below->pMethods->xUnlock(of(handle).below, level); }
int check_lock(sqlite3_file * handle, int * out)
{
    return of(handle).below->pMethods->xCheckReservedLock(of(handle).below, out);
}
int control(sqlite3_file * handle, int what, void * with)
{
    return of(handle).below->pMethods->xFileControl(of(handle).below, what, with);
}
int sector_size(sqlite3_file * handle) { return of(handle).below->pMethods->xSectorSize(of(handle).below); }
int characteristics(sqlite3_file * handle)
{
    // A page is written whole, with its frame's head: SQLite must not split one to fill up a sector.
    return (of(handle).below->pMethods->xDeviceCharacteristics(of(handle).below) & SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN)
        | SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}
int shm_map(sqlite3_file * handle, int page, int size, int extend, void volatile ** out)
{
    return of(handle).below->pMethods->xShmMap(of(handle).below, page, size, extend, out);
}
int shm_lock(sqlite3_file * handle, int offset, int n, int flags)
{
    return of(handle).below->pMethods->xShmLock(of(handle).below, offset, n, flags);
}
void shm_barrier(sqlite3_file * handle) { of(handle).below->pMethods->xShmBarrier(of(handle).below); }
int shm_unmap(sqlite3_file * handle, int remove)
{
    return of(handle).below->pMethods->xShmUnmap(of(handle).below, remove);
}

using Read = int (*)(sqlite3_file *, void *, int, Offset);
using Write = int (*)(sqlite3_file *, void const *, int, Offset);

/// Version 2: without mapping files into memory, for what lies there is sealed.
constexpr sqlite3_io_methods methods(Read read, Write write)
{
    return { 2, close_file, read, write, truncate, sync, file_size, lock, unlock, check_lock, control, sector_size,
        characteristics, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr };
}

}

bool open_sealed_page(Seal const & seal, Offset page, unsigned char const * sealed, unsigned char * plain)
{
    bool const sound = seal.open(place(number_of(page)), { sealed, page_bytes }, plain) == Seal::Opened::sound;
    // What SQLite sees of the room at the end is the same at every reading: its own checks cover it.
    std::fill_n(plain + plain_bytes, Seal::overhead, static_cast<unsigned char>(0));
    return sound;
}

sqlite3_io_methods const sealed_database = methods(read_database, write_database);
sqlite3_io_methods const sealed_log = methods(read_log, write_log);
sqlite3_io_methods const sealed_journal = methods(read_journal, write_journal);

}
