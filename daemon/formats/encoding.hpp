#pragma once

#include "daemon/formats/format.hpp"
#include "daemon/formats/tree.hpp"

#include <memory>
#include <optional>
#include <string>
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

/// A page of text as it is cut: without byte order mark, and in an encoding in which every line end is one byte.
struct PageText {
    std::string_view bytes; ///< of the page, or of `converted`
    std::unique_ptr<std::string> converted {}; ///< from UTF-16
    Encoding encoding = Encoding::utf8; ///< utf8, cp1252 or iso_8859_1
};

/// The page in the encoding that its mark tells, that was declared, or that is found out. bad_page when it is not text
/// in that encoding as a whole, when it is in doubt, or when it is UTF-16 and larger than `bytes_max`.
Result<PageText> page_text(std::string_view page, Encoding declared, std::size_t bytes_max);

/// The context to give with documents in `found` of a layout that says `declared`, and the reverse: the encoding of
/// documents with that context, whose mark is taken off.
std::string with_mark(std::string_view context, Encoding found, Encoding declared);
Encoding take_mark(std::string_view & context, Encoding declared);

} // namespace ketensync::formats
