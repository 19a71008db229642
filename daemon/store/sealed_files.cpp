#include "daemon/store/sealed_files.hpp"

#include "daemon/store/sealed_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>

namespace ketensync::store {

struct SealedFiles::Inner {
    std::shared_ptr<Seal const> seal;
    std::string name;
    sqlite3_vfs vfs {};
    sqlite3_vfs * below = nullptr; ///< SQLite's own
};

namespace {

SealedFiles::Inner & inner_of(sqlite3_vfs * vfs) { return *static_cast<SealedFiles::Inner *>(vfs->pAppData); }

int open_file(sqlite3_vfs * vfs, sqlite3_filename name, sqlite3_file * handle, int flags, int * flags_out)
{
    auto & files = inner_of(vfs);
    handle->pMethods = nullptr;
    auto const * const table = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? &sealed_database
        : (flags & SQLITE_OPEN_WAL) != 0                          ? &sealed_log
        : (flags & SQLITE_OPEN_MAIN_JOURNAL) != 0                 ? &sealed_journal
                                                                  : nullptr;
    if (table == nullptr) {
        return SQLITE_CANTOPEN; // it would not be sealed
    }
    auto * const file = new (handle) SealedFile {};
    file->seal = files.seal.get();
    file->head_at = -1;
    file->whole_at = -1;
    file->below = reinterpret_cast<sqlite3_file *>(file + 1);
    auto const code = files.below->xOpen(files.below, name, file->below, flags, flags_out);
    if (file->below->pMethods == nullptr || code != SQLITE_OK) {
        return code;
    }
    if (table == &sealed_log) {
        file->main = reinterpret_cast<SealedFile *>(sqlite3_database_file_object(name));
        file->main->log = file;
    }
    file->base.pMethods = table;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs * vfs, char const * name, int sync_folder)
{
    return inner_of(vfs).below->xDelete(inner_of(vfs).below, name, sync_folder);
}
int access_file(sqlite3_vfs * vfs, char const * name, int flags, int * out)
{
    return inner_of(vfs).below->xAccess(inner_of(vfs).below, name, flags, out);
}
int full_path(sqlite3_vfs * vfs, char const * name, int size, char * out)
{
    return inner_of(vfs).below->xFullPathname(inner_of(vfs).below, name, size, out);
}
int randomness(sqlite3_vfs * vfs, int size, char * out)
{
    return inner_of(vfs).below->xRandomness(inner_of(vfs).below, size, out);
}
int sleep_a_while(sqlite3_vfs * vfs, int microseconds)
{
    return inner_of(vfs).below->xSleep(inner_of(vfs).below, microseconds);
}
int current_time(sqlite3_vfs * vfs, double * out) { return inner_of(vfs).below->xCurrentTime(inner_of(vfs).below, out); }
int current_time_64(sqlite3_vfs * vfs, Offset * out)
{
    return inner_of(vfs).below->xCurrentTimeInt64(inner_of(vfs).below, out);
}
int last_error(sqlite3_vfs * vfs, int size, char * out)
{
    return inner_of(vfs).below->xGetLastError(inner_of(vfs).below, size, out);
}

struct CloseFile {
    void operator()(sqlite3_file * file) const
    {
        if (file->pMethods != nullptr) {
            file->pMethods->xClose(file);
        }
        sqlite3_free(file);
    }
};

// Read by SQLite's own hand: to close a file of this process that SQLite has open elsewhere in it would let go of SQLite's
// locks on it (fcntl(2), "record locks are ... released").
std::optional<std::array<unsigned char, sealed_page_bytes>> first_page(std::filesystem::path const & path)
{
    auto * const vfs = sqlite3_vfs_find("unix");
    if (vfs == nullptr) {
        return std::nullopt;
    }
    std::unique_ptr<std::remove_pointer_t<sqlite3_filename>, void (*)(sqlite3_filename)> const name(
        sqlite3_create_filename(path.c_str(), "", "", 0, nullptr), sqlite3_free_filename);
    std::unique_ptr<sqlite3_file, CloseFile> const file(static_cast<sqlite3_file *>(sqlite3_malloc(vfs->szOsFile)));
    if (!name || !file) {
        return std::nullopt;
    }
    file->pMethods = nullptr;
    std::array<unsigned char, sealed_page_bytes> page {};
    if (vfs->xOpen(vfs, name.get(), file.get(), SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK
        || file->pMethods->xRead(file.get(), page.data(), sealed_page_bytes, 0) != SQLITE_OK) {
        return std::nullopt;
    }
    return page;
}

}

SealedFiles::SealedFiles(std::unique_ptr<Inner> inner) : m(std::move(inner)) { }

SealedFiles::~SealedFiles() { sqlite3_vfs_unregister(&m->vfs); }

Result<std::shared_ptr<SealedFiles const>> SealedFiles::create(std::shared_ptr<Seal const> seal)
{
    // SQLite knows its ways to files by their names, one list for the process.
    static std::atomic<unsigned> made = 0;
    auto inner = std::make_unique<Inner>();
    inner->seal = std::move(seal);
    inner->name = fmt::format("sealed-{}", ++made);
    inner->below = sqlite3_vfs_find("unix");
    if (inner->below == nullptr) {
        return fail(Failure::bug, "SQLite does not know the files of this machine");
    }
    auto & vfs = inner->vfs;
    vfs.iVersion = 2;
    vfs.szOsFile = static_cast<int>(sizeof(SealedFile)) + inner->below->szOsFile;
    vfs.mxPathname = inner->below->mxPathname;
    vfs.zName = inner->name.c_str();
    vfs.pAppData = inner.get();
    vfs.xOpen = open_file;
    vfs.xDelete = remove_file;
    vfs.xAccess = access_file;
    vfs.xFullPathname = full_path;
    vfs.xRandomness = randomness;
    vfs.xSleep = sleep_a_while;
    vfs.xCurrentTime = current_time;
    vfs.xGetLastError = last_error;
    vfs.xCurrentTimeInt64 = current_time_64;
    if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK) {
        return fail(Failure::bug, "SQLite does not take sealed files");
    }
    return std::shared_ptr<SealedFiles const>(new SealedFiles(std::move(inner)));
}

char const * SealedFiles::name() const { return m->name.c_str(); }
std::shared_ptr<Seal const> const & SealedFiles::seal() const { return m->seal; }

FileKind kind_of(std::filesystem::path const & file, Seal const * seal)
{
    auto const page = first_page(file);
    if (!page) {
        return FileKind::none;
    }
    constexpr std::string_view plain("SQLite format 3\0", 16);
    if (std::equal(plain.begin(), plain.end(), page->begin(),
            [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; })) {
        return FileKind::plain;
    }
    auto const ids = seal == nullptr ? std::vector<std::string>() : seal->key_ids();
    return std::ranges::find(ids, Seal::key_id(*page)) == ids.end() ? FileKind::other_key : FileKind::sealed;
}

std::string sealed_with(std::filesystem::path const & file)
{
    auto const page = first_page(file);
    return page ? Seal::key_id(*page) : std::string();
}

}
