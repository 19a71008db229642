#pragma once

#include <string>
#include <string_view>

namespace ketensync::record {

// Letters beyond ASCII, with as little as names need. The only door to utf8proc. Pure.

/// True when every byte is below 0x80.
bool is_ascii(std::string_view text);

/// Writes `text` composed (NFC) to `result`, blanks of every width as a space and invisible characters left out;
/// `as_name` also makes typographic apostrophes and hyphens plain. False when the bytes are no UTF-8.
bool compose(std::string_view text, bool as_name, std::string & result);

/// The first character of `text` in capitals, its length in `size`; empty when it is no letter.
std::string capital(std::string_view text, std::size_t & size);

/// Whether the character that `text` begins with is a lower-case letter.
bool is_lower_letter(std::string_view text);

} // namespace ketensync::record
