#include "tests/region/places.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ketensync::region {
namespace {

// clang-format off
std::array<Gemeente, 8> const region {
    Gemeente { "0376", "Blaricum", "blaricum", no_day, "", "00000001001790034000" },
    Gemeente { "0317", "Eemnes", "eemnes", no_day, "", "00000001001800021000" },
    Gemeente { "1942", "Gooise Meren", "gooise-meren", no_day, "", "00000001855460009000" },
    Gemeente { "0402", "Hilversum", "hilversum", no_day, "", "00000001001810047000" },
    Gemeente { "0406", "Huizen", "huizen", no_day, "", "00000001001820055000" },
    Gemeente { "0417", "Laren", "laren", no_day, "", "00000001001830063000" },
    Gemeente { "1696", "Wijdemeren", "wijdemeren", day_of(2027, 1, 1), "0402", "00000001810940071000" },
    Gemeente { "0457", "Weesp", "weesp", day_of(2022, 3, 24), "0363", "00000001001840088000" },
};

std::array<Place, 21> const all_places {
    Place { "Blaricum", 0, "", 1261, 1261, 0.040 },
    Place { "Eemnes", 1, "", 3755, 3755, 0.034 },
    Place { "Bussum", 2, "", 1401, 1406, 0.125 },
    Place { "Naarden", 2, "", 1411, 1412, 0.063 },
    Place { "Muiden", 2, "", 1398, 1398, 0.016 },
    Place { "Muiderberg", 2, "", 1399, 1399, 0.013 },
    Place { "Hilversum", 3, "", 1211, 1223, 0.375 },
    Place { "Huizen", 4, "", 1271, 1277, 0.155 },
    Place { "Laren", 5, "", 1251, 1251, 0.038 },
    Place { "Loosdrecht", 6, "", 1231, 1231, 0.032 },
    Place { "Kortenhoef", 6, "", 1241, 1241, 0.023 },
    Place { "'s-Graveland", 6, "", 1243, 1243, 0.007 },
    Place { "Ankeveen", 6, "", 1244, 1244, 0.006 },
    Place { "Nederhorst den Berg", 6, "", 1394, 1394, 0.019 },
    Place { "Weesp", 7, "", 1381, 1384, 0.054 },
    Place { "Amsterdam", -1, "0363", 1011, 1109, 0 },
    Place { "Almere", -1, "0034", 1311, 1363, 0 },
    Place { "Amersfoort", -1, "0307", 3811, 3829, 0 },
    Place { "Utrecht", -1, "0344", 3511, 3585, 0 },
    Place { "Soest", -1, "0342", 3761, 3769, 0 },
    Place { "Baarn", -1, "0308", 3741, 3744, 0 },
};

constexpr std::string_view street_stems[] {
    "Kerk", "Dorps", "Molen", "School", "Stations", "Juliana", "Beatrix", "Wilhelmina", "Emma", "Prins Hendrik",
    "Oranje", "Eik", "Beuk", "Linden", "Berken", "Iepen", "Kastanje", "Wilgen", "Populieren", "Acacia", "Hei", "Bos",
    "Zand", "Meent", "Gooier", "Laarder", "Naarder", "Huizer", "Eemnesser", "Bussummer", "Vaart", "Haven", "Meer",
    "Zuider", "Noorder", "Ooster", "Wester", "Achter", "Voor", "Nieuwe", "Oude", "Rembrandt", "Vermeer", "Frans Hals",
    "Jan Steen", "Mondriaan", "Mauve", "Israëls", "Vondel", "Huygens", "Bilderdijk", "Multatuli", "Spinoza", "Erasmus",
    "Thorbecke", "Colijn", "Drees", "Dudok", "Berlage", "Merel", "Lijster", "Zwaluw", "Reiger", "Kievit", "Fazanten",
    "Rozen", "Tulpen", "Anjer", "Lelie", "Dahlia", "Tromp", "De Ruyter", "Piet Hein", "Evertsen", "Planeten", "Orion",
    "Jupiter", "Mercurius", "Componisten", "Mozart", "Beethoven", "Chopin", "Bach", "Zeven Linden", "Koninginne",
};
constexpr std::string_view street_ends[] {
    "straat", "weg", "laan", "plein", "dreef", "hof", "pad", "kade", "singel", "steeg",
};
// clang-format on

// Letters as they occur: without F, I, O, Q, U and Y, and never SA, SD or SS.
constexpr std::string_view letters = "ABCDEGHJKLMNPRSTVWXZ";

void set_letters(Address & address, std::uint32_t number)
{
    address.letters[0] = letters[number / letters.size() % letters.size()];
    address.letters[1] = letters[number % letters.size()];
    auto const second = address.letters[1];
    if (address.letters[0] == 'S' && (second == 'A' || second == 'D' || second == 'S')) {
        // The letter behind it: B, E or T.
        address.letters[1] = static_cast<char>(second + 1);
    }
}

} // namespace

