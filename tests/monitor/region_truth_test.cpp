#include "tests/monitor/lives.hpp"
#include "tests/region/monitor_truth.hpp"
#include "tests/region/places.hpp"
#include "tests/region/projects.hpp"

#include "daemon/monitor/calendar.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace ketensync::monitor {

namespace {

using region::Day;

std::string text_of(Day day)
{
    auto const date = region::date_of(day);
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

/// What is told on which day, in order.
using Script = std::multimap<Day, std::function<void(Lives &)>>;

void tell_projects(Script & script)
{
    std::uint32_t id = 0;
    for (auto const & project : region::projects()) {
        Lives::Fields const fields { { "code", std::string(project.code) }, { "naam", std::string(project.name) },
            { "categorie", std::string(project.category) }, { "thema", std::string(project.theme) }, { "status", "lopend" },
            { "begindatum", text_of(project.begin) }, { "einddatum", text_of(project.last()) } };
        ++id;
        for (auto const day : { project.begin - 90, project.end - 183 }) {
            if (day < project.begin || project.extended != region::no_day) {
                auto told = fields;
                told["doel_trajecten"] = std::to_string(region::target_on(static_cast<int>(id) - 1, day));
                script.emplace(day, [id, told](Lives & lives) { lives.tell("project", id, told); });
            }
        }
        script.emplace(project.begin - 90, [id, name = fields.at("naam")](Lives & lives) {
            lives.tell("opleiding", id, { { "naam", name }, { "project", std::to_string(id) } });
        });
    }
}

/// What UWV and the municipalities tell of people, begin and end each in its time.
void tell_spells(Script & script, std::string const & kind, std::string const & field, std::vector<region::SpellTold> const & spells)
{
    std::uint32_t id = 0;
    for (auto const & one : spells) {
        Lives::Fields fields { { "persoon", std::to_string(one.person + 1) }, { "begindatum", text_of(one.begin) }, { "gemeente", one.gemeente } };
        if (!field.empty()) {
            fields[field] = one.code;
        }
        script.emplace(one.known, [kind, id = ++id, fields](Lives & lives) { lives.tell(kind, id, fields); });
        if (one.end != region::no_day) {
            fields["einddatum"] = text_of(one.end);
            script.emplace(one.end_known, [kind, id, fields](Lives & lives) { lives.tell(kind, id, fields); });
        }
    }
}

/// Where everybody lives, with each move; who lived in Weesp is told again when that is no municipality any more.
void tell_persons(Script & script, region::World const & world, std::map<std::uint64_t, int> const & birth_years)
{
    for (auto const & household : world.households) {
        for (auto const & person : household.persons) {
            auto const born = birth_years.find(person.index);
            auto const id = static_cast<std::uint32_t>(person.index + 1);
            auto const tell = [&](Day since, Day known) {
                Lives::Fields fields { { "gemeente", std::string(region::gemeente_code(person.home(since), since)) },
                    { "datum_aanvang_adreshouding", text_of(since) } };
                if (born != birth_years.end()) {
                    fields["geboortejaar"] = std::to_string(born->second);
                }
                script.emplace(known, [id, fields](Lives & lives) { lives.tell("persoon", id, fields); });
            };
            auto const first = region::day_of(2020, 1, 6);
            tell(first, first);
            for (auto const & address : person.addresses) {
                if (address.from > first) {
                    tell(address.from, (address.from + 6) / 7 * 7);
                }
            }
            auto const weesp = region::weesp_leaves();
            if (region::gemeente_code(person.home(weesp - 1), weesp - 1) != region::gemeente_code(person.home(weesp), weesp)) {
                tell(weesp, (weesp + 6) / 7 * 7);
            }
        }
    }
}

void tell_traject(Script & script, region::TrajectTold const & one, std::uint32_t id)
{
    constexpr std::array reasons { "", "werk", "onderwijs", "verhuizing", "uitval", "overig" };
    constexpr std::array kinds { "regulier", "leerbaan", "werkervaring", "proefplaatsing" };
    auto const person = std::to_string(one.person + 1);
    auto const project = std::to_string(one.project + 1);
    auto const deelname = [&](region::Telling const & telling, Day known, bool twice) {
        Lives::Fields fields { { "persoon", person }, { "project", project },
            { "begindatum", text_of(telling.begin + (twice ? one.twice_later : 0)) } };
        if (one.tells_gemeente && !twice) {
            fields["gemeente"] = one.gemeente;
        }
        if (telling.end != region::no_day) {
            fields["einddatum"] = text_of(telling.end);
        }
        if (telling.outcome != region::Outcome::running && !twice) {
            fields["resultaat"] = reasons.at(static_cast<std::size_t>(telling.outcome));
        }
        // The second to tell is the one who trains.
        if (twice && region::projects()[static_cast<std::size_t>(one.project)].provider >= 0) {
            auto const stopped = telling.outcome == region::Outcome::uitval || telling.outcome == region::Outcome::verhuisd;
            fields["opleiding"] = project;
            fields["status"] = telling.outcome == region::Outcome::running ? "lopend" : stopped ? "gestopt" : "afgerond";
        }
        script.emplace(known, [number = id * 2 + (twice ? 1 : 0), fields](Lives & lives) { lives.tell("deelname", number, fields); });
    };
    region::Telling const * at_second = nullptr;
    for (auto const & telling : one.tellings) {
        deelname(telling, telling.known, false);
        if (telling.known <= one.twice_since) {
            at_second = &telling;
        } else if (one.twice_since != region::no_day) {
            deelname(telling, telling.known, true);
        }
        if (telling.outcome == region::Outcome::werk && one.placement >= 0) {
            Lives::Fields fields { { "persoon", person }, { "project", project }, { "begindatum", text_of(telling.end) },
                { "soort", kinds.at(static_cast<std::size_t>(one.placement)) } };
            script.emplace(telling.known, [id, fields](Lives & lives) { lives.tell("plaatsing", id, fields); });
            if (one.work_end != region::no_day) {
                fields["einddatum"] = text_of(one.work_end);
                script.emplace(one.work_end_known, [id, fields](Lives & lives) { lives.tell("plaatsing", id, fields); });
            }
        }
    }
    if (one.twice_since != region::no_day && at_second != nullptr) {
        deelname(*at_second, one.twice_since, true);
    }
}

/// The figures of an edition as the truth names them, without zeros.
std::map<std::string, std::int64_t> figures_of(Edition const & edition)
{
    std::map<std::string, std::int64_t> figures;
    for (auto const & table : edition.tables) {
        if (table.indicator == "weggelaten") {
            for (auto const & figure : table.figures) {
                EXPECT_EQ(figure.cell.count, 0) << "nothing is wrong with any record";
            }
            continue;
        }
        for (auto const & figure : table.figures) {
            auto key = table.indicator;
            for (std::size_t i = 0; i < figure.at.size(); ++i) {
                auto const dimension = std::ranges::find(edition.dimensions, table.dimensions[i], &Dimension::id);
                auto const & code = dimension->members[figure.at[i]].code;
                if (code != "totaal") {
                    key += '|' + table.dimensions[i] + '=' + code;
                }
            }
            if (figure.cell.count != 0) {
                auto const [place, first] = figures.try_emplace(key, figure.cell.count);
                EXPECT_EQ(place->second, figure.cell.count) << "two tables differ in " << key;
            }
        }
    }
    return figures;
}

}

/// Told late, told wrong and put right, told by two systems; people who move, and municipalities that are divided anew.
TEST(RegionTruth, IsWhatEveryEditionTells)
{
    auto const world = region::make_world(7, 1200, { .project = 0.8 });
    auto const told = region::trajecten_told(world);
    Script script;
    tell_projects(script);
    auto const persons = region::persons_told(world);
    tell_persons(script, world, persons.birth_years);
    tell_spells(script, "uitkering", "regeling", persons.benefits);
    tell_spells(script, "voorziening", "soort", persons.help);
    tell_spells(script, "inschrijving", "", persons.registrations);
    std::uint32_t id = 0;
    std::size_t twice = 0;
    for (auto const & one : told) {
        tell_traject(script, one, ++id);
        twice += one.twice_since == region::no_day ? 0U : 1U;
    }
    Lives lives;
    for (auto day = script.begin(); day != script.end() && day->first <= region::day_of(2026, 8, 1);) {
        lives.known(text_of(day->first));
        for (auto const on = day->first; day != script.end() && day->first == on; ++day) {
            day->second(lives);
        }
    }
    EXPECT_GT(told.size(), 300U);
    EXPECT_GT(twice, 50U);
    std::optional<Edition> before;
    std::size_t revised = 0;
    std::size_t long_after = 0;
    std::map<std::string, std::int64_t> most;
    for (int half = 0; half < 11; ++half) {
        auto const name = fmt::format("{}-H{}", 2021 + half / 2, half % 2 + 1);
        auto const until = region::day_of(2021 + (half + 1) / 2, half % 2 == 0 ? 7 : 1, 1) - 1;
        auto const edition = lives.edition(name, text_of(until + 20), {}, before ? &*before : nullptr);
        auto truth = region::true_figures(told, until + 20, until);
        region::add_true_figures(truth, told, persons, until + 20, until);
        auto const made = figures_of(edition);
        EXPECT_EQ(made.size(), truth.size()) << name;
        std::size_t wrong = 0;
        for (auto const & [key, count] : made) {
            EXPECT_TRUE(truth.contains(key)) << name << ' ' << key << ": told " << count << ", and nothing of it is true";
            auto & of_it = most[key.substr(0, key.find('|'))];
            of_it = std::max(of_it, count);
        }
        for (auto const & [key, count] : truth) {
            auto const found = made.find(key);
            if (found == made.end() || found->second != count) {
                ++wrong;
                EXPECT_LT(wrong, 8U) << name << ' ' << key << ": truth " << count << ", told "
                                     << (found == made.end() ? 0 : found->second);
            }
        }
        for (auto const & revision : edition.revisions) {
            bool const later = revision.reason == "Gecorrigeerd na meer dan twaalf maanden.";
            EXPECT_NE(revision.before.provisional, later) << name << ' ' << revision.table;
            long_after += later ? 1U : 0U;
        }
        revised += edition.revisions.size();
        before = edition;
    }
    EXPECT_GT(revised, 100U) << "what was told late or put right is in the next edition";
    EXPECT_GT(long_after, 10U) << "and so is what was put right after more than a year, which is said of it";
    EXPECT_EQ(most.size(), 9U) << "every indicator has figures";
    for (auto const & [indicator, count] : most) {
        EXPECT_GT(count, 10) << indicator;
    }
}

}
