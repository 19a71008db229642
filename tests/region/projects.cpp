#include "tests/region/projects.hpp"

#include <array>

namespace ketensync::region {
namespace {

// clang-format off
std::array<Project, 12> const all_projects {
    Project { "P01", "ZorgStart", "Scholingstrajecten", "Zorg en welzijn", 120, 70,
        day_of(2021, 1, 1), day_of(2023, 12, 31), day_of(2025, 12, 31), 0, 1.6 },
    Project { "P02", "Aan de slag in de techniek", "Scholingstrajecten", "Techniek en bouw", 80, 45,
        day_of(2021, 3, 1), day_of(2023, 12, 31), no_day, 1, 1.0 },
    Project { "P03", "Doorstroombanen gemeenten", "Doorstroombanen", "Openbaar bestuur", 60, 35,
        day_of(2021, 4, 1), day_of(2024, 6, 30), no_day, -1, 0.8 },
    Project { "P04", "Van werk naar werk", "Bemiddeling", "Omscholing", 140, 90,
        day_of(2021, 1, 1), day_of(2024, 12, 31), day_of(2027, 12, 31), -1, 1.6 },
    Project { "P05", "Taal en werk", "Scholingstrajecten", "Basisvaardigheden", 100, 30,
        day_of(2021, 9, 1), day_of(2025, 8, 31), day_of(2028, 8, 31), 0, 1.4 },
    Project { "P06", "Jongeren in beeld", "Jongeren", "Jeugdwerkloosheid", 90, 40,
        day_of(2021, 6, 1), day_of(2023, 12, 31), day_of(2026, 12, 31), -1, 1.1 },
    Project { "P07", "Logistiek Vaart", "Scholingstrajecten", "Logistiek", 70, 45,
        day_of(2022, 2, 1), day_of(2025, 12, 31), no_day, 1, 0.9 },
    Project { "P08", "Kinderopvang leerwerkplekken", "Leerbanen", "Kinderopvang", 60, 40,
        day_of(2022, 9, 1), day_of(2026, 8, 31), day_of(2028, 8, 31), 0, 1.0 },
    Project { "P09", "Energietransitie Gooi", "Scholingstrajecten", "Energie en klimaat", 80, 50,
        day_of(2023, 3, 1), day_of(2027, 2, 28), no_day, 1, 1.1 },
    Project { "P10", "Horeca en evenementen", "Bemiddeling", "Horeca", 60, 40,
        day_of(2023, 5, 1), day_of(2026, 4, 30), no_day, -1, 0.8 },
    Project { "P11", "Statushouders aan het werk", "Bemiddeling", "Inburgering", 110, 50,
        day_of(2024, 9, 1), day_of(2029, 8, 31), no_day, 0, 1.4 },
    Project { "P12", "Media en ICT instroom", "Scholingstrajecten", "Media en ICT", 70, 40,
        day_of(2026, 7, 1), day_of(2031, 6, 30), no_day, 1, 1.2 },
};

constexpr std::array all_providers {
    Provider { "roc-gooi", "ROC Gooi", "student.roc-gooi.example" },
    Provider { "vakschool-vecht", "Vakschool Vecht", "leerling.vakschool-vecht.example" },
};

constexpr Course roc_courses[] {
    { "25655", "Verzorgende IG" }, { "25656", "Helpende zorg en welzijn" }, { "25697", "Pedagogisch medewerker" },
    { "25150", "Medewerker secretariaat en receptie" }, { "25138", "Financieel administratief medewerker" },
    { "25168", "Gastheer of gastvrouw" }, { "25180", "Zelfstandig werkend kok" }, { "25604", "Software developer" },
};
constexpr Course vakschool_courses[] {
    { "25331", "Eerste monteur elektrotechnische installaties" }, { "25332", "Monteur elektrotechnische installaties" },
    { "25350", "Monteur werktuigkundige installaties" }, { "25369", "Logistiek medewerker" }, { "25371", "Logistiek teamleider" },
    { "25106", "Timmerman" }, { "25129", "Schilder" }, { "25273", "Autotechnicus" },
};

constexpr Employer all_employers[] {
    { "Zorgcentrum De Eikenhof", "41190017" }, { "Stichting Thuiszorg Vechtoever", "41190025" },
    { "Kinderopvang De Meent", "32080411" }, { "Bouwbedrijf Van Nus & Zn", "32080429" },
    { "Installatietechniek Gooiland B.V.", "32080437" }, { "Transportbedrijf Vechtlijn", "32080445" },
    { "Supermarkt Laarderweg", "32080453" }, { "Hotel Heidezicht", "32080461" }, { "Mediapark Facilitair B.V.", "32080479" },
    { "Gemeente Hilversum", "32169933" }, { "Gemeente Huizen", "32169941" }, { "Gemeente Gooise Meren", "32169959" },
    { "Schoonmaakbedrijf Helder", "32080487" }, { "Tuincentrum Ankeveen", "32080495" }, { "Zonnedak Installaties", "32080503" },
    { "Restaurant Aan de Haven", "32080511" }, { "Basisschool De Regenboog", "41190033" }, { "Callcenter Oosterpoort", "32080529" },
    { "Distributiecentrum Weesperpoort", "32080537" }, { "Drukkerij Gebroeders Krijnen", "32080545" },
    { "Zorggroep Het Laar", "41190041" }, { "Beveiliging 't Gooi B.V.", "32080553" }, { "Fietsenmaker Spaakwerk", "32080561" },
    { "Uitzendbureau Aan Zet", "32080579" },
};
// clang-format on

constexpr Day half_a_year = 183;

} // namespace

Day Project::end_on(Day day) const
{
    return extended != no_day && day >= end - half_a_year ? extended : end;
}

std::string_view Project::status_on(Day day) const
{
    if (day > end_on(day)) {
        return "beëindigd";
    }
    if (extended != no_day && day >= end - half_a_year) {
        return "verlengd";
    }
    return day < begin + half_a_year ? "nieuw" : "lopend";
}

std::span<Project const> projects()
{
    return all_projects;
}
std::span<Provider const> providers()
{
    return all_providers;
}

std::span<Course const> courses(int provider)
{
    return provider == 0 ? std::span<Course const>(roc_courses) : std::span<Course const>(vakschool_courses);
}

std::span<Employer const> employers()
{
    return all_employers;
}

} // namespace ketensync::region
