#pragma once

#include "daemon/warehouse/claim.hpp"
#include "daemon/warehouse/layout.hpp"
#include "daemon/warehouse/warehouse.hpp"

#include <filesystem>
#include <memory>

namespace ketensync::warehouse {

/// The embedded warehouse: one SQLite file, that others may read while we write.
Result<std::unique_ptr<Warehouse>> open_sqlite(
    std::filesystem::path const & file, std::shared_ptr<record::Schema const> schema, std::uint64_t cache_bytes,
    Holder & holder, Pseudonyms pseudonyms = {});

}
