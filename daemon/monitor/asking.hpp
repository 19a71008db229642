#pragma once

#include "daemon/base/result.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::monitor {

/// What a warehouse is asked: one SELECT, in the SQL that all warehouses share, and how many columns it has.
struct Question {
    std::string sql;
    std::size_t columns = 0;
};

/// Sees one row of an answer: each column as text, an empty one where there is nothing. Valid until it returns.
using Visit = std::function<Result<void>(std::vector<std::string_view> const & row)>;

/// Asks a warehouse; changes nothing in it.
using Ask = std::function<Result<void>(Question const & question, Visit const & visit)>;

}
