#include "daemon/web/edition_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ketensync;
using namespace ketensync::web;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

health::EditionState draft()
{
    health::EditionState state;
    state.looked = Instant(std::chrono::milliseconds(1'784'000'000'123));
    state.name = "2026-H1";
    state.peildatum = "30 juni 2026";
    state.stage = "concept";
    state.known = "2026-07-13T00:00:00Z";
    state.feeds = 3;
    state.stale = { "uwv/werkzoekenden" };
    state.figures = { { "Gestarte trajecten", 242, 3 } };
    state.projects = { { "P07", "Taal <& werk>", true, true, { { "Gestarte trajecten", 20, 1 } } } };
    return state;
}

} // namespace

TEST(EditionPart, SaysNothingBeforeAnybodyLooked) { EXPECT_THAT(edition_part({}, Tongue()), IsEmpty()); }

TEST(EditionPart, TellsWhatStandsInTheWayAndHowFarAFigureCanMove)
{
    auto const text = edition_part(draft(), Tongue());
    EXPECT_THAT(text, AllOf(HasSubstr("uitgave 2026-H1"), HasSubstr("30 juni 2026"), HasSubstr("concept")));
    EXPECT_THAT(text, AllOf(HasSubstr("2 van de 3 leveringen"), HasSubstr("<li>uwv/werkzoekenden</li>")));
    EXPECT_THAT(text, HasSubstr("Gestarte trajecten: hoogstens 3 van 242 te veel"));
    EXPECT_THAT(text, AllOf(HasSubstr("geen doel bekend"), HasSubstr("oorzaak en maatregel ontbreken"), HasSubstr("hoogstens 1 van 20 te veel")));
    EXPECT_THAT(text, AllOf(HasSubstr("Taal &lt;&amp; werk&gt;"), Not(HasSubstr("<& werk>"))));
}

TEST(EditionPart, SaysWhenNothingIsLacking)
{
    auto state = draft();
    state.stale.clear();
    state.figures.clear();
    state.projects.clear();
    EXPECT_THAT(edition_part(state, Tongue()), AllOf(HasSubstr("3 van de 3"), HasSubstr("Bij geen project ontbreekt iets"), Not(HasSubstr("Nog niet gelezen"))));
}

TEST(EditionPart, SaysWhyThereWasNothingToSee)
{
    auto state = draft();
    state.trouble = "the warehouse <is> away";
    EXPECT_THAT(edition_part(state, Tongue()), AllOf(HasSubstr("the warehouse &lt;is&gt; away"), Not(HasSubstr("hoogstens"))));
}

TEST(EditionPart, TellsTheSameInEnglish)
{
    auto const text = edition_part(draft(), Tongue(Language::english));
    EXPECT_THAT(text, AllOf(HasSubstr("edition 2026-H1"), HasSubstr("2 of the 3 deliveries"), HasSubstr("at most 3 of 242 too many"), HasSubstr("no target known")));
    EXPECT_THAT(text, Not(HasSubstr("hoogstens")));
}
