#pragma once

#include <cstddef>
#include <string_view>

namespace ketensync::reconcile {

/// How alike two normalised texts are. Bytes are letters, so texts are folded first; of longer ones the first 64 count.
/// Nothing is read beyond the views. Positions of a letter are found sixteen at a time where the machine can (SSE2,
/// which every x86-64 has), one at a time elsewhere; the results are the same. Pure; any thread.
///
/// Jaro as in M. A. Jaro, "Advances in record-linkage methodology", JASA 84 (1989); Winkler's bonus for a common start
/// as in W. E. Winkler, "String comparator metrics and enhanced decision rules", ASA (1990): 0.1 a letter, 4 letters.
double jaro_winkler(std::string_view a, std::string_view b);

/// Letters put in, left out, replaced or swapped with a neighbour, each letter touched once ("optimal string
/// alignment"): H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", Nordic Journal
/// of Computing 10 (2003).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Of a text without its order: how often each of eight sorts of letters is in it, in four bits each.
std::uint32_t letter_counts(std::string_view text);
/// False when two texts of these counts cannot be one edit apart.
bool counts_within_one_edit(std::uint32_t a, std::uint32_t b);
/// edit_distance(a, b) <= 1, in one pass.
bool within_one_edit(std::string_view a, std::string_view b);

} // namespace ketensync::reconcile
