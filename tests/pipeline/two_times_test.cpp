// Scripted histories: what the warehouse answers to "as known on this day, valid on that day".

#include "tests/pipeline/history.hpp"

#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

constexpr auto anna = "999993653";
constexpr auto bert = "999990019";

std::string inschrijving(std::string const & end)
{
    auto text = werkzoekende("WZ1", "123456782", "Bakker");
    constexpr std::string_view none = R"("datumUitschrijving":null)";
    return end.empty() ? text : text.replace(text.find(none), none.size(), R"("datumUitschrijving":")" + end + '"');
}

}

class TwoTimes : public ::testing::TestWithParam<std::string> {
protected:
    void SetUp() override
    {
        auto subject = warehouse::make_subject(GetParam());
        if (!subject) {
            GTEST_SKIP() << "PostgreSQL is not installed: apt-get install postgresql";
        }
        history.emplace(std::move(subject));
    }
    std::optional<History> history;
};

INSTANTIATE_TEST_SUITE_P(
    Each, TwoTimes, ::testing::Values("sqlite", "postgresql"), [](auto const & one) { return one.param; });

TEST_P(TwoTimes, OfAMoveHoldsFromItsDayAndNotBefore)
{
    auto const first = history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const moved = history->brp({ resident(anna, "0376", "2024-05-01") });
    EXPECT_EQ(history->gemeenten(first, "2024-06-01"), "0402");
    EXPECT_EQ(history->gemeenten(moved, "2024-06-01"), "0376");
    EXPECT_EQ(history->gemeenten(moved, "2024-05-01"), "0376") << "on the day itself";
    EXPECT_EQ(history->gemeenten(moved, "2024-04-30"), "0402") << "the day before";
    EXPECT_EQ(history->gemeenten(moved, "1999-12-31"), "") << "nobody told of then";
}

TEST_P(TwoTimes, OfARetroactiveCorrectionHoldsForAllTimeFromWhenItIsKnown)
{
    auto const wrong = history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const right = history->brp({ resident(anna, "0376", "2000-01-01") });
    EXPECT_EQ(history->gemeenten(wrong, "2010-01-01"), "0402") << "what we thought is not overwritten";
    EXPECT_EQ(history->gemeenten(right, "2010-01-01"), "0376");
}

TEST_P(TwoTimes, OfACorrectedDayOfMovingGivesBackTheTimeBetween)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const early = history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const late = history->brp({ resident(anna, "0376", "2024-06-01") });
    EXPECT_EQ(history->gemeenten(early, "2024-05-15"), "0376");
    EXPECT_EQ(history->gemeenten(late, "2024-05-15"), "0402");
    EXPECT_EQ(history->gemeenten(late, "2024-06-15"), "0376");
}

TEST_P(TwoTimes, OfALateFactGoesBeforeWhatWasKnownOfLater)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const second = history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const third = history->brp({ resident(anna, "1942", "2024-03-01") });
    EXPECT_EQ(history->gemeenten(second, "2024-04-01"), "0402");
    EXPECT_EQ(history->gemeenten(third, "2024-04-01"), "1942");
    EXPECT_EQ(history->gemeenten(third, "2024-06-01"), "1942") << "the last word about that day";
    EXPECT_EQ(history->gemeenten(third, "2024-02-01"), "0402");
}

TEST_P(TwoTimes, OfAMunicipalRedivisionKeepsWhoLivedWhere)
{
    auto const before = history->brp({ resident(anna, "0381", "2010-01-01", "1401AA"), resident(bert, "0381", "2012-01-01", "1402BB") });
    auto const after = history->brp({ resident(anna, "1942", "2016-01-01", "1401AA"), resident(bert, "1942", "2016-01-01", "1402BB") });
    EXPECT_EQ(history->gemeenten(after, "2015-12-31"), "0381 0381");
    EXPECT_EQ(history->gemeenten(after, "2016-01-01"), "1942 1942");
    EXPECT_EQ(history->gemeenten(before, "2016-01-01"), "0381 0381");
    EXPECT_EQ(history->gemeenten(after, "2011-01-01"), "0381");
}

