#pragma once

#include "tests/region/person.hpp"
#include "tests/region/random.hpp"

#include <string>
#include <string_view>

namespace ketensync::region {

/// How dirty the sources are: each a share of the persons, or records, it can happen to. The one place where they
/// stand.
namespace rates {
// UWV
constexpr double uwv_bsn_absent = 0.03; // UWV must use the BSN (Wabb art. 11); some registrations lack it all the same
constexpr double uwv_bsn_zero_lost = 0.35; // of the numbers that start with a zero
constexpr double uwv_bsn_of_another = 0.003;
constexpr double uwv_bsn_invalid = 0.002;
constexpr double uwv_birth_partial = 0.008;
constexpr double uwv_married_name = 0.15; // of those who use a partner's name: it stands in geslachtsnaam
constexpr double uwv_typo = 0.015;
constexpr double uwv_diacritics_lost = 0.30;
constexpr double uwv_prefix_inside = 0.03; // of those with a voorvoegsel
constexpr double uwv_initials_only = 0.02;
constexpr double uwv_called_name = 0.04;
constexpr double uwv_old_address = 0.20; // of those who moved
constexpr double uwv_postcode_space = 0.05;
constexpr double uwv_no_email = 0.25;
constexpr double uwv_no_telephone = 0.15;
// Municipalities
constexpr double municipal_bsn_of_another = 0.001;
constexpr double municipal_bsn_invalid = 0.0005;
constexpr double municipal_birth_partial = 0.006;
// Training providers
constexpr double provider_typo = 0.010;
constexpr double provider_diacritics_lost = 0.12;
constexpr double provider_prefix_inside = 0.03;
constexpr double provider_called_name = 0.30;
constexpr double provider_no_birth = 0.03;
constexpr double provider_no_address = 0.15;
constexpr double provider_old_address = 0.25;
constexpr double provider_school_mail = 0.25;
constexpr double provider_no_mobile = 0.20;
constexpr double provider_no_initials = 0.30;
constexpr double provider_start_differs = 0.35;
constexpr double provider_queued = 0.05; // of those who have not begun yet
// The project sheet, typed by hand
constexpr double sheet_typo = 0.020;
constexpr double sheet_married_name = 0.70; // of those who use a partner's name
constexpr double sheet_diacritics_lost = 0.45;
constexpr double sheet_no_birth = 0.04;
constexpr double sheet_birth_dummy = 0.03;
constexpr double sheet_birth_swapped = 0.004;
constexpr double sheet_no_initials = 0.20;
constexpr double sheet_no_called_name = 0.30;
constexpr double sheet_initials_as_called = 0.03;
constexpr double sheet_no_postcode = 0.08;
constexpr double sheet_postcode_space = 0.35;
constexpr double sheet_old_address = 0.15;
constexpr double sheet_no_telephone = 0.20;
constexpr double sheet_no_email = 0.30;
constexpr double sheet_entered_twice = 0.003;
// UM
constexpr double um_no_email = 0.35;
} // namespace rates

/// A name as one party wrote it down.
struct ToldName {
    std::string given;
    std::string initials;
    std::string prefix;
    std::string family;
};

/// One slip of the keyboard: a letter doubled, dropped, changed, or swapped with its neighbour.
std::string with_typo(Random & random, std::string_view text);

/// Puts the prefix inside the family name, as people do: "van der Berg", "Berg, van der", "V.d. Berg", "Van Der Berg".
void put_prefix_inside(Random & random, ToldName & name);

/// "Bakker-de Vries": the names in the order of naamgebruik, with a prefix for the first.
ToldName used_name(Person const & person);
bool uses_partner_name(Person const & person);

/// The address that a party knows of on a day: some never hear of a move.
Address const & known_home(Random & random, Person const & person, Day day, double old_share);

/// "06-12345678" and other ways.
std::string typed_telephone(Random & random, std::string_view digits);
/// "1211 AB", "1211ab" …
std::string typed_postcode(Random & random, std::string const & postcode, double space_share);

/// A number that fails the elfproef, one digit away from the right one.
std::string invalid_bsn(Random & random, std::uint32_t bsn);

/// The BSN that the municipalities have of a person: nearly always the right one, and the same in SRG and BUS.
std::string municipal_bsn(std::uint64_t seed, Household const & household, Person const & person);
/// The BSN of somebody else: most often of the same household.
std::uint32_t bsn_of_another(Random & random, std::uint64_t seed, Household const & household, Person const & person);

} // namespace ketensync::region
