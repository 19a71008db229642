#pragma once

#include "daemon/store/seal.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace ketensync::store {

/// The files of SQLite, with every page sealed before it is written and opened when it is read: in the database itself
/// and in the log of its writes (WAL). Every table, index and number in it is sealed with that, and a page that was
/// damaged, changed, or put in the place of another is found out before SQLite sees it. What SQLite might write elsewhere
/// (temporary files) is refused: it must do that in memory.
///
/// A page's seal lies in room that SQLite leaves at its end. A page is bound to its number, not to the file, so that it
/// goes from the log to the database as it is. The log's own checks tell something of what they check, so they are masked.
class SealedFiles {
public:
    static Result<std::shared_ptr<SealedFiles const>> create(std::shared_ptr<Seal const> seal);
    ~SealedFiles();
    SealedFiles(SealedFiles const &) = delete;
    SealedFiles & operator=(SealedFiles const &) = delete;

    /// By which sqlite3_open_v2 knows it.
    char const * name() const;
    std::shared_ptr<Seal const> const & seal() const;

    struct Inner;

private:
    explicit SealedFiles(std::unique_ptr<Inner> inner);
    std::unique_ptr<Inner> m;
};

/// What lies in a database file.
enum class FileKind {
    none,       ///< there is no such file, or nothing in it
    plain,      ///< a database of SQLite that is not sealed
    sealed,     ///< sealed with a key that the seal has
    other_key,  ///< sealed with a key that it does not have; or no database at all
};
FileKind kind_of(std::filesystem::path const & file, Seal const * seal);
/// The id of the key that sealed the first page, as text; empty where there is none.
std::string sealed_with(std::filesystem::path const & file);

}
