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
    std::vector<std::string> rows(std::string const & sql) override
    {
        auto const database = store::Database::open(m_folder / "w.sqlite");
        // A view tells how wide it is.
        if (auto const asked = database->execute("CREATE TEMP VIEW asked AS " + sql); !asked) {
            throw std::runtime_error(asked.error().what);
        }
        auto const width = database->number("SELECT count(*) FROM pragma_table_info('asked')").value();
        auto statement = database->prepare("SELECT * FROM asked");
        std::vector<std::string> found;
        while (statement->step().value()) {
            std::string row;
            for (int column = 0; column < static_cast<int>(width); ++column) {
                row += (column == 0 ? "" : "|") + std::string(statement->text(column));
            }
            found.push_back(std::move(row));
        }
        return found;
    }
    // As who reads the view `tijdvraag` does it: the question, filled in.
    std::string as_of(std::string const & kind, std::string const & known, std::string const & valid) override
    {
        auto question = text(fmt::format("SELECT vraag FROM tijdvraag WHERE gegeven = '{}'", kind));
        for (auto const & [name, value] : { std::pair(":bekend", known), std::pair(":geldig", valid) }) {
            for (auto at = question.find(name); at != std::string::npos; at = question.find(name, at)) {
                question.replace(at, std::string_view(name).size(), '\'' + value + '\'');
            }
        }
        return '(' + question + ')';
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
    std::vector<std::string> rows(std::string const & sql) override
    {
        return shared_server().rows(m_access.server.database, "SET search_path = analytisch; " + sql);
    }
    std::string as_of(std::string const & kind, std::string const & known, std::string const & valid) override
    {
        return fmt::format("{}_op('{}', '{}')", kind, known, valid);
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

std::string Subject::text(std::string const & sql)
{
    auto const found = rows(sql);
    return found.empty() ? std::string() : found.front();
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
