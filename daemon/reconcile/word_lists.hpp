#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// What is known of how people write names, everywhere and whatever the rules: folded words (fold.hpp), in the binary
/// so that a file needs no configuration to be matched. Constant; any thread.

/// No part of a surname, wherever it stands in it: "van", "der", "al".
bool is_surname_prefix(std::string_view word);
/// No part of any name: "mr", "dr", "jr".
bool is_title(std::string_view word);

/// The mailbox of a desk or of nobody ("info", "noreply"): an address that many have says nothing of who it is.
bool is_desk(std::string_view mailbox);

/// The sets of first names that one person goes by ("jan" and "johannes" have one in common): their numbers, from 1.
std::span<std::uint16_t const> alike_sets(std::string_view word);

/// "straat" for "str", the word itself when it is no shortened one.
std::string_view street_word(std::string_view word);

} // namespace ketensync::reconcile
