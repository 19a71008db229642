#include "tests/region/project_sheet.hpp"

#include "tests/region/dirt.hpp"
#include "tests/region/letters.hpp"
#include "tests/region/ooapi.hpp"
#include "tests/region/projects.hpp"

#include <algorithm>
#include <array>

namespace ketensync::region {
namespace {

constexpr Day announced_before = 90;
constexpr std::array results { "", "werk", "opleiding", "verhuisd", "uitval", "anders" };
constexpr std::array placements { "regulier", "leerbaan", "werkervaring", "proefplaatsing" };

void cell(std::string & out, std::string_view text)
{
    if (text.find_first_of(";\"\n") == std::string_view::npos) {
        out += text;
    } else {
        out += '"';
        for (auto const c : text) {
            out.append(c == '"' ? 2 : 1, c);
        }
        out += '"';
    }
    out += ';';
}

std::string typed_family(Random & random, Person const & person)
{
    auto const married = random.chance(rates::sheet_married_name);
    auto const typo = random.chance(rates::sheet_typo);
    auto const plain = random.chance(rates::sheet_diacritics_lost);
    auto const shouted = random.chance(0.02);
    auto name = married ? used_name(person) : ToldName { {}, {}, person.own.prefix, person.own.name };
    if (typo) {
        name.family = with_typo(random, name.family);
    }
    put_prefix_inside(random, name);
    if (plain) {
        name.family = without_diacritics(name.family);
    }
    return shouted ? upper_ascii(name.family) : name.family;
}

std::string typed_initials(Random & random, Person const & person)
{
    auto text = initials_of(person.given.all);
    auto const how = random.unit();
    if (random.chance(rates::sheet_no_initials)) {
        return {};
    }
    if (how < 0.25) {
        return text.substr(0, 2);
    }
    if (how < 0.45) {
        text.erase(std::remove(text.begin(), text.end(), '.'), text.end());
    }
    return text;
}

std::string typed_birth(Random & random, Day birth)
{
    auto const how = random.unit();
    if (how < rates::sheet_no_birth) {
        return {};
    }
    std::string text;
    append_dutch(text, birth);
    auto const date = date_of(birth);
    if (how < rates::sheet_no_birth + rates::sheet_birth_dummy) {
        return "01-01-" + text.substr(6);
    }
    if (how < rates::sheet_no_birth + rates::sheet_birth_dummy + rates::sheet_birth_swapped && date.day <= 12) {
        return text.substr(3, 3) + text.substr(0, 3) + text.substr(6);
    }
    return text;
}

std::string typed_called(Random & random, Person const & person)
{
    auto const how = random.unit();
    if (how < rates::sheet_no_called_name) {
        return {};
    }
    if (how < rates::sheet_no_called_name + rates::sheet_initials_as_called) {
        return initials_of(person.given.all);
    }
    return person.given.called;
}

void append_home(std::string & out, Random & random, Person const & person, Day day)
{
    auto const & home = known_home(random, person, day, rates::sheet_old_address);
    auto const absent = random.chance(rates::sheet_no_postcode);
    auto const postcode = typed_postcode(random, home.postcode(), rates::sheet_postcode_space);
    auto const spaced = random.chance(0.5);
    cell(out, absent ? "" : postcode);
    auto number = std::to_string(home.house_number);
    if (home.addition != 0) {
        number += spaced ? " " : "";
        number += home.addition;
    }
    cell(out, absent ? "" : number);
}

void append_end(std::string & out, Random & random, Deelname const & deelname, bool ended)
{
    auto const with_kvk = random.chance(0.7);
    std::string end;
    if (ended) {
        append_dutch(end, deelname.spell.end);
    }
    cell(out, end);
    cell(out, ended ? results[static_cast<std::size_t>(deelname.outcome)] : "");
    if (ended && deelname.outcome == Outcome::werk) {
        auto const & employer = employers()[deelname.employer];
        cell(out, employer.name);
        cell(out, with_kvk ? employer.kvk : "");
        cell(out, placements[deelname.placement]);
        out += std::to_string(deelname.hours);
    } else {
        out += ";;;";
    }
}

} // namespace

std::string deelname_id(Person const & person, Deelname const & deelname)
{
    return "D" + std::to_string(person.index) + "-" + std::to_string(deelname.number);
}

std::string sheet_header()
{
    return "nummer;projectcode;naam;voorletters;roepnaam;geboortedatum;geslacht;postcode;huisnummer;gemeente;telefoon;"
           "email;start;einde;resultaat;werkgever;kvk;soort_plaatsing;uren\r\n";
}

std::string projects_csv(std::uint64_t persons, Day day, Truth & truth)
{
    std::string out = "code;naam;categorie;thema;status;doel_trajecten;doel_plaatsingen;begin;einde\r\n";
    auto const scaled = [&](int target) {
        return std::to_string(std::max<std::uint64_t>(1, static_cast<std::uint64_t>(target) * persons / 10'000));
    };
    for (auto const & project : projects()) {
        if (project.begin - announced_before > day) {
            continue;
        }
        for (auto const text :
            { project.code, project.name, project.category, project.theme, project.status_on(day) }) {
            cell(out, text);
        }
        cell(out, scaled(project.trajecten));
        cell(out, scaled(project.plaatsingen));
        append_dutch(out, project.begin);
        out += ';';
        append_dutch(out, project.end_on(day));
        out += "\r\n";
        truth.project("projectadministratie", project.code);
    }
    return to_cp1252(out);
}

void SheetWriter::add_row(Person const & person, Deelname const & deelname, bool again, Truth & truth)
{
    Random random(m_seed, Purpose::sheet_dirt, person.index, deelname.number * 2U + (again ? 1U : 0U));
    auto const number = deelname.sheet_rank * 2 + (again ? 1 : 0);
    std::string key = "WAW-";
    append_padded(key, number, 7);
    std::string out;
    cell(out, key);
    cell(out, projects()[static_cast<std::size_t>(deelname.project)].code);
    cell(out, typed_family(random, person));
    cell(out, typed_initials(random, person));
    cell(out, typed_called(random, person));
    cell(out, typed_birth(random, person.birth));
    cell(out, random.chance(0.02) ? "" : person.sex == Sex::man ? "M" : "V");
    auto const begin = deelname.spell.begin;
    append_home(out, random, person, begin);
    cell(out, gemeente_name(gemeente_code(person.home(begin), begin)));
    auto const telephone = typed_telephone(random, person.telephone);
    cell(out, random.chance(rates::sheet_no_telephone) ? std::string() : telephone);
    cell(out, random.chance(rates::sheet_no_email) ? std::string() : person.email);
    append_dutch(out, begin);
    out += ';';
    append_end(out, random, deelname, deelname.spell.end <= m_day);
    out += "\r\n";
    m_rows.emplace_back(number, to_cp1252(out));
    truth.persoon("projectadministratie", key, person.index);
    truth.deelname("projectadministratie", key, deelname_id(person, deelname));
}

void SheetWriter::add(Household const & household, Truth & truth)
{
    for (auto const & person : household.persons) {
        for (auto const & deelname : person.deelnames) {
            if (!deelname.in_sheet || deelname.project < 0 || deelname.spell.begin > m_day) {
                continue;
            }
            add_row(person, deelname, false, truth);
            Random random(m_seed, Purpose::sheet_dirt, person.index, 64U + deelname.number);
            if (random.chance(rates::sheet_entered_twice)) {
                add_row(person, deelname, true, truth);
            }
        }
    }
}

std::string SheetWriter::finish()
{
    std::sort(m_rows.begin(), m_rows.end());
    auto out = sheet_header();
    for (auto const & row : m_rows) {
        out += row.second;
    }
    return out;
}

void count_for_monitor(std::uint64_t seed, Person const & person, Deelname const & deelname, Day day, Truth & truth)
{
    auto const at_provider = enrolled_on(deelname, day) && takes_part(association_state(seed, person, deelname, day));
    auto const published = deelname.in_sheet || at_provider;
    auto const begin = deelname.spell.begin;
    if (deelname.project < 0 || begin > day || !published) {
        return;
    }
    auto const code = projects()[static_cast<std::size_t>(deelname.project)].code;
    auto const gemeente = gemeente_code(person.home(begin), begin);
    truth.count("trajecten_gestart", code, gemeente, quarter(begin));
    if (deelname.spell.end <= day) {
        truth.count("uitstroom", code, gemeente, quarter(deelname.spell.end));
        if (deelname.outcome == Outcome::werk && deelname.in_sheet) {
            truth.count("plaatsingen", code, gemeente, quarter(deelname.spell.end));
        }
    }
}

} // namespace ketensync::region
