#pragma once

#include "daemon/base/result.hpp"
#include "daemon/warehouse/postgres.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::warehouse {

/// Reads a warehouse and can change nothing in it, also while another delivers. One thread owns it.
class Reader {
public:
    /// One row: each column as text, an empty one where there is nothing. Valid until it returns.
    using Visit = std::function<Result<void>(std::vector<std::string_view> const & row)>;

    virtual ~Reader() = default;
    /// Every row of a SELECT of so many columns, as they come; memory holds a few thousand at most. A failure of `visit`
    /// ends it. Failure::configuration when the warehouse does not understand the question.
    virtual Result<void> ask(std::string const & sql, std::size_t columns, Visit const & visit) = 0;

    /// Works out the rows of a SELECT once, under a name for the questions after it. The warehouse is as it was: they are
    /// this reader's alone (in memory; on a server in a temporary table) and go with it. The same name with another SELECT
    /// takes the place of the first. False: this warehouse lets the reader keep nothing.
    virtual Result<bool> keep(std::string const & name, std::string const & sql) = 0;
};

/// Failure::configuration when there is no such file.
Result<std::unique_ptr<Reader>> read_sqlite(std::filesystem::path const & file, std::uint64_t cache_bytes);
/// In a transaction that may only read. `patience` of the access is for each part of an answer.
Result<std::unique_ptr<Reader>> read_postgres(PostgresAccess const & access);

}
