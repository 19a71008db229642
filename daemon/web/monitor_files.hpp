#pragma once

#include "daemon/web/http.hpp"

#include <filesystem>

namespace ketensync::web {

/// /monitor/ and all below it: the folder of published editions, as it lies there. Only files with plain names below it are
/// found, none of more than 8 MiB; a folder is its index.html. Unlike the other pages these are read from the disk when
/// they are asked for: they are small, and would be more in memory than the whole service.
Route monitor_files(std::filesystem::path folder);

} // namespace ketensync::web
