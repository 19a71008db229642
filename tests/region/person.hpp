#pragma once

#include "tests/region/day.hpp"
#include "tests/region/names.hpp"
#include "tests/region/places.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::region {

/// From the first to the last day; still running when `end` is no_day.
struct Spell {
    Day begin = 0;
    Day end = no_day;
    bool touches(Day first, Day last) const { return begin <= last && end >= first; }
};

/// A re-integratievoorziening: what a municipality gives to get somebody to work.
struct Voorziening {
    Spell spell;
    std::uint8_t type = 99;
    std::uint8_t reason = 0;
    std::uint8_t loonwaarde = 0;
    std::uint16_t number = 0; ///< among those of the person
};

/// Why and how a deelname ended.
enum class Outcome { running, werk, opleiding, verhuisd, uitval, anders };

/// One taking part in a project, or in a course outside the projects: a traject.
struct Deelname {
    Spell spell;
    int project = -1; ///< index in projects(); -1: a course of the provider's own
    int provider = -1;
    int course = 0; ///< of the provider's own, when there is no project
    bool in_sheet = false;
    std::uint64_t sheet_rank = 0; ///< among all rows of the sheet, by day
    Outcome outcome = Outcome::running; ///< once it has ended
    std::uint16_t number = 0; ///< among those of the person
    std::uint8_t employer = 0;
    std::uint8_t placement = 0;
    std::uint8_t hours = 0;
};

/// One inhabitant as he truly is, with his life: what has happened, and what still will.
struct Person {
    std::uint64_t index = 0;
    std::uint32_t bsn = 0;
    Sex sex = Sex::man;
    Origin origin = Origin::dutch;
    Day birth = 0;
    GivenNames given;
    FamilyName own;
    FamilyName partner;
    char naamgebruik = 'E';
    std::string email;
    std::string telephone; ///< ten digits
    std::vector<Address> addresses;
    std::vector<Spell> registrations; ///< as werkzoekende
    std::vector<Voorziening> voorzieningen;
    std::vector<Deelname> deelnames;
    std::uint64_t registration_rank = 0; ///< among all who ever register, by day
    bool registered_twice = false;

    Address const & home(Day day) const;
    std::string id() const { return "P" + std::to_string(index); }
};

/// A bijstandsuitkering, of one person or of a couple.
struct Uitkering {
    Spell spell;
    std::uint8_t statistiekcode = 1;
    std::uint8_t reason = 98;
    std::uint8_t extra_kostendelers = 0; ///< who do not belong to the household
    std::vector<std::uint8_t> persons; ///< index in the household
    std::uint16_t number = 0;
};

/// People who live, or lived, at one address.
struct Household {
    std::uint64_t index = 0;
    std::size_t parents = 1; ///< one or two; who comes after them are their grown children
    std::vector<Person> persons;
    std::vector<Uitkering> uitkeringen;
};

} // namespace ketensync::region
