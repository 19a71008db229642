#pragma once

#include <string>
#include <string_view>

namespace ketensync::region {

/// `text` in ASCII: "Yıldız" becomes "Yildiz", "Łukasz" "Lukasz", "ß" "ss".
std::string without_diacritics(std::string_view text);

/// `text` in Windows code page 1252; a letter that has no place there loses its sign ("ş" becomes "s").
std::string to_cp1252(std::string_view text);

std::string upper_ascii(std::string_view text);
std::string lower_ascii(std::string_view text);

/// Appends `text` between quotes, escaped as JSON asks.
void append_json(std::string & out, std::string_view text);
/// Appends `text`, or null when it is empty.
void append_json_or_null(std::string & out, std::string_view text);

/// The length in bytes of the UTF-8 character that starts with `lead`.
unsigned utf8_length(char lead);

} // namespace ketensync::region
