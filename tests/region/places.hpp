#pragma once

#include "tests/region/day.hpp"
#include "tests/region/random.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// A municipality of the region, from the first to the last day that it is one.
struct Gemeente {
    std::string_view code;
    std::string_view name;
    std::string_view slug; ///< for folder and source names: "gooise-meren"
    Day until; ///< the first day on which it is no longer a municipality of the region; no_day if it stays
    std::string_view successor;
    std::string_view oin;
};

std::span<Gemeente const> gemeenten();

/// The first day of Weesp in Amsterdam, and of Wijdemeren in Hilversum.
Day weesp_leaves();
Day wijdemeren_joins();

/// A place where people live. Places outside the region have gemeente -1 and a code of their own.
struct Place {
    std::string_view name;
    int gemeente; ///< index in gemeenten()
    std::string_view outside; ///< code of the municipality when it lies outside the region
    int postcode_first;
    int postcode_last;
    double share;
};

std::span<Place const> places();

/// An address, from a day on.
struct Address {
    Day from = 0;
    std::uint8_t place = 0;
    char letters[2] = { 'A', 'A' };
    char addition = 0; ///< of the house number: 'a', or none
    std::uint16_t digits = 0;
    std::uint16_t house_number = 0;

    std::string postcode() const; ///< "1211AB"
    std::string street() const; ///< follows from the postcode, as in life
    std::string_view woonplaats() const;
    bool same_home(Address const & other) const;
};

/// The code of the municipality in which an address lies on a day: "0402".
std::string_view gemeente_code(Address const & address, Day day);
std::string_view gemeente_name(std::string_view code);
bool in_region(Address const & address, Day day);

/// Where people come to live. The larger the population, the more streets and houses there are.
class Homes {
public:
    explicit Homes(std::uint64_t persons);
    Address inside(Random & random, Day from) const;
    /// In the same municipality as `near`.
    Address nearby(Random & random, Address const & near, Day from) const;
    Address outside(Random & random, Day from) const;

private:
    Address at(Random & random, std::size_t place, Day from) const;

    Weighted m_places;
    std::vector<std::uint32_t> m_postcodes_per_digits;
    int m_house_number_max;
};

} // namespace ketensync::region
