#include "tests/monitor/lives.hpp"

#include "daemon/monitor/calendar.hpp"
#include "tests/warehouse/subjects.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::monitor {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Scripted lives, of which every figure is known; in every kind of warehouse.
class ScriptedLives : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        if (!warehouse::make_subject(GetParam())) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
        }
        lives = std::make_unique<Lives>(GetParam());
        lives->known("2026-03-01");
        lives->project(1, "P1");
        lives->project(2, "P2", { { "categorie", "Doorstroombanen" }, { "thema", "Techniek" } });
        for (std::uint32_t person = 1; person <= 9; ++person) {
            lives->persoon(person);
        }
    }
    Edition edition() { return lives->edition("2026-H1", "2026-07-10"); }
    std::unique_ptr<Lives> lives;
};

INSTANTIATE_TEST_SUITE_P(
    Each, ScriptedLives, ::testing::Values("sqlite", "postgresql"), [](auto const & one) { return one.param; });

TEST_P(ScriptedLives, CountAPersonOnceInAProjectAndOnceInATotal)
{
    lives->deelname(1, 1, 1, "2026-01-10");
    lives->deelname(2, 1, 1, "2026-01-20", "2026-02-01"); // the same traject, as another system has it
    lives->deelname(3, 1, 2, "2026-05-01");               // and a second project
    lives->deelname(4, 2, 2, "2026-04-01");
    auto const made = edition();
    auto const started = [&](auto const & at) { return count_at(made, "trajecten_gestart", at); };
    using At = std::map<std::string, std::string>;
    EXPECT_EQ(started(At { { "onderdeel", "P1" } }), 1);
    EXPECT_EQ(started(At { { "onderdeel", "P2" } }), 2);
    EXPECT_EQ(started(At { { "onderdeel", "hoofdgroep:Doorstroombanen" } }), 2);
    EXPECT_EQ(started(At { { "onderdeel", "lijn:Zorg" } }), 1);
    EXPECT_EQ(started(At { { "onderdeel", "totaal" } }), 2) << "two people, whatever number of trajecten and systems";
    EXPECT_EQ(started(At { { "onderdeel", "totaal" }, { "kwartaal", "2026-K1" } }), 1);
    EXPECT_EQ(started(At { { "onderdeel", "totaal" }, { "kwartaal", "2026-K2" } }), 1) << "who began before is not new";
    EXPECT_EQ(started(At { { "onderdeel", "P2" }, { "kwartaal", "2026-K2" } }), 2);
    EXPECT_EQ(started(At { { "onderdeel", "P1" }, { "kwartaal", "2026-H1" } }), 1);
}

TEST_P(ScriptedLives, TellWhoIsStillThereAndWhoLeftAndWhy)
{
    lives->deelname(1, 1, 1, "2025-02-01", "2026-02-15", { { "resultaat", "werk" } });
    lives->deelname(2, 2, 1, "2025-02-01", "2026-06-30", { { "resultaat", "uitval" } });
    lives->deelname(3, 3, 1, "2025-02-01", "2026-07-05", { { "resultaat", "werk" } }); // after the peildatum
    lives->deelname(4, 4, 1, "2025-02-01", "2026-01-10", { { "resultaat", "uitval" } });
    lives->deelname(5, 4, 1, "2026-03-01"); // came back: the traject has not ended
    lives->deelname(6, 5, 1, "2025-02-01", "2026-01-20");
    auto const made = edition();
    EXPECT_EQ(count_at(made, "trajecten_lopend", { { "onderdeel", "P1" }, { "peildag", "2025-12-31" } }), 5);
    EXPECT_EQ(count_at(made, "trajecten_lopend", { { "onderdeel", "P1" } }), 2) << "on the last day, without who stopped on it";
    EXPECT_EQ(count_at(made, "uitstroom", { { "onderdeel", "P1" } }), 3);
    EXPECT_EQ(count_at(made, "uitstroom", { { "onderdeel", "P1" }, { "reden", "werk" } }), 1);
    EXPECT_EQ(count_at(made, "uitstroom", { { "onderdeel", "P1" }, { "reden", "uitval" } }), 1);
    EXPECT_EQ(count_at(made, "uitstroom", { { "onderdeel", "P1" }, { "reden", "onbekend" } }), 1);
    EXPECT_EQ(count_at(made, "uitstroom", { { "reden", "uitval" }, { "kwartaal", "2026-K2" } }), 1);
}

