#include "daemon/monitor/figures.hpp"

#include <gtest/gtest.h>

namespace ketensync::monitor {

namespace {

Edition an_edition()
{
    Edition edition;
    edition.name = "2026-H1";
    edition.period = { "2026-H1", "eerste halfjaar 2026", "2026-01-01", "2026-06-30" };
    edition.stage = Stage::approved;
    edition.approvals = { { "A. Beheerder", "2026-07-15T09:00:00Z" } };
    edition.indicators = { { "starts", "Starts", "Wie begon.", "inwoners", "1", "Bureau", { "Sheet" }, "2021-01-01", "", "publiek" } };
    edition.dimensions = { { "part", "Deel", "totaal", false,
        { { "totaal", "Regio", "regio", { { "P1", "P2" } } }, { "P1", "Een \"é\"", "project", {} }, { "P2", "Twee", "project", {} } } },
        { "part_now", "Deel nu", "totaal", true, { { "P1", "Een", "part_now", {}, { "P1", "P2" } } }, "part" } };
    edition.tables = { { "starts.part", "starts", "Starts", { "part" },
        { { { 0 }, { 7, Shown::open, true } }, { { 1 }, { 0, Shown::hidden, false } }, { { 2 }, { 5, Shown::rounded, true } } } } };
    Project project;
    project.code = "P1";
    project.targets = { { "starts", 20, 5, Progress::behind } };
    project.progress = Progress::behind;
    project.milestones = { { "Handboek klaar", "Stuurgroep", "2026-05-01" } };
    project.explanation = { "Te weinig begeleiders", "Twee aangenomen" };
    edition.projects = { project };
    edition.themes = { { "Zorg en welzijn", "Zorg", "2024-01-01", "verkort" } };
    edition.revisions = { { "starts.part", { "P1" }, { 3, Shown::open, true }, { 4, Shown::open, true }, "Nagekomen" } };
    edition.left_out = { { "P1", "einde_voor_begin", 2, { 17, 18 } } };
    return edition;
}

}

TEST(Figures, AreTheSameTextEachTimeAndComeBackFromIt)
{
    auto const text = to_json(an_edition());
    EXPECT_EQ(to_json(an_edition()), text);
    auto const back = edition_from_json(text);
    ASSERT_TRUE(back) << back.error().what;
    EXPECT_EQ(to_json(*back), text);
    EXPECT_EQ(back->tables.at(0).figures.at(1).cell.shown, Shown::hidden);
    EXPECT_EQ(back->projects.at(0).targets.at(0).progress, Progress::behind);
    EXPECT_EQ(back->dimensions.at(0).members.at(0).breakdowns.at(0).at(1), "P2");
    EXPECT_EQ(back->dimensions.at(1).regroups, "part");
    EXPECT_EQ(back->dimensions.at(1).members.at(0).takes.at(1), "P2");
}

TEST(Figures, AreRefusedWhenTheTextIsNoEdition)
{
    auto text = to_json(an_edition());
    EXPECT_EQ(edition_from_json(text.substr(0, text.size() / 2)).error().failure, Failure::bad_data);
    EXPECT_EQ(edition_from_json("{}").error().failure, Failure::bad_data);
    EXPECT_EQ(edition_from_json("").error().failure, Failure::bad_data);
    auto const at = text.find("approved");
    EXPECT_EQ(edition_from_json(text.replace(at, 8, "APPROVED")).error().failure, Failure::bad_data);
}

}
