#include "daemon/warehouse/reader.hpp"

#include "daemon/store/database.hpp"
#include "daemon/warehouse/postgres_session.hpp"

#include <fmt/format.h>

#include <map>

namespace ketensync::warehouse {

namespace {

class SqliteReader final : public Reader {
public:
    explicit SqliteReader(store::Database database) : m_database(std::move(database)) { }

    Result<void> ask(std::string const & sql, std::size_t columns, Visit const & visit) override
    {
        KETENSYNC_TRY_ASSIGN(auto statement, m_database.prepare(sql));
        std::vector<std::string_view> row(columns);
        for (;;) {
            KETENSYNC_TRY_ASSIGN(bool const there, statement.step());
            if (!there) {
                return {};
            }
            for (std::size_t i = 0; i < columns; ++i) {
                row[i] = statement.text(static_cast<int>(i));
            }
            KETENSYNC_TRY(visit(row));
        }
    }

    Result<bool> keep(std::string const & name, std::string const & sql) override
    {
        auto & kept = m_kept[name];
        if (kept != sql) {
            kept.clear();
            // The file was opened to be read; what this lets through is only what is in memory.
            KETENSYNC_TRY(m_database.execute("PRAGMA query_only=OFF"));
            auto const made = m_database.execute(
                fmt::format("DROP TABLE IF EXISTS temp.{0}; CREATE TEMP TABLE {0} AS {1}", identifier(name), sql));
            KETENSYNC_TRY(m_database.execute("PRAGMA query_only=ON"));
            KETENSYNC_TRY(made);
            kept = sql;
        }
        return true;
    }

private:
    store::Database m_database;
    std::map<std::string, std::string> m_kept; ///< by name: what they were made of
};

class PostgresReader final : public Reader {
public:
    explicit PostgresReader(std::unique_ptr<PostgresSession> session) : m_session(std::move(session)) { }

    Result<void> ask(std::string const & sql, std::size_t columns, Visit const & visit) override
    {
        return m_session->transact([&](PostgresSession::Work & work) -> Result<void> {
            work.ask("SET TRANSACTION READ ONLY");
            work.ask(fmt::format("DECLARE vraag NO SCROLL CURSOR FOR {}", sql));
            std::vector<std::string_view> row(columns);
            for (;;) {
                auto const part = work.ask(fmt::format("FETCH {} FROM vraag", rows_at_once));
                for (auto const & line : part) {
                    for (std::size_t i = 0; i < columns; ++i) {
                        auto const field = line[static_cast<pqxx::row::size_type>(i)];
                        row[i] = field.is_null() ? std::string_view() : std::string_view(field.c_str(), field.size());
                    }
                    KETENSYNC_TRY(visit(row));
                }
                if (part.empty()) {
                    return {};
                }
            }
        });
    }

    Result<bool> keep(std::string const & name, std::string const & sql) override
    {
        auto & kept = m_kept[name];
        if (kept == sql) {
            return true;
        }
        kept.clear();
        auto const made = m_session->transact([&](PostgresSession::Work & work) -> Result<void> {
            auto const table = "pg_temp." + identifier(name);
            work.ask(fmt::format("DROP TABLE IF EXISTS {}", table));
            work.ask(fmt::format("CREATE TEMPORARY TABLE {} AS {}", identifier(name), sql));
            work.ask(fmt::format("ANALYZE {}", table));
            return {};
        });
        // An account that may only read tables need not be allowed temporary ones.
        if (!made && made.error().failure == Failure::refused) {
            return false;
        }
        KETENSYNC_TRY(made);
        kept = sql;
        return true;
    }

private:
    static constexpr int rows_at_once = 5'000;
    std::unique_ptr<PostgresSession> m_session;
    std::map<std::string, std::string> m_kept; ///< by name: what they were made of
};

}

Result<std::unique_ptr<Reader>> read_sqlite(std::filesystem::path const & file, std::uint64_t cache_bytes)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        return fail(Failure::configuration, fmt::format("there is no warehouse {} yet: nothing was delivered", file.string()));
    }
    KETENSYNC_TRY_ASSIGN(auto database, store::Database::open(file, { .cache_bytes = cache_bytes, .read_only = true }));
    return std::make_unique<SqliteReader>(std::move(database));
}

Result<std::unique_ptr<Reader>> read_postgres(PostgresAccess const & access)
{
    KETENSYNC_TRY_ASSIGN(auto session, PostgresSession::open(access));
    return std::make_unique<PostgresReader>(std::move(session));
}

}