TEST_P(ScriptedLives, TellWhoWentToWorkAndStillDoes)
{
    for (std::uint32_t person = 1; person <= 5; ++person) {
        lives->deelname(person, person, 1, "2025-02-01");
    }
    lives->plaatsing(1, 1, 1, "2025-06-01", { { "soort", "regulier" } });
    lives->plaatsing(2, 2, 1, "2025-06-01", { { "soort", "leerbaan" }, { "einddatum", "2025-08-01" } });
    lives->plaatsing(3, 3, 1, "2025-06-01", { { "soort", "regulier" } });
    lives->tell("uitkering", 1,
        { { "persoon", "3" }, { "regeling", "bijstand" }, { "begindatum", "2025-09-01" } }); // so the work ended
    lives->plaatsing(4, 4, 1, "2026-05-01");
    lives->plaatsing(5, 4, 1, "2026-06-01", { { "soort", "proefplaatsing" } }); // once a person and project
    lives->tell("voorziening", 1, { { "persoon", "1" }, { "soort", "30" }, { "begindatum", "2025-07-01" } });
    auto const made = edition();
    auto const placed = [&](auto const & at) { return count_at(made, "plaatsingen", at); };
    using At = std::map<std::string, std::string>;
    EXPECT_EQ(placed(At { { "onderdeel", "P1" } }), 4);
    EXPECT_EQ(placed(At { { "onderdeel", "P1" }, { "soort", "regulier" } }), 2);
    EXPECT_EQ(placed(At { { "soort", "onbekend" }, { "kwartaal", "2026-K2" } }), 1);
    EXPECT_EQ(count_at(made, "duurzaam", { { "onderdeel", "P1" }, { "na_zes_maanden", "ja" } }), 1);
    EXPECT_EQ(count_at(made, "duurzaam", { { "onderdeel", "P1" }, { "na_zes_maanden", "nee" } }), 2);
    EXPECT_EQ(count_at(made, "duurzaam", { { "onderdeel", "P1" }, { "na_zes_maanden", "te_vroeg" } }), 1);
    EXPECT_EQ(count_at(made, "duurzaam", { { "nazorg", "ja" }, { "na_zes_maanden", "ja" } }), 1);
}

TEST_P(ScriptedLives, TellTheMunicipalityOfThenAndOfNow)
{
    lives->persoon(11, "0457"); // Weesp, of Amsterdam since March 2022
    lives->persoon(12, "1696");
    lives->persoon(13, "0363");
    lives->project(3, "P3", { { "begindatum", "2021-01-01" } });
    lives->deelname(1, 11, 3, "2021-05-01");
    lives->deelname(2, 12, 3, "2021-05-01");
    lives->deelname(3, 13, 3, "2021-05-01");
    lives->deelname(4, 1, 3, "2021-05-01", "", { { "gemeente", "0376" } }); // has moved to Hilversum since
    auto const made = edition();
    auto const then = [&](char const * code) { return count_at(made, "trajecten_gestart", { { "gemeente", code } }); };
    auto const now = [&](char const * code) { return count_at(made, "trajecten_gestart", { { "gemeente_nu", code } }); };
    EXPECT_EQ(then("0457"), 1);
    EXPECT_EQ(then("1696"), 1);
    EXPECT_EQ(then("0376"), 1);
    EXPECT_EQ(then("0402"), 0);
    EXPECT_EQ(then("anders"), 1);
    EXPECT_EQ(now("0457"), -1) << "there is no Weesp any more";
    EXPECT_EQ(now("anders"), 2);
    EXPECT_EQ(now("1696"), 1);
    auto const later = lives->edition("2027-H1", "2027-07-10");
    EXPECT_EQ(count_at(later, "trajecten_gestart", { { "gemeente_nu", "0402" } }), 1) << "Wijdemeren went up in Hilversum";
    EXPECT_EQ(count_at(later, "trajecten_gestart", { { "gemeente", "1696" } }), 1);
}

