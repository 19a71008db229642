#pragma once

#include "daemon/reconcile/names.hpp"
#include "daemon/reconcile/rules.hpp"

#include <array>
#include <cstdint>

namespace ketensync::reconcile {

/// A birth date as told: parts that are not known are 0.
struct Birth {
    std::uint16_t year = 0;
    std::uint8_t month = 0;
    std::uint8_t day = 0;

    /// The first of January is what people fill in when they know the year only.
    bool full() const { return month != 0 && day != 0 && !(month == 1 && day == 1); }
    friend bool operator==(Birth const &, Birth const &) = default;
};

/// What the comparison of persons sees of one record, 52 bytes: names as numbers of a dictionary, other texts as hashes
/// (32 bits: two different ones are taken for equal once in four billion, and never decide alone). Zero means not told.
struct Features {
    NameId surname = 0;
    NameId partner = 0;
    std::array<NameId, 2> given {};
    std::uint32_t initials = 0; ///< up to six letters of five bits, the first lowest; a = 1
    Birth birth;
    std::uint32_t postcode : 24 = 0; ///< digits * 676 + letters + 1; of four digits only, see postcode_whole
    std::uint32_t sex : 2 = 0; ///< 1 man, 2 woman
    std::uint32_t postcode_whole : 1 = 0;
    std::uint32_t initials_told : 1 = 0; ///< otherwise they are those of the given names
    std::uint32_t house_number = 0;
    std::uint32_t email = 0;
    std::uint32_t telephone = 0;
    std::uint32_t bsn = 0; ///< only when it is a possible one: nine digits, eleven-proof, no dummy
    std::array<std::uint32_t, 2> identifier {}; ///< 64 bits: equal ones do decide

    friend bool operator==(Features const &, Features const &) = default;
};
static_assert(sizeof(Features) == 52);

constexpr std::uint32_t postcode_digits(Features const & features)
{
    return (std::uint32_t { features.postcode } - 1) / 676;
}
constexpr std::uint32_t initial_at(std::uint32_t initials, unsigned place)
{
    return initials >> 5 * place & 31U;
}
constexpr bool has_identifier(Features const & features)
{
    return features.identifier[0] != 0;
}

/// All that a record tells, read from its values; names are entered in `names`, not counted.
Features read_features(record::Values const & values, ProbableRules const & rules, Names & names);

/// The surnames a record may be known by, each once: its own, its partner's, and the names of double names.
struct Surnames {
    std::array<NameId, 6> names {};
    std::size_t count = 0;
    NameId const * begin() const { return names.data(); }
    NameId const * end() const { return names.data() + count; }
};
Surnames surnames_of(Features const & features, Names const & names);

/// Nine digits that pass the eleven-proof and are not one digit repeated; 0 otherwise. Eight digits lack their zero.
std::uint32_t possible_bsn(std::string_view text);

} // namespace ketensync::reconcile
