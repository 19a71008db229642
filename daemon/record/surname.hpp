#pragma once

#include <string>
#include <string_view>

namespace ketensync::record {

// Surnames as people type them, taken apart. Dutch surnames are kept without the prefix that stands before them
// ("van der"), but many systems have one field for both, and married people carry two names in one. Pure.

/// Whether `prefix`, in canonical form, is one of the prefixes known. The list is our own and not BRP table 36: an
/// unknown prefix may still be one, where a field of its own says so.
bool is_known_prefix(std::string_view prefix);

/// Writes the canonical form of a prefix to `result`: lower case, written out ("van der" for "V.d.", "v/d" and "vd").
/// False when it cannot be a prefix: something else than letters, or longer than the ten characters of the BRP.
bool canonical_prefix(std::string_view text, std::string & result);

/// Takes "van der Berg", "V.d. Berg" or "Berg, van der" apart: the canonical prefix, empty when there is none, and the
/// name without it.
void split_surname(std::string_view text, std::string & prefix, std::string & rest);

/// A surname taken apart altogether.
struct SurnameParts {
    std::string prefix;
    std::string name; ///< without prefix: of a double name, the second
    std::string partner_prefix;
    std::string partner; ///< of a double name, the first
};

/// Takes "van der Berg-de Vries" apart into de, Vries, van der and Berg: who carries two names mostly writes the
/// partner's first. Which one is whose cannot be seen, but it is done alike for every source.
void take_apart(std::string_view text, SurnameParts & parts);

/// Takes a double name apart, "Bakker-de Vries" into "Bakker" and "de Vries". `second` is the whole name and `first`
/// empty when it is not double ("'s-Gravesande" is not). Views of `text`.
void split_double(std::string_view text, std::string_view & first, std::string_view & second);

} // namespace ketensync::record
