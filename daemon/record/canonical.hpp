#pragma once

#include "daemon/record/schema.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ketensync::record {

/// The one way in which a value of a type is written, so that equal values are equal texts:
///
///   text          no blanks around, single spaces within, no control characters, Unicode NFC
///   name          as text, with straight apostrophes and hyphens; letters as given; nothing when it holds no letter
///   voorvoegsel   lower case, written out: "van der" for "V.d."
///   initials      "J.P."
///   sex           M V X
///   date          1968-07-01, 1968-07 or 1968, also from 19680701, 1968-07-00 and 01-07-1968; 00000000 is nothing
///   timestamp     2026-11-21T22:07:00Z, from any offset; milliseconds only where they are not zero
///   integer       "-12", of at most 18 digits          decimal   "12.5"          boolean   "true" or "false"
///   bsn           nine digits that satisfy the elfproef
///   kvk           eight digits                          gemeente  four digits
///   postcode      1234AB                                house_number  1 to 99999
///   email         lower case                            telephone "+31612345678"
///   code, identifier, reference   without blanks around; what they may be, their list or target says
///
/// Nothing when `text` has no such form. An empty result is no value at all. The result is a view of `text`, of
/// `scratch`, or of constant text: it lives as long as the shortest of these. Pure; no allocation where the text is
/// canonical already and plain ASCII.
std::optional<std::string_view> canonical(FieldType type, std::string_view text, std::string & scratch);

/// Short and stable, for grouping rejects: "bsn-invalid".
std::string_view invalid_reason(FieldType type);

/// Why `text` has no canonical form and what a sound value looks like; a phrase without the value: "has not nine
/// digits".
std::string_view why_invalid(FieldType type, std::string_view text);

/// `text` without blanks (space, tab, line ends) on both sides.
std::string_view trimmed(std::string_view text);

} // namespace ketensync::record
