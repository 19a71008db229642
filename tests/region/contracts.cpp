#include "tests/region/contracts.hpp"

#include "tests/region/places.hpp"
#include "tests/region/random.hpp"

#include <algorithm>
#include <array>

namespace ketensync::region {
namespace {

// clang-format off
std::array<Contract, 5> const all_contracts {
    Contract { "C01", "Taal voor ouders", "volwasseneneducatie", "Taalhuis Vecht", 24, day_of(2023, 9, 1), day_of(2025, 8, 31) },
    Contract { "C02", "Rekenen en digitaal", "volwasseneneducatie", "Taalhuis Vecht", 16, day_of(2024, 1, 1), no_day },
    Contract { "C03", "Inburgering, B1-route", "inburgering", "Leerbedrijf Gooi", 40, day_of(2023, 1, 1), no_day },
    Contract { "C04", "Inburgering, Z-route", "inburgering", "Leerbedrijf Gooi", 20, day_of(2023, 1, 1), day_of(2026, 3, 31) },
    Contract { "C05", "Alfabetisering", "inburgering", "De Taalschool & Co", 12, day_of(2025, 2, 1), no_day },
};
// clang-format on

constexpr std::array levels { "Alfa B", "A1", "A2", "B1", "B2" };

Day weekly(Day day) { return (day + 6) / 7 * 7; }

} // namespace

std::span<Contract const> contracts() { return all_contracts; }

std::vector<CourseTold> courses_told(World const & world)
{
    std::vector<CourseTold> all;
    for (auto const & household : world.households) {
        for (auto const & person : household.persons) {
            auto const dice = mix(world.seed + 9, person.index);
            if (dice % 4 != 0) {
                continue;
            }
            CourseTold one;
            one.contract = dice / 4 % all_contracts.size();
            auto const & contract = all_contracts[one.contract];
            auto const last = contract.end == no_day ? day_of(2026, 6, 1) : contract.end - 60;
            one.begin = contract.begin + static_cast<Day>(dice / 64 % static_cast<std::uint64_t>(last - contract.begin));
            one.gemeente = gemeente_code(person.home(one.begin), one.begin);
            auto const from = dice / 7 % 3;
            one.level_begin = levels.at(from);
            one.known = weekly(one.begin + (dice % 11 == 0 ? 45 : 3));
            if (dice / 128 % 5 != 0) {
                one.end = one.begin + 30 + static_cast<Day>(dice / 32 % 300);
                one.completed = dice / 16 % 3 != 0;
                one.level = one.completed && dice % 17 != 0 ? levels.at(from + 1 + dice / 8 % 2) : "";
                one.end_known = std::max(one.known, weekly(one.end + (dice % 9 == 0 ? 100 : 3)));
                one.broken = dice / 256 % 29 == 0;
            }
            all.push_back(std::move(one));
        }
    }
    return all;
}

std::map<std::string, std::int64_t> true_sheets(std::vector<CourseTold> const & told, Day first, Day last, Day known)
{
    std::map<std::string, std::int64_t> sheets;
    for (std::size_t i = 0; i < all_contracts.size(); ++i) {
        auto const & contract = all_contracts[i];
        if (contract.begin > last || contract.end < first) {
            continue;
        }
        auto const at = std::string(contract.provider) + '|' + std::string(contract.code) + '|';
        for (auto const * column : { "benut", "gestart", "gestopt", "afgerond", "weggelaten" }) {
            sheets[at + column] = 0;
        }
        sheets[at + "plekken"] = contract.places;
        for (auto const & one : told) {
            if (one.contract != i || one.known > known) {
                continue;
            }
            bool const ended = one.end_known <= known;
            if (ended && one.broken) {
                ++sheets[at + "weggelaten"];
                continue;
            }
            auto const end = ended ? one.end : no_day;
            sheets[at + "benut"] += one.begin <= last && end > last ? 1 : 0;
            sheets[at + "gestart"] += one.begin >= first && one.begin <= last ? 1 : 0;
            if (end >= first && end <= last) {
                ++sheets[at + (one.completed ? "afgerond" : "gestopt")];
                if (one.completed) {
                    ++sheets[at + "niveau:" + (one.level.empty() ? "onbekend" : one.level)];
                }
            }
        }
    }
    return sheets;
}

} // namespace ketensync::region
