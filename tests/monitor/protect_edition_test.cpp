#include "daemon/monitor/protect_edition.hpp"

#include "tests/monitor/sample_edition.hpp"
#include "tests/monitor/small_region.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace ketensync;
using namespace ketensync::monitor;
using testing::IsEmpty;
using testing::Not;

namespace {

Edition truth(std::uint64_t seed = 3) { return SmallRegion(seed, {}).edition(1); }

} // namespace

TEST(ProtectEdition, TellsTheSameOfAFigureInEveryTable)
{
    auto const result = protect(truth(), {}, {});
    ASSERT_TRUE(result) << result.error().what;
    auto const & tables = result->edition.tables;
    // The region by quarter stands in three tables.
    for (std::size_t quarter = 0; quarter < 6; ++quarter) {
        EXPECT_EQ(tables[0].figures[quarter].cell.shown, tables[2].figures[quarter].cell.shown);
        EXPECT_EQ(tables[0].figures[quarter].cell.shown, tables[3].figures[quarter].cell.shown);
        EXPECT_EQ(tables[0].figures[quarter].cell.count, tables[3].figures[quarter].cell.count);
    }
}

TEST(ProtectEdition, LeavesNoSmallCountAndNoRecordInWhatIsShown)
{
    auto const edition = truth();
    auto const result = protect(edition, {}, {});
    ASSERT_TRUE(result);
    EXPECT_THAT(result->edition.left_out, IsEmpty());
    EXPECT_THAT(result->edition.protection, Not(IsEmpty()));
    EXPECT_THAT(result->hidden, Not(IsEmpty()));
    for (auto const & table : result->edition.tables) {
        for (auto const & figure : table.figures) {
            EXPECT_FALSE(figure.cell.shown == Shown::hidden && figure.cell.count != 0);
            EXPECT_FALSE(figure.cell.shown == Shown::open && figure.cell.count > 0 && figure.cell.count < 5);
        }
    }
}

TEST(ProtectEdition, DoesNotTellProgressWhereTheResultIsNotTold)
{
    auto const edition = truth();
    auto const result = protect(edition, {}, {});
    ASSERT_TRUE(result);
    bool found = false;
    for (auto const & each : result->edition.projects) {
        bool const hidden = std::ranges::any_of(result->hidden, [&](HiddenFigure const & figure) {
            return figure.table == "trajecten_gestart.onderdeel.kwartaal"
                && figure.at == std::vector<std::string> { each.code, "totaal" };
        });
        EXPECT_EQ(each.targets[0].progress, hidden ? Progress::unknown : Progress::behind) << each.code;
        EXPECT_EQ(each.progress, each.targets[0].progress);
        found = found || hidden;
    }
    EXPECT_TRUE(found) << "the region has no hidden result to try it on";
}

TEST(ProtectEdition, IsTheSameEachTime)
{
    EXPECT_EQ(to_json(protect(truth(), {}, {})->edition), to_json(protect(truth(), {}, {})->edition));
}

TEST(ProtectEdition, TellsFiguresThatCountNoPersons)
{
    DisclosurePolicy policy;
    policy.open_indicators = { "trajecten_gestart" };
    auto const result = protect(truth(), {}, policy);
    ASSERT_TRUE(result);
    EXPECT_THAT(result->hidden, IsEmpty());
}

TEST(ProtectEdition, IsRefusedATruthThatIsNotThatOfTheEditionShown)
{
    auto const region = SmallRegion(3, {});
    auto shown = protect(region.edition(0), {}, {})->edition;
    EXPECT_EQ(protect(region.edition(2), { { shown, region.edition(1) } }, {}).error().failure, Failure::bad_data);
    auto broken = truth();
    broken.tables[0].figures[0].at[0] = 4711;
    EXPECT_EQ(protect(broken, {}, {}).error().failure, Failure::bad_data);
}