TEST_P(ScriptedLives, TellTheYoungTheTrainedAndThePlaces)
{
    lives->persoon(11, "0402", "2000");
    lives->persoon(12, "0402", "1999");
    lives->tell("opleiding", 1, { { "naam", "Helpende" } });
    lives->deelname(1, 11, 1, "2026-01-10", "2026-05-10", { { "opleiding", "1" }, { "status", "afgerond" } });
    lives->deelname(2, 12, 1, "2026-01-10", "2026-05-10", { { "opleiding", "1" }, { "status", "gestopt" } });
    lives->deelname(3, 1, 1, "2026-01-10", "2026-05-10", { { "status", "afgerond" } });
    auto const made = edition();
    EXPECT_EQ(count_at(made, "jongeren_gestart", { { "onderdeel", "P1" } }), 1) << "26, and not 27";
    EXPECT_EQ(count_at(made, "afgerond", { { "onderdeel", "P1" } }), 1);
    EXPECT_EQ(count_at(made, "plekken", { { "onderdeel", "P1" } }), 20);
    EXPECT_EQ(count_at(made, "plekken", { { "onderdeel", "totaal" } }), 40);
}

TEST_P(ScriptedLives, TellWhoFellBetweenTwoBenefits)
{
    auto const gap = [&](std::uint32_t person, char const * out, char const * in) {
        lives->tell("inschrijving", person, { { "persoon", std::to_string(person) }, { "einddatum", out }, { "gemeente", "0402" } });
        lives->tell("uitkering", person, { { "persoon", std::to_string(person) }, { "regeling", "bijstand" }, { "begindatum", in } });
    };
    gap(1, "2026-01-31", "2026-02-01");
    gap(2, "2026-01-31", "2026-03-03"); // 31 days
    gap(3, "2026-01-31", "2026-03-04"); // 32
    gap(4, "2024-01-31", "2026-03-04"); // nothing to do with each other
    auto const made = edition();
    EXPECT_EQ(count_at(made, "sluitende_keten", { { "overgang", "aansluitend" }, { "kwartaal", "2026-K1" } }), 2);
    EXPECT_EQ(count_at(made, "sluitende_keten", { { "overgang", "ertussen" }, { "gemeente", "0402" } }), 1);
}

TEST_P(ScriptedLives, LeaveOutWhatIsWrongAndCountItAsSuch)
{
    lives->project(3, "P3", { { "categorie", "-" } });
    lives->deelname(1, 1, 1, "2026-01-10", "2025-12-31"); // an end before the start
    lives->deelname(2, 2, 3, "2026-01-10");               // a project without a category
    lives->deelname(3, 3, 0, "2026-01-10");               // of an unknown project
    lives->deelname(4, 4, 1, "2026");                     // begun, nobody knows when
    lives->plaatsing(5, 5, 1, "2026-02-01");              // placed without a traject
    lives->deelname(6, 6, 1, "2026-01-10");
    auto const made = edition();
    EXPECT_EQ(count_at(made, "trajecten_gestart", { { "onderdeel", "totaal" } }), 1);
    EXPECT_EQ(count_at(made, "plaatsingen", { { "onderdeel", "totaal" } }), 0);
    std::vector<std::string> told;
    for (auto const & one : made.left_out) {
        told.push_back(one.project + " " + one.fault + " " + std::to_string(one.count));
        EXPECT_EQ(one.records.size(), static_cast<std::size_t>(one.count));
    }
    EXPECT_THAT(told,
        ElementsAre("P3 zonder_categorie 2", " onbekend_project 1", "P1 einde_voor_begin 1", "P1 zonder_maand 1",
            "P1 plaatsing_zonder_traject 1"));
    EXPECT_EQ(count_at(made, "weggelaten", { { "weggelaten_bij", "P1" } }), 3);
    EXPECT_EQ(count_at(made, "weggelaten", { { "weggelaten_bij", "geen" }, { "fout", "onbekend_project" } }), 1);
    EXPECT_EQ(count_at(made, "weggelaten"), 6);
}

