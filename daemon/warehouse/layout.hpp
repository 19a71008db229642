#pragma once

#include "daemon/record/schema.hpp"

#include <string>
#include <vector>

namespace ketensync::warehouse {

/// One column of a kind's table that comes from a field.
struct Column {
    std::string name;
    record::FieldId field = 0;
    bool number = false; ///< stored as an integer: references, integers, years
};

/// The table of one kind: `id`, its columns, geldig_van/geldig_tot (valid time, where the kind has it), bekend_van/
/// bekend_tot (known time) and `levering`, the number of the batch that brought the row.
struct Table {
    std::string name;
    record::KindId kind = 0;
    std::vector<Column> columns;
    int valid_from = -1;  ///< field number, or -1
    int valid_until = -1;
};

/// The tables that the warehouse has for the schema. Direct personal fields have no column. Pure.
std::vector<Table> tables(record::Schema const & schema);

}
