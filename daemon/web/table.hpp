#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace ketensync::web {

/// A heading of a column; of numbers, they stand to the right.
struct Column {
    std::string_view heading; ///< text
    bool number = false;
};

/// A table that scrolls within itself where the window is narrow, also by keyboard. `id` is one word, of this table alone on
/// its page; `rows` is HTML, of <tr>.
std::string table(std::string_view id, std::string_view caption, std::initializer_list<Column> columns, std::string_view rows);

} // namespace ketensync::web