TEST_P(TwoTimes, OfARedivisionThatASourceDoesNotDateIsACorrection)
{
    auto const before = history->uwv({ werkzoekende("WZ1", "", "Bakker") });
    auto text = werkzoekende("WZ1", "", "Bakker");
    auto const after = history->uwv({ text.replace(text.find("0402"), 4, "1942") });
    EXPECT_EQ(history->gemeenten(before, "2015-12-31"), "0402");
    EXPECT_EQ(history->gemeenten(after, "2015-12-31"), "1942");
}

TEST_P(TwoTimes, OfPersonsWhoAreJoinedShowsTwoBeforeAndOneAfter)
{
    history->school({ student("S1", "Jansen"), student("S2", "Pietersen", "1990-01-02") });
    auto const two = history->now();
    auto const one = history->judge("S1", "S2", true);
    EXPECT_EQ(history->rows("persoon", two, "2024-01-01"), 2);
    EXPECT_EQ(history->rows("persoon", one, "2024-01-01"), 1);
}

TEST_P(TwoTimes, OfPersonsWhoArePartedAgainShowsWhatWeThoughtBetween)
{
    auto const two = history->school({ student("S1", "Jansen"), student("S2", "Pietersen", "1990-01-02") });
    auto const before = history->all("persoon", two, "2024-01-01");
    auto const one = history->judge("S1", "S2", true);
    auto const apart = history->judge("S1", "S2", std::nullopt);
    EXPECT_EQ(history->rows("persoon", one, "2024-01-01"), 1);
    EXPECT_EQ(history->rows("persoon", apart, "2024-01-01"), 2);
    EXPECT_EQ(history->all("persoon", apart, "2024-01-01"), before) << "every row is as it was, but for its number";
    EXPECT_EQ(history->all("persoon", two, "2024-01-01"), before);
}

TEST_P(TwoTimes, OfAFactThatItsSourceWithdrawsIsNoLongerTrueOfAnyTime)
{
    auto const told = history->uwv({ werkzoekende("WZ1", "", "Bakker"), werkzoekende("WZ2", "", "Mulder", "1299ZZ") });
    auto const withdrawn = history->uwv({ werkzoekende("WZ1", "", "Bakker") });
    EXPECT_EQ(history->rows("inschrijving", told, "2024-06-01"), 2);
    EXPECT_EQ(history->rows("inschrijving", withdrawn, "2024-06-01"), 1);
}

TEST_P(TwoTimes, OfAFactThatASourceClosesStaysTrueOfTheTimeBefore)
{
    history->world.feed("uwv/personen").gone = settings::Gone::close;
    auto const told = history->uwv({ werkzoekende("WZ1", "", "Bakker"), werkzoekende("WZ2", "", "Mulder", "1299ZZ") });
    auto const closed = history->uwv({ werkzoekende("WZ1", "", "Bakker") });
    EXPECT_EQ(history->rows("inschrijving", closed, "2024-06-01"), 2);
    EXPECT_EQ(history->rows("inschrijving", closed, closed.substr(0, 10)), 1) << "from the day on that we missed it";
    EXPECT_EQ(history->rows("inschrijving", told, closed.substr(0, 10)), 2) << "then we did not know";
}

TEST_P(TwoTimes, OfAPeriodThatEndsShowsTheEndOnceItIsKnown)
{
    auto const open = history->uwv({ inschrijving("") });
    auto const ended = history->uwv({ inschrijving("2024-08-31") });
    EXPECT_EQ(history->rows("inschrijving", open, "2024-10-01"), 1);
    EXPECT_EQ(history->rows("inschrijving", ended, "2024-10-01"), 0);
    EXPECT_EQ(history->rows("inschrijving", ended, "2024-08-31"), 1) << "the last day belongs to it";
}

TEST_P(TwoTimes, OfAnEndThatIsTakenBackGoesOn)
{
    history->uwv({ inschrijving("") });
    auto const ended = history->uwv({ inschrijving("2024-08-31") });
    auto const on = history->uwv({ inschrijving("") });
    EXPECT_EQ(history->rows("inschrijving", ended, "2024-10-01"), 0);
    EXPECT_EQ(history->rows("inschrijving", on, "2024-10-01"), 1);
}

