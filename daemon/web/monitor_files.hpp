#pragma once

#include "daemon/web/http.hpp"

#include <filesystem>

namespace ketensync::web {

/// /monitor/ and all below it: the folder of published editions, as it lies there. Only files with plain names below it are
/// found, none of more than 8 MiB; a folder is its index.html. They are read from the disk when they are asked for, on the
/// worker for pages that wait: they are small, and would be more in memory than the whole service.
Route monitor_files(std::filesystem::path folder);

} // namespace ketensync::web
