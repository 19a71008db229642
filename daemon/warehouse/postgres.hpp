#pragma once

#include "daemon/settings/config.hpp"
#include "daemon/warehouse/claim.hpp"
#include "daemon/warehouse/layout.hpp"
#include "daemon/warehouse/warehouse.hpp"

#include <memory>

namespace ketensync::warehouse {

/// What it takes to work with a PostgreSQL server.
struct PostgresAccess {
    settings::PostgresServer server;
    std::string password;  ///< empty: none
    std::chrono::milliseconds connect_timeout { 10'000 };
    std::chrono::milliseconds patience { 8'000 }; ///< for each answer; then the connection is given up
    Pseudonyms pseudonyms {};
};

/// A warehouse in one schema of a PostgreSQL database (13 or later). A batch is one transaction: rows go in by COPY, what
/// they replace is closed by one statement a table, and the number, the epoch and the data commit together. The session
/// has deadlines on both sides: ours ends the connection when the server is silent, the server's ends a transaction whose
/// daemon is. Where a schema for candidates is named, it holds what says who somebody is, of what is known now only, in
/// the same transactions; analysts' tables never do.
Result<std::unique_ptr<Warehouse>> open_postgres(
    PostgresAccess const & access, std::shared_ptr<record::Schema const> schema, Holder & holder);

}
