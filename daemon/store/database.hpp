#pragma once

#include "daemon/base/result.hpp"
#include "daemon/store/sealed_files.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ketensync::store {

class Database;

/// A prepared statement. Bound texts and blobs are not copied: they must live until the next `reset` or `run`.
/// Parameters count from 1, columns from 0. Owned by one thread, and outlived by its Database.
class Statement {
public:
    Statement() = default;

    Statement & bind(int parameter, std::int64_t value);
    Statement & bind(int parameter, double value);
    Statement & bind(int parameter, std::string_view text);
    Statement & bind_blob(int parameter, std::string_view bytes);
    Statement & bind_null(int parameter);

    /// True when there is a row to look at, false at the end.
    Result<bool> step();
    /// Runs to the end and makes the statement ready for the next use.
    Result<void> run();
    /// Ready for the next use; drops what was bound.
    void reset();

    std::int64_t integer(int column) const;
    double real(int column) const;
    /// Valid until the next step or reset.
    std::string_view text(int column) const;
    std::string_view blob(int column) const;
    bool is_null(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt * statement) const;
    };
    explicit Statement(sqlite3_stmt * statement) : m_statement(statement) { }
    std::unique_ptr<sqlite3_stmt, Finalize> m_statement;
};

/// How a database file is opened.
struct Opening {
    std::uint64_t cache_bytes = 16U << 20;
    bool read_only = false;
    std::shared_ptr<Seal const> seal {}; ///< the file is sealed, or made so; nothing: it lies open
};

/// One connection to one SQLite file, in WAL mode with every commit on disk before it counts (synchronous=FULL) and
/// deleted content overwritten (secure_delete). Owned by one thread. Connections made by `another` share the turn to
/// write, so that writers of one process wait for each other instead of failing.
class Database {
public:
    /// Failure::configuration when a key is missing that the file is sealed with, or when it lies open and should not.
    static Result<Database> open(std::filesystem::path const & file, Opening opening = {});
    Result<Database> another(Opening opening) const;

    /// Writes the file anew, sealed with the first key of the seal, whether it lay open or was sealed with a key that the
    /// seal still knows. Nobody else may have it open. Whatever happens meanwhile, the file is the old one or the new one.
    static Result<void> seal_anew(std::filesystem::path const & file, std::shared_ptr<Seal const> seal);
    /// A copy of this moment, sealed as this one is, that was read back and found sound; others may go on writing.
    Result<void> back_up(std::filesystem::path const & to) const;
    /// Every page of the file as it was last put in order (a checkpoint), opened; free ones too.
    Result<void> each_page(std::function<void(std::int64_t number, std::string_view bytes)> const & visit) const;
    /// Failure::configuration when a page of the file, or how pages hang together, is not sound.
    static Result<void> check_copy(std::filesystem::path const & file, std::shared_ptr<Seal const> seal);

    Result<Statement> prepare(std::string_view sql) const;
    /// One or more statements without parameters.
    Result<void> execute(std::string_view sql) const;
    /// The first column of the first row, or 0 when there is none.
    Result<std::int64_t> number(std::string_view sql) const;
    std::int64_t last_id() const;
    std::int64_t rows_changed() const;
    std::filesystem::path const & file() const { return m_file; }
    /// What the file is sealed with; nothing when it lies open.
    std::shared_ptr<Seal const> const & seal() const { return m_seal; }

private:
    friend class Transaction;
    struct Close {
        void operator()(sqlite3 * database) const;
    };
    Database(std::filesystem::path file, sqlite3 * database, std::shared_ptr<SealedFiles const> files);
    static Result<Database> open(
        std::filesystem::path const & file, Opening const & opening, std::shared_ptr<SealedFiles const> files);
    Error error() const;

    std::filesystem::path m_file;
    std::shared_ptr<Seal const> m_seal;
    std::shared_ptr<SealedFiles const> m_files; ///< outlives the connection
    std::unique_ptr<sqlite3, Close> m_database;
    std::shared_ptr<std::mutex> m_turn;
    std::unique_ptr<int> m_depth;
};

/// Overwrites the file before it is removed: best effort, for not every disk writes where it wrote before.
void wipe(std::filesystem::path const & file);

/// A write transaction: begun on construction by `begin`, rolled back unless committed. Inside another one of the same
/// connection it is a savepoint, so a whole synchronisation can be tried and taken back.
class Transaction {
public:
    /// Waits for whoever else writes in this process.
    static Result<Transaction> begin(Database & database);
    /// The same; without `wait` nothing, when somebody else writes at the moment.
    static Result<std::optional<Transaction>> try_begin(Database & database, bool wait);
    Transaction(Transaction &&) noexcept = default;
    Transaction & operator=(Transaction &&) = delete;
    ~Transaction();
    Result<void> commit();

private:
    explicit Transaction(Database & database) : m_database(&database) { }
    static Result<Transaction> begin(Database & database, std::unique_lock<std::mutex> turn);

    struct Forget {
        void operator()(Database *) const { }
    };
    std::unique_ptr<Database, Forget> m_database;
    std::unique_lock<std::mutex> m_turn;
    bool m_nested = false;
};

}