TEST_P(ScriptedLives, MakeTheSameEditionAgainWhateverBecameKnownSince)
{
    lives->deelname(1, 1, 1, "2026-01-10");
    auto const first = to_json(edition());
    lives->known("2026-08-01");
    lives->deelname(2, 2, 1, "2026-02-10");          // told late
    lives->deelname(1, 1, 1, "2026-01-10", "2026-03-01"); // corrected
    lives->withdraw("project", 2);
    EXPECT_EQ(to_json(edition()) == first, true);
    auto const next = lives->edition("2026-H2", "2027-01-10");
    EXPECT_EQ(count_at(next, "trajecten_gestart", { { "onderdeel", "P1" }, { "kwartaal", "2026-K1" } }), 2);
}

TEST_P(ScriptedLives, TellWhatChangedSinceTheEditionBeforeAndWhy)
{
    lives->deelname(1, 1, 1, "2026-01-10");
    auto const first = edition();
    lives->known("2026-08-01");
    lives->deelname(2, 2, 1, "2026-02-10");
    lives->deelname(3, 3, 1, "2026-09-10");
    auto const next = lives->edition("2026-H2", "2027-01-10", {}, &first);
    EXPECT_EQ(next.previous, "2026-H1");
    std::vector<std::string> told;
    for (auto const & one : next.revisions) {
        if (one.table == "trajecten_gestart.onderdeel.kwartaal") {
            told.push_back(fmt::format("{} {}->{} {}", one.at.at(0) + one.at.at(1), one.before.count, one.after.count, one.reason));
        }
    }
    EXPECT_THAT(told,
        ElementsAre("totaal2026-K1 1->2 Nagekomen of verbeterde gegevens.",
            "hoofdgroep:Scholing2026-K1 1->2 Nagekomen of verbeterde gegevens.",
            "lijn:Zorg2026-K1 1->2 Nagekomen of verbeterde gegevens.", "P12026-K1 1->2 Nagekomen of verbeterde gegevens."));
}

TEST_P(ScriptedLives, HoldProjectsAgainstTheirGoals)
{
    for (std::uint32_t person = 1; person <= 9; ++person) {
        lives->deelname(person, person, 1, "2025-02-01");
    }
    lives->project(3, "P3", { { "doel_trajecten", "-" }, { "doel_plaatsingen", "-" } });
    lives->project(4, "P4", { { "begindatum", "2026-03-01" } });
    lives->project(5, "P5", { { "einddatum", "2026-03-01" } });
    lives->project(6, "P6", { { "status", "verlengd" } });
    lives->known("2026-04-01");
    lives->project(6, "P6", { { "status", "verlengd" }, { "einddatum", "2027-12-31" } });
    Notes notes;
    notes.projects["P3"] = { true, {}, { { "Het handboek is klaar", "Stuurgroep", "2026-05-01" } } };
    notes.projects["P2"] = { false, { "Er zijn te weinig begeleiders", "Er zijn er twee aangenomen" }, {} };
    auto const made = lives->edition("2026-H1", "2026-07-10", notes);
    std::vector<std::string> told;
    for (auto const & project : made.projects) {
        told.push_back(fmt::format("{} {} {} {}", project.code, project.status, word(project.progress), project.end_before));
    }
    EXPECT_THAT(told,
        ElementsAre("P1 loopt achter ", "P2 loopt achter ", "P3 loopt niet te beoordelen ", "P4 nieuw achter ",
            "P5 beëindigd achter ", "P6 verlengd achter 2026-12-31"));
    EXPECT_EQ(made.projects[0].targets[0].expected, 15);
    EXPECT_EQ(made.projects[0].targets[0].progress, Progress::behind);
    EXPECT_EQ(made.projects[2].milestones.at(0).source, "Stuurgroep");
    EXPECT_THAT(made.projects[2].targets, IsEmpty()) << "never an invented number";
    auto const objected = objections(made, { "uwv/werkzoekenden" });
    EXPECT_THAT(objected.front(), HasSubstr("uwv/werkzoekenden is na 30 juni 2026 niet meer gelezen"));
    EXPECT_EQ(objected.size(), 5U) << "one feed and four projects: P2 is explained and P3 has no numbers";
}

