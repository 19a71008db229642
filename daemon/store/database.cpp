#include "daemon/store/database.hpp"

#include "daemon/store/sealed_pages.hpp"

#include <fmt/format.h>

#include <sqlite3.h>

namespace ketensync::store {

namespace {

/// What was read is not what was written.
bool damaged(int code) { return code == SQLITE_IOERR_DATA || (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB; }

Failure failure_of(int code)
{
    if (damaged(code)) {
        return Failure::configuration;
    }
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Failure::busy;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM: return Failure::cannot_write;
    case SQLITE_INTERRUPT: return Failure::interrupted;
    default: return Failure::bug;
    }
}

Error error_of(sqlite3 * database, std::string_view file)
{
    auto const code = sqlite3_extended_errcode(database);
    if (damaged(code)) {
        return { Failure::configuration, fmt::format("{} is damaged: put a backup of it back", file) };
    }
    return { failure_of(code), fmt::format("{}: {} ({})", file, sqlite3_errmsg(database), code) };
}

}

void Statement::Finalize::operator()(sqlite3_stmt * statement) const { sqlite3_finalize(statement); }

Statement & Statement::bind(int parameter, std::int64_t value)
{
    sqlite3_bind_int64(m_statement.get(), parameter, value);
    return *this;
}

Statement & Statement::bind(int parameter, double value)
{
    sqlite3_bind_double(m_statement.get(), parameter, value);
    return *this;
}

Statement & Statement::bind(int parameter, std::string_view text)
{
    sqlite3_bind_text64(m_statement.get(), parameter, text.data() == nullptr ? "" : text.data(), text.size(),
        SQLITE_STATIC, SQLITE_UTF8);
    return *this;
}

Statement & Statement::bind_blob(int parameter, std::string_view bytes)
{
    sqlite3_bind_blob64(
        m_statement.get(), parameter, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

Statement & Statement::bind_null(int parameter)
{
    sqlite3_bind_null(m_statement.get(), parameter);
    return *this;
}

Result<bool> Statement::step()
{
    auto const code = sqlite3_step(m_statement.get());
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    auto * const database = sqlite3_db_handle(m_statement.get());
    auto error = error_of(database, sqlite3_db_filename(database, "main"));
    sqlite3_reset(m_statement.get());
    return fail(std::move(error));
}

Result<void> Statement::run()
{
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, step());
        if (!row) {
            break;
        }
    }
    sqlite3_reset(m_statement.get());
    return {};
}

void Statement::reset()
{
    sqlite3_reset(m_statement.get());
    sqlite3_clear_bindings(m_statement.get());
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(m_statement.get(), column); }
double Statement::real(int column) const { return sqlite3_column_double(m_statement.get(), column); }

std::string_view Statement::text(int column) const
{
    auto const * const bytes = sqlite3_column_text(m_statement.get(), column);
    // SQLite gives unsigned characters; the bytes are the same.
    return bytes == nullptr ? std::string_view()
                            : std::string_view(reinterpret_cast<char const *>(bytes),
                                static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column)));
}

std::string_view Statement::blob(int column) const
{
    auto const * const bytes = sqlite3_column_blob(m_statement.get(), column);
    return bytes == nullptr ? std::string_view()
                            : std::string_view(static_cast<char const *>(bytes),
                                static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column)));
}

bool Statement::is_null(int column) const { return sqlite3_column_type(m_statement.get(), column) == SQLITE_NULL; }

void Database::Close::operator()(sqlite3 * database) const { sqlite3_close_v2(database); }

Database::Database(std::filesystem::path file, sqlite3 * database, std::shared_ptr<SealedFiles const> files)
    : m_file(std::move(file)), m_seal(files ? files->seal() : nullptr), m_files(std::move(files)), m_database(database),
      m_turn(std::make_shared<std::mutex>()), m_depth(std::make_unique<int>(0))
{
}

namespace {

// A file that lies open while it should be sealed, or the other way round, is not touched.
Result<void> check_seal(std::filesystem::path const & file, Seal const * seal)
{
    switch (kind_of(file, seal)) {
    case FileKind::plain:
        return seal == nullptr ? Result<void>()
                               : fail(Failure::configuration,
                                   fmt::format("{} is not sealed yet: start the service, or synchronise, and it will be", file.string()));
    case FileKind::other_key:
        return fail(Failure::configuration,
            seal == nullptr ? fmt::format("{} is sealed, or no database: name its key in [seal]", file.string())
                            : fmt::format("{} is sealed with key {}, and [seal] names only {}: give the credential that it was "
                                          "sealed with, under old_keys if it is an earlier one",
                                file.string(), sealed_with(file), fmt::join(seal->key_ids(), ", ")));
    case FileKind::none:
    case FileKind::sealed: break;
    }
    return {};
}

}

Result<Database> Database::open(std::filesystem::path const & file, Opening opening)
{
    // Nobody asks SQLite how much memory it has; keeping count of it makes all threads wait for one another.
    [[maybe_unused]] static auto const counts_no_memory = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    std::shared_ptr<SealedFiles const> files;
    KETENSYNC_TRY(check_seal(file, opening.seal.get()));
    if (opening.seal) {
        KETENSYNC_TRY_ASSIGN(files, SealedFiles::create(opening.seal));
    }
    return open(file, opening, std::move(files));
}

