#pragma once

#include "daemon/formats/format.hpp"
#include "daemon/formats/tree.hpp"

#include <optional>
#include <string_view>

namespace ketensync::formats {

/// Characters as the formats need them, beside to_utf8 and valid_utf8 in format.hpp. Pure; any thread.

/// True when every byte is below 0x80: then the text is the same in every encoding we read.
bool is_ascii(std::string_view bytes);

/// The code point that a byte stands for, or nothing where the encoding has none. Not for utf8.
std::optional<char32_t> code_point(unsigned char byte, Encoding encoding);

/// Adds `code_point` (not a surrogate, at most 0x10ffff) to `text` as UTF-8.
void append_utf8(char32_t code_point, std::string & text);

/// The text of a row as UTF-8: the same view where that can be, else kept in the tree; nothing when bytes do not exist
/// in the encoding. A NUL character counts as such: no format of rows can mean it.
std::optional<std::string_view> row_text(std::string_view bytes, Encoding encoding, Tree & tree);

/// The page without a UTF-8 byte order mark.
std::string_view without_mark(std::string_view page);

/// What the page plainly is instead of rows of text ("HTML", "UTF-16"), or empty.
std::string_view mistaken_for(std::string_view page);

} // namespace ketensync::formats