TEST_P(ScriptedLives, SayWhatCannotBeAndWhatMayStillChange)
{
    lives->project(3, "P3", { { "begindatum", "2025-07-01" }, { "einddatum", "2025-12-31" } });
    lives->deelname(1, 1, 3, "2025-08-01");
    auto const made = edition();
    auto const cell = [&](char const * quarter) {
        return *find_cell(made, "trajecten_gestart", { { "onderdeel", "P3" }, { "kwartaal", quarter } });
    };
    EXPECT_EQ(cell("2025-K2").shown, Shown::impossible);
    EXPECT_EQ(cell("2025-K3").shown, Shown::open);
    EXPECT_EQ(cell("2025-K4").shown, Shown::open) << "nobody began, though somebody could have";
    EXPECT_EQ(cell("2026-K1").shown, Shown::impossible);
    EXPECT_FALSE(cell("2025-K2").provisional) << "a year and ten days ago";
    EXPECT_TRUE(cell("2025-K3").provisional);
}

TEST_P(ScriptedLives, ComeToTheSameByAnyNumberOfReaders)
{
    for (std::uint32_t person = 1; person <= 9; ++person) {
        lives->deelname(person, person, 1 + person % 2, "2026-01-10", person % 3 == 0 ? "2026-05-01" : "", { { "resultaat", "werk" } });
        lives->deelname(20 + person, person, 2, "2026-02-10", "2026-01-01");
        lives->plaatsing(person, person, 2, "2026-05-01", { { "soort", "regulier" } });
    }
    auto const with = [&](std::size_t readers) {
        auto const asks = lives->asks(readers);
        auto const made = make_edition(shipped(), { period_of("2026-H1").value(), "2026-07-10T00:00:00Z", {}, nullptr, "" }, asks);
        return made ? to_json(*made) : made.error().what;
    };
    auto const alone = with(1);
    EXPECT_THAT(alone, HasSubstr("einde_voor_begin"));
    EXPECT_EQ(with(2), alone);
    EXPECT_EQ(with(4), alone);
}

TEST_P(ScriptedLives, AreKeptAsideByAReaderWithoutAChangeToTheWarehouse)
{
    lives->deelname(1, 1, 1, "2026-01-10");
    auto const asks = lives->asks(2);
    auto const answer = [&](std::size_t reader, std::vector<NamedRows> rows, std::string const & sql) {
        std::string text;
        auto const done = asks[reader]({ std::move(rows), sql, 1, false }, [&](auto const & row) -> Result<void> {
            text += std::string(row[0]) + ' ';
            return {};
        });
        return done ? text : "failed";
    };
    EXPECT_EQ(answer(0, { { "een", "SELECT id FROM deelname" } }, "SELECT id FROM een"), "1 ");
    EXPECT_EQ(answer(0, { { "een", "SELECT id + 6 AS id FROM deelname" } }, "SELECT id FROM een"), "7 ") << "another of that name";
    EXPECT_EQ(answer(1, {}, "SELECT id FROM een"), "failed") << "nobody else sees them";
    EXPECT_EQ(answer(0, { { "twee", "SELECT nothing FROM nowhere" } }, "SELECT 1"), "failed");
    EXPECT_EQ(answer(0, {}, "DELETE FROM deelname"), "failed");
    EXPECT_EQ(answer(0, {}, "SELECT id FROM deelname"), "1 ");
}

}
