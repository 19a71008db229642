#include "tests/region/um.hpp"

#include "tests/region/dirt.hpp"
#include "tests/region/letters.hpp"
#include "tests/region/uwv.hpp"

#include <algorithm>
#include <array>

namespace ketensync::region {
namespace {

struct Occupation {
    char const * code;
    char const * name;
    char const * sbi;
};

constexpr std::array occupations {
    Occupation { "5312", "Verzorgende", "86101" },
    Occupation { "8132", "Magazijnmedewerker", "52109" },
    Occupation { "9411", "Schoonmaker gebouwen", "81210" },
    Occupation { "5223", "Verkoopmedewerker", "47190" },
    Occupation { "4132", "Administratief medewerker", "69201" },
    Occupation { "7411", "Elektromonteur", "43210" },
    Occupation { "5120", "Kok", "56101" },
    Occupation { "8322", "Bezorger", "53202" },
    Occupation { "5311", "Pedagogisch medewerker", "88911" },
    Occupation { "2512", "Softwareontwikkelaar", "62010" },
};

constexpr std::array licences { "B", "B", "B", "BE", "C", "AM", "D" };

} // namespace

void append_profile(std::string & out, std::uint64_t seed, Person const & person, Day day)
{
    Random random(seed, Purpose::um_profile, person.index);
    auto const & occupation = random.pick(occupations);
    auto const & spell = person.registrations.front();
    auto const least = random.between(1, 6) * 4;
    out += "{\"idWerkzoekende\":";
    append_json(out, werkzoekende_id(person, false));
    out += ",\"indicatieLdrRegistratie\":" + std::to_string(random.between(1, 2));
    out += ",\"indicatieBeschikbaarheidContactgegevens\":1";
    out += ",\"mobiliteit\":{\"bemiddelingspostcode\":";
    append_json(out, person.home(day).postcode());
    out += ",\"maximaleReisafstand\":" + std::to_string(random.between(1, 10) * 5);
    out += ",\"maximaleReistijd\":" + std::to_string(random.between(1, 6) * 15);
    out += "},\"flexibiliteit\":{\"codeRegiostraal\":" + std::to_string(random.between(1, 5));
    out += ",\"indicatieOnregelmatigWerkOfPloegendienst\":" + std::to_string(random.between(0, 2));
    out += ",\"datumAanvangBeschikbaarVoorWerk\":";
    append_json(out, iso(spell.begin + random.between(0, 30)));
    out += "},\"werktijden\":{\"aantalWerkurenPerWeekMinimaal\":" + std::to_string(least);
    out += ",\"aantalWerkurenPerWeekMaximaal\":" + std::to_string(std::min(least + random.between(0, 4) * 4, 40));
    out += ",\"indicatieKantoortijden\":" + std::to_string(random.between(0, 2));
    out += "},\"contractvorm\":[{\"codeTypeArbeidscontract\":\"B\",\"codeTypeOvereenkomst\":\"0";
    out += static_cast<char>('1' + random.below(4));
    out += "\"}],\"arbeidsmarktkwalificatie\":{\"codeWerkEnDenkniveauWerkzoekende\":";
    out += std::to_string(random.between(1, 7));
    out += ",\"taalbeheersing\":[{\"codeTaal\":\"nld\",\"codeNiveauTaalbeheersingMondeling\":";
    out += std::to_string(random.between(1, 4));
    out += ",\"codeNiveauTaalbeheersingSchriftelijk\":" + std::to_string(random.between(1, 4));
    out += "}],\"rijbewijs\":[";
    auto const drives = random.chance(0.6);
    auto const * licence = random.pick(licences);
    if (drives) {
        out += "{\"codeSoortRijbewijs\":\"" + std::string(licence) + "\"}";
    }
    out += "]},\"emailadres\":[";
    if (!random.chance(rates::um_no_email)) {
        append_json(out, person.email);
    }
    out += "],\"telefoonnummer\":[";
    append_json(out, person.telephone);
    // A number, as the standard has it: leading zeros of an SBI code are lost.
    out += "],\"sector\":[{\"codeSbi\":" + std::string(occupation.sbi) + "}],\"bemiddelingsberoep\":[";
    if (random.chance(0.8)) {
        out += "{\"codeBeroepsnaam\":\"" + std::string(occupation.code) + "\",\"omschrijvingBeroepsnaam\":\""
            + occupation.name + "\"}";
    } else {
        out += "{\"naamBeroepOngecodeerd\":\"" + std::string(occupation.name) + "\"}";
    }
    out += "]}";
}

} // namespace ketensync::region
