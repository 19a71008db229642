#include "tests/warehouse/subjects.hpp"

#include "daemon/store/database.hpp"
#include "daemon/warehouse/sqlite.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace ketensync::warehouse {

namespace {

class SqliteSubject final : public Subject {
public:
    Result<std::unique_ptr<Warehouse>> open(std::shared_ptr<record::Schema const> schema, Holder & holder,
        Pseudonyms pseudonyms) override
    {
        return open_sqlite(m_folder / "w.sqlite", std::move(schema), 1 << 20, holder, std::move(pseudonyms));
    }
    void execute(std::string const & sql) override
    {
        auto const done = store::Database::open(m_folder / "w.sqlite")->execute(sql);
        ASSERT_TRUE(done) << done.error().what;
    }
    std::string text(std::string const & sql) override
    {
        auto const database = store::Database::open(m_folder / "w.sqlite", { .read_only = true });
        auto statement = database->prepare(sql);
        if (!statement) {
            throw std::runtime_error(statement.error().what);
        }
        return statement->step().value() ? std::string(statement->text(0)) : std::string();
    }
    std::vector<std::string> columns(std::string const & table) override
    {
        auto const database = store::Database::open(m_folder / "w.sqlite", { .read_only = true });
        auto statement = database->prepare(fmt::format("SELECT name FROM pragma_table_info('{}')", table)).value();
        std::vector<std::string> names;
        while (statement.step().value()) {
            names.emplace_back(statement.text(0));
        }
        return names;
    }

private:
    support::TemporaryFolder m_folder;
};

class PostgresSubject final : public Subject {
public:
    PostgresSubject() : m_access(make_access(shared_server())) { }
    Result<std::unique_ptr<Warehouse>> open(std::shared_ptr<record::Schema const> schema, Holder & holder,
        Pseudonyms pseudonyms) override
    {
        auto access = m_access;
        access.pseudonyms = std::move(pseudonyms);
        return open_postgres(access, std::move(schema), holder);
    }
    void execute(std::string const & sql) override
    {
        shared_server().execute(m_access.server.database, "SET search_path = analytisch; " + sql);
    }
    std::string text(std::string const & sql) override
    {
        auto const rows = shared_server().rows(m_access.server.database, "SET search_path = analytisch; " + sql);
        return rows.empty() ? std::string() : rows.front();
    }
    std::vector<std::string> columns(std::string const & table) override
    {
        return shared_server().rows(m_access.server.database,
            fmt::format("SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('analytisch.{}') AND attnum > 0 "
                        "AND NOT attisdropped ORDER BY attnum",
                table));
    }

private:
    PostgresAccess m_access;
};

}

std::int64_t Subject::number(std::string const & sql)
{
    auto const found = text(sql);
    return found.empty() ? 0 : std::stoll(found);
}

std::unique_ptr<Subject> make_subject(std::string const & type)
{
    if (type == "sqlite") {
        return std::make_unique<SqliteSubject>();
    }
    return support::PostgresServer::installed() ? std::make_unique<PostgresSubject>() : nullptr;
}

support::PostgresServer & shared_server()
{
    static support::PostgresServer server("fsync = off");
    return server;
}

PostgresAccess make_access(support::PostgresServer & server)
{
    static int number = 0;
    auto const name = fmt::format("keten{}", ++number);
    server.make_database(name);
    server.execute(name, fmt::format("CREATE ROLE {0} LOGIN PASSWORD 'geheim'; GRANT CREATE ON DATABASE {0} TO {0}", name));
    PostgresAccess access;
    access.server.host = server.socket_folder();
    access.server.port = server.port();
    access.server.database = name;
    access.server.user = name;
    access.server.sslmode = "disable";
    return access;
}

}