TEST_P(TwoTimes, OfAMonthThatIsDeliveredAnewLosesWhatItLacks)
{
    auto const full = history->srg("202405", { srg_line("202405", "123456782", "A1"), srg_line("202405", "111222333", "B1") });
    auto const anew = history->srg("202405", { srg_line("202405", "123456782", "A1") });
    EXPECT_EQ(history->rows("voorziening", full, "2024-05-15"), 2);
    EXPECT_EQ(history->rows("voorziening", anew, "2024-05-15"), 1);
}

TEST_P(TwoTimes, OfAReferenceFollowsWhoIsWho)
{
    history->school({ student("S1", "Jansen"), student("S2", "Pietersen", "1990-01-02") });
    auto const two = history->trajects({ association("D1", "S1"), association("D2", "S2", "2023-01-01") });
    auto const one = history->judge("S1", "S2", true);
    EXPECT_EQ(history->distinct("deelname", "persoon", two, "2024-06-01"), 2);
    EXPECT_EQ(history->distinct("deelname", "persoon", one, "2024-06-01"), 1);
}

TEST_P(TwoTimes, OfWhoMovesAwayAndBackHasAllThree)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const back = history->brp({ resident(anna, "0402", "2024-07-01") });
    EXPECT_EQ(history->gemeenten(back, "2024-04-01"), "0402");
    EXPECT_EQ(history->gemeenten(back, "2024-06-01"), "0376");
    EXPECT_EQ(history->gemeenten(back, "2024-08-01"), "0402");
}

TEST_P(TwoTimes, OfADayThatIsOnlyAMonthHoldsFromItsFirstToItsLastDay)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const moved = history->brp({ resident(anna, "0376", "2024") });
    EXPECT_EQ(history->gemeenten(moved, "2024-01-01"), "0376");
    EXPECT_EQ(history->gemeenten(moved, "2023-12-31"), "0402");
    auto const ended = history->uwv({ inschrijving("2024-08") });
    EXPECT_EQ(history->rows("inschrijving", ended, "2024-08-31"), 1);
    EXPECT_EQ(history->rows("inschrijving", ended, "2024-09-01"), 0);
}

TEST_P(TwoTimes, OfADeliveryThatSaysTheSameIsNotWritten)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const before = history->everything();
    history->brp({ resident(anna, "0402", "2000-01-01") });
    history->uwv({});
    EXPECT_EQ(history->everything(), before);
    EXPECT_EQ(history->world.number("SELECT count(*) FROM golden_history"), 0) << "what is told first costs no history";
}

TEST_P(TwoTimes, OfWhatGoesAndComesBackHasTheGapWeThoughtThereWas)
{
    auto const both = std::vector { werkzoekende("WZ1", "", "Bakker"), werkzoekende("WZ2", "", "Mulder", "1299ZZ") };
    auto const there = history->uwv(both);
    auto const gone = history->uwv({ both.front() });
    auto const back = history->uwv(both);
    EXPECT_EQ(history->rows("persoon", there, "2024-06-01"), 2);
    EXPECT_EQ(history->rows("persoon", gone, "2024-06-01"), 1);
    EXPECT_EQ(history->rows("persoon", back, "2024-06-01"), 2);
}

TEST_P(TwoTimes, OfAPersonWhoIsWithdrawnAfterAMoveIsGoneFromAllTime)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const moved = history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const withdrawn = history->brp_gone(anna);
    EXPECT_EQ(history->gemeenten(moved, "2024-04-01"), "0402");
    EXPECT_EQ(history->gemeenten(withdrawn, "2024-04-01"), "");
    EXPECT_EQ(history->gemeenten(withdrawn, "2024-06-01"), "");
}

TEST_P(TwoTimes, OfAPersonWhoIsClosedAfterAMoveKeepsBothPlaces)
{
    history->world.feed("brp/personen").gone = settings::Gone::close;
    history->brp({ resident(anna, "0402", "2000-01-01") });
    history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const closed = history->brp_gone(anna);
    EXPECT_EQ(history->gemeenten(closed, "2024-04-01"), "0402");
    EXPECT_EQ(history->gemeenten(closed, "2024-06-01"), "0376");
    EXPECT_EQ(history->gemeenten(closed, closed.substr(0, 10)), "");
}

