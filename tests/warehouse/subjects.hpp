#pragma once

#include "daemon/warehouse/claim.hpp"
#include "daemon/warehouse/postgres.hpp"
#include "daemon/warehouse/warehouse.hpp"
#include "tests/support/postgres_server.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::warehouse {

/// A warehouse of its own for one test, and a way to look into it that is not the warehouse's.
class Subject {
public:
    virtual ~Subject() = default;
    virtual Result<std::unique_ptr<Warehouse>> open(std::shared_ptr<record::Schema const> schema, Holder & holder,
        Pseudonyms pseudonyms = {}) = 0;
    virtual void execute(std::string const & sql) = 0;
    /// Each row, its values parted by |.
    virtual std::vector<std::string> rows(std::string const & sql) = 0;
    /// What stands after FROM to ask what a kind was like, as known then and valid on that day.
    virtual std::string as_of(std::string const & kind, std::string const & known, std::string const & valid) = 0;
    virtual std::vector<std::string> columns(std::string const & table) = 0;
    /// Of the first row; nothing when there is none.
    std::string text(std::string const & sql);
    std::int64_t number(std::string const & sql);
};

/// "sqlite" or "postgresql"; nothing where that is not installed.
std::unique_ptr<Subject> make_subject(std::string const & type);

/// One server for all tests of the program; a test has a database of its own there.
support::PostgresServer & shared_server();
/// Makes a new database and a role that owns it; over the socket.
PostgresAccess make_access(support::PostgresServer & server);

}
