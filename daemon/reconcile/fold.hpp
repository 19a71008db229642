#pragma once

#include <string>
#include <string_view>

namespace ketensync::reconcile {

/// The words of a UTF-8 text as people mean them and no system agrees on how to write them: lower-case ASCII letters
/// and digits, one space between words, no accents (ł ø đ ß ı ğ ş included), apostrophes gone ("d'Hondt" is "dhondt"),
/// any other mark a space. Letters of other scripts and bytes that are not UTF-8 are left out. Pure; any thread.
std::string fold(std::string_view text);

/// The same, appended to what `out` holds after it is cleared: no allocation when its capacity suffices.
void fold(std::string_view text, std::string & out);

} // namespace ketensync::reconcile