TEST_P(TwoTimes, OfADayThatBecomesKnownLeavesTheTimeBeforeAsItWas)
{
    history->brp({ resident(anna, "0402", "") });
    auto const moved = history->brp({ resident(anna, "0376", "2024-05-01") });
    EXPECT_EQ(history->gemeenten(moved, "2024-04-30"), "0402");
    EXPECT_EQ(history->gemeenten(moved, "2024-05-01"), "0376");
}

TEST_P(TwoTimes, OfAChangeWithoutAnotherDayIsACorrection)
{
    history->brp({ resident(anna, "0402", "2000-01-01", "1211AA") });
    history->brp({ resident(anna, "0376", "2024-05-01", "1251AA") });
    auto const again = history->brp({ resident(anna, "0376", "2024-05-01", "1251BB") });
    EXPECT_EQ(history->gemeenten(again, "2024-06-01"), "0376");
    EXPECT_EQ(history->gemeenten(again, "2024-04-01"), "0402") << "what went before is not touched by it";
}

TEST_P(TwoTimes, OfAMoveThatIsToldAheadHoldsFromThatDay)
{
    history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const told = history->brp({ resident(anna, "0376", "2099-01-01") });
    EXPECT_EQ(history->gemeenten(told, "2098-12-31"), "0402");
    EXPECT_EQ(history->gemeenten(told, "2099-01-01"), "0376");
}

TEST_P(TwoTimes, OfWhomASecondSourceDatesKeepsWhatTheFirstSaidOfBefore)
{
    auto const first = history->school({ student("S1", "Jansen") });
    history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const both = history->judge("S1", anna, true);
    ASSERT_EQ(history->world.golden("persoon"), 1);
    auto const before = history->all("persoon", first, "2024-06-01");
    EXPECT_EQ(history->gemeenten(both, "2024-05-01"), "0376");
    EXPECT_EQ(history->all("persoon", both, "2024-04-30"), before);
    EXPECT_EQ(before.size(), 1U);
}

TEST_P(TwoTimes, IsAskedAsKnownAtAMomentOrByTheEndOfADay)
{
    auto const first = history->brp({ resident(anna, "0402", "2000-01-01") });
    auto const moved = history->brp({ resident(anna, "0376", "2024-05-01") });
    auto const day = moved.substr(0, 10);
    EXPECT_EQ(history->gemeenten(day, "2024-06-01"), "0376");
    EXPECT_EQ(history->gemeenten(day + "T00:00:00Z", "2024-06-01"), "0402");
    EXPECT_EQ(history->gemeenten(day + " 23:59:59", "2024-06-01"), "0376") << "as SQLite and PostgreSQL write a moment";
    EXPECT_EQ(history->gemeenten(first.substr(0, 10), "2024-06-01"), "0402");
    EXPECT_EQ(history->gemeenten("2000-01-01", "2024-06-01"), "") << "nothing was known";
}

TEST_P(TwoTimes, OfAJoinThatIsTakenBackLeaveEveryRowThatIsKnownAsItWas)
{
    history->school({ student("S1", "Jansen"), student("S2", "Pietersen", "1990-01-02") });
    history->uwv({ werkzoekende("WZ1", "", "Jansen") });
    auto const two = history->trajects({ association("D1", "S1"), association("D2", "S2", "2023-01-01") });
    history->world.reconcile();
    auto const before = history->standing();
    auto const persons = history->all("persoon", two, "2024-06-01");
    auto const count = history->everything().size();
    for (bool const other_way : { false, true }) {
        auto const one = history->judge(other_way ? "S2" : "S1", other_way ? "S1" : "S2", true);
        EXPECT_NE(history->standing(), before);
        EXPECT_EQ(history->rows("persoon", one, "2024-06-01") + 1, persons.size());
        EXPECT_EQ(history->distinct("deelname", "persoon", one, "2024-06-01"), 1);
        auto const apart = history->judge("S1", "S2", std::nullopt);
        EXPECT_EQ(history->standing(), before) << "which records are one, what they say, and who refers to whom";
        EXPECT_EQ(history->all("persoon", apart, "2024-06-01"), persons);
        EXPECT_EQ(history->distinct("deelname", "persoon", apart, "2024-06-01"), 2);
        EXPECT_EQ(history->all("persoon", two, "2024-06-01"), persons) << "what was known then stays";
    }
    EXPECT_GT(history->everything().size(), count) << "what we thought between stays too";
}

}
