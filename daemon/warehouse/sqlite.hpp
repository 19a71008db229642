#pragma once

#include "daemon/store/database.hpp"
#include "daemon/warehouse/warehouse.hpp"

#include <filesystem>
#include <memory>

namespace ketensync::warehouse {

/// The embedded warehouse: one SQLite file, that others may read while we write.
Result<std::unique_ptr<Warehouse>> open_sqlite(
    std::filesystem::path const & file, std::shared_ptr<record::Schema const> schema, std::uint64_t cache_bytes);

/// The same tables on a connection that the caller owns and that outlives it: for trying a delivery and taking it back.
Result<std::unique_ptr<Warehouse>> open_sqlite(
    store::Database & database, std::shared_ptr<record::Schema const> schema);

}
