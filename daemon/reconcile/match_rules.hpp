#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// What a column holds: all that the engine knows of it. How it is normalised, compared and looked up follows.
enum class MatchType : std::uint8_t {
    given_name,
    initials,
    surname, ///< of several columns each is a name the person may go by: of birth, of the partner
    full_name, ///< given names and surname in one, in either order
    birth_date, ///< day, month and year, or the year alone
    sex,
    identifier, ///< a number that one thing has and no other
    postcode,
    house_number,
    street,
    place,
    email,
    telephone,
    text,
    number,
    code,
};
constexpr std::size_t match_type_count = 16;
constexpr std::array<std::string_view, match_type_count> match_type_names { "given_name", "initials", "surname",
    "full_name", "birth_date", "sex", "identifier", "postcode", "house_number", "street", "place", "email", "telephone",
    "text", "number", "code" };

constexpr std::string_view to_text(MatchType type)
{
    return match_type_names[static_cast<std::size_t>(type)];
}
std::optional<MatchType> match_type(std::string_view name);

/// Whether the numbers of an identifier prove themselves: two different proven ones are never one thing.
enum class Proof : std::uint8_t {
    from_data, ///< elfproef when nearly all of a file's numbers pass it, else none
    none,
    elfproef,
    assigned, ///< equal ones are one thing, whatever their digits; different ones bar nothing
};

struct MatchColumn {
    std::string name;
    MatchType type = MatchType::text;
    Proof proof = Proof::from_data;
};

/// What is to be known of records to find out which are about the same thing: their columns' types. All else has a
/// default that holds for any data.
struct MatchRules {
    static constexpr std::size_t columns_max = 24;
    std::vector<MatchColumn> columns;
    double link = 0.0; ///< bits from which records are one: more likely than not
    double review = -4.0; ///< bits from which a person may be asked
};

} // namespace ketensync::reconcile