std::span<Gemeente const> gemeenten()
{
    return region;
}
std::span<Place const> places()
{
    return all_places;
}
Day weesp_leaves()
{
    return region[7].until;
}
Day wijdemeren_joins()
{
    return region[6].until;
}

std::string Address::postcode() const
{
    std::string text;
    append_padded(text, digits, 4);
    text.append(letters, 2);
    return text;
}

std::string Address::street() const
{
    auto const spot
        = mix(digits, static_cast<std::uint64_t>(letters[0]) * 256U + static_cast<unsigned char>(letters[1]));
    auto const stem = street_stems[spot % std::size(street_stems)];
    auto const end = street_ends[(spot >> 32U) % std::size(street_ends)];
    return std::string(stem) + std::string(end);
}

std::string_view Address::woonplaats() const
{
    return all_places[place].name;
}

bool Address::same_home(Address const & other) const
{
    return digits == other.digits && house_number == other.house_number && addition == other.addition
        && letters[0] == other.letters[0] && letters[1] == other.letters[1];
}

std::string_view gemeente_code(Address const & address, Day day)
{
    auto const & place = all_places[address.place];
    if (place.gemeente < 0) {
        return place.outside;
    }
    auto const & gemeente = region[static_cast<std::size_t>(place.gemeente)];
    return day >= gemeente.until ? gemeente.successor : gemeente.code;
}

std::string_view gemeente_name(std::string_view code)
{
    for (auto const & gemeente : region) {
        if (gemeente.code == code) {
            return gemeente.name;
        }
    }
    for (auto const & place : all_places) {
        if (place.outside == code) {
            return place.name;
        }
    }
    return code;
}

bool in_region(Address const & address, Day day)
{
    auto const & place = all_places[address.place];
    return place.gemeente >= 0 && (place.gemeente != 7 || day < weesp_leaves());
}

Homes::Homes(std::uint64_t persons)
{
    std::vector<double> shares;
    for (auto const & place : all_places) {
        shares.push_back(place.share);
        // About twenty persons a postcode, as in life; small populations are not packed into one street.
        auto const ranges = place.postcode_last - place.postcode_first + 1;
        auto const wanted = static_cast<double>(persons) * place.share / (20.0 * ranges);
        m_postcodes_per_digits.push_back(static_cast<std::uint32_t>(std::clamp(wanted, 60.0, 397.0)));
    }
    m_places = Weighted(shares);
    m_house_number_max = std::clamp(static_cast<int>(persons / 2000), 90, 900);
}

Address Homes::at(Random & random, std::size_t place, Day from) const
{
    auto const & where = all_places[place];
    Address address;
    address.from = from;
    address.place = static_cast<std::uint8_t>(place);
    address.digits = static_cast<std::uint16_t>(random.between(where.postcode_first, where.postcode_last));
    set_letters(address, random.below(m_postcodes_per_digits[place]));
    // Low numbers are more frequent than high ones: streets are short.
    auto const number = 1 + random.unit() * random.unit() * m_house_number_max;
    address.house_number = static_cast<std::uint16_t>(number);
    if (random.chance(0.08)) {
        address.addition = static_cast<char>('a' + random.below(4));
    }
    return address;
}

Address Homes::inside(Random & random, Day from) const
{
    for (;;) {
        auto const place = m_places.choose(random);
        auto const address = at(random, place, from);
        if (in_region(address, from)) {
            return address;
        }
    }
}

Address Homes::nearby(Random & random, Address const & near, Day from) const
{
    for (;;) {
        auto const address = inside(random, from);
        if (all_places[address.place].gemeente == all_places[near.place].gemeente || !in_region(near, from)) {
            return address;
        }
    }
}

Address Homes::outside(Random & random, Day from) const
{
    constexpr std::size_t first_outside = 15;
    return at(
        random, first_outside + random.below(static_cast<std::uint32_t>(all_places.size() - first_outside)), from);
}

} // namespace ketensync::region
