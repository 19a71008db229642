// Copies of a whole database: sealed anew, or put aside while others work in it.

#include "daemon/store/database.hpp"
#include "daemon/store/sealed_pages.hpp"

#include <fmt/format.h>

#include <array>

#include <fcntl.h>
#include <unistd.h>

namespace ketensync::store {

namespace {

/// `path` as SQLite takes it with the name of its files' keeper behind it.
std::string uri_of(std::filesystem::path const & path, char const * files)
{
    std::string uri = "file:";
    for (char const letter : path.string()) {
        bool const plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')
            || (letter >= '0' && letter <= '9') || letter == '/' || letter == '.' || letter == '-' || letter == '_';
        uri += plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return files == nullptr ? uri : fmt::format("{}?vfs={}", uri, files);
}

/// What was written is on the disk, and so is the name.
Result<void> settle_on_disk(std::filesystem::path const & path)
{
    for (auto const & each : { path, path.parent_path() }) {
        auto const descriptor = ::open(each.empty() ? "." : each.c_str(), O_RDONLY | O_CLOEXEC);
        bool const done = descriptor >= 0 && ::fsync(descriptor) == 0;
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        if (!done) {
            return fail(Failure::cannot_write, fmt::format("{}: it does not get to the disk", each.string()));
        }
    }
    return {};
}

struct CloseCopy {
    void operator()(sqlite3 * database) const { sqlite3_close(database); }
};

}

Result<void> Database::seal_anew(std::filesystem::path const & file, std::shared_ptr<Seal const> seal)
{
    auto const beside = std::filesystem::path(file).concat(".sealing");
    std::error_code gone;
    std::filesystem::remove(beside, gone);
    KETENSYNC_TRY_ASSIGN(auto const to, SealedFiles::create(seal));
    {
        bool const plain = kind_of(file, seal.get()) == FileKind::plain;
        KETENSYNC_TRY_ASSIGN(auto from, open(file, Opening { .seal = plain ? nullptr : seal }));
        auto room = static_cast<int>(Seal::overhead);
        sqlite3_file_control(from.m_database.get(), "main", SQLITE_FCNTL_RESERVE_BYTES, &room);
        // All that was committed lies in the file itself before it is replaced.
        KETENSYNC_TRY(from.execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        KETENSYNC_TRY_ASSIGN(auto copy, from.prepare("VACUUM INTO ?"));
        auto const uri = uri_of(beside, to->name());
        copy.bind(1, std::string_view(uri));
        KETENSYNC_TRY(copy.run());
    }
    KETENSYNC_TRY(check_copy(beside, seal));
    KETENSYNC_TRY(settle_on_disk(beside));
    // What the old file held must not lie about on the disk; as far as the disk lets itself be told.
    if (kind_of(file, nullptr) == FileKind::plain) {
        std::filesystem::rename(file, std::filesystem::path(file).concat(".plain"), gone);
        std::filesystem::rename(beside, file, gone);
        if (!gone) {
            wipe(std::filesystem::path(file).concat(".plain"));
        }
    } else {
        std::filesystem::rename(beside, file, gone);
    }
    if (gone) {
        return fail(Failure::cannot_write, fmt::format("{}: {}", file.string(), gone.message()));
    }
    return settle_on_disk(file);
}

Result<void> Database::check_copy(std::filesystem::path const & file, std::shared_ptr<Seal const> seal)
{
    KETENSYNC_TRY_ASSIGN(auto copy, open(file, { .seal = std::move(seal) }));
    // Free pages too, at which SQLite does not look: a copy is as it was made, or it is not taken.
    KETENSYNC_TRY(copy.each_page([](std::int64_t, std::string_view) {}));
    KETENSYNC_TRY_ASSIGN(auto check, copy.prepare("PRAGMA integrity_check(1)"));
    KETENSYNC_TRY_ASSIGN(bool const row, check.step());
    if (!row || check.text(0) != "ok") {
        return fail(Failure::configuration, fmt::format("{} is damaged", file.string()));
    }
    return {};
}

Result<void> Database::back_up(std::filesystem::path const & to) const
{
    if (std::filesystem::exists(to)) {
        return fail(Failure::cannot_write, fmt::format("{} is there already: name a file that is not", to.string()));
    }
    {
        sqlite3 * handle = nullptr;
        auto const code = sqlite3_open_v2(to.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
            m_files ? m_files->name() : nullptr);
        std::unique_ptr<sqlite3, CloseCopy> const copy(handle);
        if (code != SQLITE_OK) {
            return fail(Failure::cannot_write, fmt::format("{}: {}", to.string(), sqlite3_errstr(code)));
        }
        auto room = static_cast<int>(Seal::overhead);
        if (m_files) {
            sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &room);
        }
        sqlite3_exec(handle, "PRAGMA journal_mode=OFF; PRAGMA temp_store=MEMORY", nullptr, nullptr, nullptr);
        // In one step: one moment of the database, whatever is written meanwhile; a reader keeps no writer waiting.
        auto * const backup = sqlite3_backup_init(handle, "main", m_database.get(), "main");
        auto const stepped = backup == nullptr ? sqlite3_errcode(handle) : sqlite3_backup_step(backup, -1);
        sqlite3_backup_finish(backup);
        if (stepped != SQLITE_DONE) {
            std::error_code gone;
            std::filesystem::remove(to, gone);
            return fail(stepped == SQLITE_IOERR_DATA ? Failure::configuration : Failure::cannot_write,
                fmt::format("{} cannot be copied: {}", m_file.string(), sqlite3_errstr(stepped)));
        }
    }
    std::error_code error;
    std::filesystem::permissions(
        to, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    KETENSYNC_TRY(check_copy(to, m_seal));
    return settle_on_disk(to);
}

Result<void> Database::each_page(std::function<void(std::int64_t number, std::string_view bytes)> const & visit) const
{
    // By the handle that is open: to open the file another time and close it would let go of SQLite's locks on it.
    sqlite3_file * file = nullptr;
    sqlite3_file_control(m_database.get(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
    auto * const lying = m_files ? reinterpret_cast<SealedFile *>(file)->below : file;
    std::array<char, sealed_page_bytes> page {};
    std::array<unsigned char, sealed_page_bytes> plain {};
    for (std::int64_t number = 1;
         lying->pMethods->xRead(lying, page.data(), sealed_page_bytes, (number - 1) * sealed_page_bytes) == SQLITE_OK; ++number) {
        if (!m_seal) {
            visit(number, { page.data(), page.size() });
            continue;
        }
        if (!open_sealed_page(*m_seal, number, reinterpret_cast<unsigned char const *>(page.data()), plain.data())) {
            return fail(Failure::configuration, fmt::format("{} is damaged: put a backup of it back", m_file.string()));
        }
        visit(number, { reinterpret_cast<char const *>(plain.data()), plain.size() });
    }
    return {};
}

void wipe(std::filesystem::path const & file)
{
    std::error_code error;
    auto const size = std::filesystem::file_size(file, error);
    if (auto const descriptor = error ? -1 : ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW); descriptor >= 0) {
        std::string const nothing(1U << 20, '\0');
        for (std::uintmax_t at = 0; at < size; at += nothing.size()) {
            if (::pwrite(descriptor, nothing.data(), std::min<std::uintmax_t>(nothing.size(), size - at),
                    static_cast<off_t>(at))
                < 0) {
                break;
            }
        }
        ::fsync(descriptor);
        ::close(descriptor);
    }
    std::filesystem::remove(file, error);
}

}
