#pragma once

#include <string>
#include <string_view>

namespace ketensync::record {

/// A name that stands in one field, taken apart as far as that can be seen.
struct FullName {
    std::string given; ///< names, not initials: "Jan Willem"
    std::string initials; ///< as typed: "J.P.", when there are no names but initials
    std::string family; ///< the surname as typed, prefix and partner's name included: "van der Berg-de Vries"
};

/// Takes "Jan de Boer", "J.P. van der Berg", "Berg, J.P. van der", "Berg, van der, J.P.", "Bakker - de Vries, Anna",
/// "mw. A. (Anna) Bakker" and the like apart. Where nothing shows where the surname begins, it is the last word: right
/// for most Dutch names, and wrong for who has two surnames without a hyphen. Pure.
void take_apart(std::string_view text, FullName & name);

} // namespace ketensync::record