Result<Database> Database::open(
    std::filesystem::path const & file, Opening const & opening, std::shared_ptr<SealedFiles const> files)
{
    sqlite3 * handle = nullptr;
    auto const flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        | (opening.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    auto const code = sqlite3_open_v2(file.c_str(), &handle, flags, files ? files->name() : nullptr);
    Database database(file, handle, files);
    if (code != SQLITE_OK) {
        return fail(failure_of(code), fmt::format("{}: {}", file.string(), sqlite3_errstr(code)));
    }
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, 10'000);
    if (files) {
        auto room = static_cast<int>(Seal::overhead);
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &room);
        KETENSYNC_TRY(database.execute(fmt::format("PRAGMA page_size={}", sealed_page_bytes)));
        if (kind_of(file, files->seal().get()) != FileKind::none && !opening.read_only) {
            // A copy does not have a log yet. That it gets one must not be journaled in a file of its own, with a page in it.
            KETENSYNC_TRY_ASSIGN(auto mode, database.prepare("PRAGMA journal_mode"));
            KETENSYNC_TRY(mode.step());
            bool const logs = mode.text(0) == "wal";
            mode.reset();
            KETENSYNC_TRY(logs ? Result<void>() : database.execute("PRAGMA journal_mode=MEMORY"));
        }
    }
    // Foreign processes read the warehouse while we write: WAL lets them. The WAL is cut back to 64 MiB.
    KETENSYNC_TRY(database.execute(opening.read_only ? "PRAGMA query_only=ON" : "PRAGMA journal_mode=WAL"));
    KETENSYNC_TRY(database.execute(fmt::format("PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                                               "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF;"
                                               "PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=8000;"
                                               "PRAGMA cache_size=-{}",
        opening.cache_bytes / 1024)));
    KETENSYNC_TRY_ASSIGN(auto const synchronous, database.number("PRAGMA synchronous"));
    if (synchronous != 2) {
        return fail(Failure::configuration, fmt::format("{}: SQLite does not accept synchronous=FULL", file.string()));
    }
    return database;
}

Result<Database> Database::another(Opening opening) const
{
    KETENSYNC_TRY_ASSIGN(auto database, open(m_file, opening, m_files));
    database.m_turn = m_turn;
    return database;
}

Error Database::error() const { return error_of(m_database.get(), m_file.string()); }

Result<Statement> Database::prepare(std::string_view sql) const
{
    sqlite3_stmt * statement = nullptr;
    if (sqlite3_prepare_v3(m_database.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
            &statement, nullptr)
        != SQLITE_OK) {
        return fail(error());
    }
    return Statement(statement);
}

Result<void> Database::execute(std::string_view sql) const
{
    if (sqlite3_exec(m_database.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return fail(error());
    }
    return {};
}

Result<std::int64_t> Database::number(std::string_view sql) const
{
    KETENSYNC_TRY_ASSIGN(auto statement, prepare(sql));
    KETENSYNC_TRY_ASSIGN(bool const row, statement.step());
    return row ? statement.integer(0) : 0;
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(m_database.get()); }
std::int64_t Database::rows_changed() const { return sqlite3_changes64(m_database.get()); }

Result<Transaction> Transaction::begin(Database & database)
{
    bool const nested = *database.m_depth > 0;
    return begin(database, nested ? std::unique_lock<std::mutex>() : std::unique_lock(*database.m_turn));
}

Result<std::optional<Transaction>> Transaction::try_begin(Database & database, bool wait)
{
    std::unique_lock<std::mutex> turn;
    if (*database.m_depth == 0) {
        turn = wait ? std::unique_lock(*database.m_turn) : std::unique_lock(*database.m_turn, std::try_to_lock);
        if (!turn.owns_lock()) {
            return std::optional<Transaction>();
        }
    }
    KETENSYNC_TRY_ASSIGN(auto transaction, begin(database, std::move(turn)));
    return std::optional<Transaction>(std::move(transaction));
}

Result<Transaction> Transaction::begin(Database & database, std::unique_lock<std::mutex> turn)
{
    Transaction transaction(database);
    transaction.m_nested = !turn.owns_lock();
    transaction.m_turn = std::move(turn);
    if (auto begun = database.execute(transaction.m_nested ? "SAVEPOINT nested" : "BEGIN IMMEDIATE"); !begun) {
        transaction.m_database.reset();
        return fail(std::move(begun).error());
    }
    ++*database.m_depth;
    return transaction;
}

Transaction::~Transaction()
{
    if (!m_database) {
        return;
    }
    --*m_database->m_depth;
    // After a failed commit SQLite may have rolled back already; then this is harmless.
    static_cast<void>(m_database->execute(m_nested ? "ROLLBACK TO nested; RELEASE nested" : "ROLLBACK"));
}

Result<void> Transaction::commit()
{
    KETENSYNC_TRY(m_database->execute(m_nested ? "RELEASE nested" : "COMMIT"));
    --*m_database->m_depth;
    m_database.reset();
    if (m_turn.owns_lock()) {
        m_turn.unlock();
    }
    return {};
}

}
