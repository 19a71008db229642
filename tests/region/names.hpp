#pragma once

#include "tests/region/random.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

enum class Origin { dutch, turkish, moroccan, polish, surinamese };
enum class Sex { man, woman };

/// A family name with its voorvoegsel apart: {"van den", "Berg"}.
struct FamilyName {
    std::string prefix;
    std::string name;
    friend bool operator==(FamilyName const &, FamilyName const &) = default;
};

struct GivenNames {
    std::string all; ///< "Johannes Cornelis", as in the passport
    std::string called; ///< "Hans"
};

/// Gives names as often as they occur. Frequent family names come from lists by rank; the long tail of the Dutch ones
/// is made of parts, so that a large population has many rare names and not a few hundred frequent ones.
class Names {
public:
    Names();
    FamilyName family_name(Random & random, Origin origin) const;
    GivenNames given_names(Random & random, Origin origin, Sex sex, int birth_year) const;

private:
    struct Called {
        std::string formal;
        std::vector<std::string> called;
    };
    struct GivenList {
        std::vector<Called> names;
        Weighted weights;
    };
    struct FamilyList {
        std::vector<FamilyName> names;
        Weighted weights;
    };

    static GivenList given_list(std::span<std::string_view const> entries);
    static FamilyList family_list(std::span<std::string_view const> entries);
    GivenList const & given_list_for(Origin origin, Sex sex, int birth_year) const;
    FamilyName composed(Random & random) const;

    FamilyList m_dutch, m_turkish, m_moroccan, m_polish, m_surinamese;
    GivenList m_men_before, m_men_since, m_women_before, m_women_since;
    GivenList m_turkish_men, m_turkish_women, m_moroccan_men, m_moroccan_women, m_polish_men, m_polish_women;
    GivenList m_surinamese_men, m_surinamese_women;
    Weighted m_stems, m_ends;
};

/// Polish names have a form for women: Kowalski, Kowalska.
std::string family_name_for(Sex sex, Origin origin, std::string name);

/// "Johannes Cornelis" becomes "J.C."; Th, Ph, Ch and IJ give one letter, as the BRP has it.
std::string initials_of(std::string_view given_names);

/// The lists, by rank. Given names: the formal one, then what people are called, apart by slashes.
namespace lists {
std::span<std::string_view const> dutch_family();
std::span<std::string_view const> dutch_men_before();
std::span<std::string_view const> dutch_men_since();
std::span<std::string_view const> dutch_women_before();
std::span<std::string_view const> dutch_women_since();
std::span<std::string_view const> place_stems();
std::span<std::string_view const> place_ends();
std::span<std::string_view const> frisian_stems();
std::span<std::string_view const> frisian_ends();
std::span<std::string_view const> craft_stems();
std::span<std::string_view const> craft_ends();
std::span<std::string_view const> turkish_family();
std::span<std::string_view const> turkish_men();
std::span<std::string_view const> turkish_women();
std::span<std::string_view const> moroccan_family();
std::span<std::string_view const> moroccan_men();
std::span<std::string_view const> moroccan_women();
std::span<std::string_view const> polish_family();
std::span<std::string_view const> polish_men();
std::span<std::string_view const> polish_women();
std::span<std::string_view const> surinamese_family();
std::span<std::string_view const> surinamese_men();
std::span<std::string_view const> surinamese_women();
} // namespace lists

} // namespace ketensync::region
