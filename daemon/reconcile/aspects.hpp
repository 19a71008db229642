#pragma once

#include "daemon/record/schema.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ketensync::reconcile {

/// One thing about people that is compared as a whole, from the fields that together tell it: a given name and initials
/// agree or differ together, and so do a postcode and a house number. Which fields these are stands in the rules.
enum class Aspect : std::uint8_t { surname, given, birth_date, sex, address, email, telephone };
constexpr std::size_t aspect_count = 7;
constexpr std::size_t aspect_fields_max = 2;
constexpr std::size_t levels_max = 8;

/// How two records agree on an aspect; 0 is always "not to be compared: one of them does not say", and the last level
/// of each aspect is `different`.
using Level = std::uint8_t;
constexpr Level missing = 0;

namespace surname {
enum : Level {
    exact = 1,
    part, ///< the partner's name, or one name of a double name, on either side
    close,
    different,
};
}
namespace given {
enum : Level {
    exact = 1,
    alike, ///< another of the given names, or a name the same person goes by
    close,
    initials, ///< two or more initials agree, where a name is missing on one side or the names differ
    initial, ///< one initial agrees and on one side that is all there is
    called, ///< initials of one side and the first letter of what the other is called, which differs
    different,
};
}
namespace birth_date {
enum : Level {
    exact = 1,
    swapped, ///< day and month
    typo, ///< one part differs, by one digit or by two digits swapped
    month, ///< year and month agree and on one side that is all there is
    year, ///< the year agrees and on one side that is all there is, or the rest is a dummy
    different,
};
}
namespace sex {
enum : Level { exact = 1, different };
}
namespace address {
enum : Level {
    exact = 1,
    postcode, ///< with another house number, or none
    area, ///< the four digits
    different,
};
}
namespace contact { // e-mail and telephone
enum : Level { exact = 1, different };
}

/// How an aspect is written in the rules: its name, the types of its fields in their order, its levels from level 1.
struct AspectForm {
    std::string_view name;
    std::array<record::FieldType, aspect_fields_max> types;
    std::size_t fields;
    std::array<std::string_view, levels_max> levels;
    std::size_t level_count;
};

inline constexpr std::array<AspectForm, aspect_count> aspect_forms { {
    { "surname", { record::FieldType::name, record::FieldType::name }, 2, { "exact", "part", "close", "different" },
        4 },
    { "given", { record::FieldType::name, record::FieldType::initials }, 2,
        { "exact", "alike", "close", "initials", "initial", "called", "different" }, 7 },
    { "birth_date", { record::FieldType::date }, 1, { "exact", "swapped", "typo", "month", "year", "different" }, 6 },
    { "sex", { record::FieldType::sex }, 1, { "exact", "different" }, 2 },
    { "address", { record::FieldType::postcode, record::FieldType::house_number }, 2,
        { "exact", "postcode", "area", "different" }, 4 },
    { "email", { record::FieldType::email }, 1, { "exact", "different" }, 2 },
    { "telephone", { record::FieldType::telephone }, 1, { "exact", "different" }, 2 },
} };

constexpr std::size_t at(Aspect aspect)
{
    return static_cast<std::size_t>(aspect);
}

} // namespace ketensync::reconcile
