#include "daemon/store/database.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace ketensync::warehouse {

namespace {

/// The trajecten that follow from these rows (persoon, gemeente, begindatum, einddatum), as the view in mappings/ tells
/// them.
std::vector<std::string> trajecten(std::string const & rows)
{
    support::TemporaryFolder const folder;
    auto database = store::Database::open(folder / "warehouse.sqlite").value();
    std::ifstream stream(
        std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings/monitor/traject_uit_voorzieningen.sql");
    std::string const view { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
    auto const made = database.execute("CREATE TABLE voorziening_nu (id INTEGER PRIMARY KEY, persoon INTEGER, gemeente TEXT, "
                                       "begindatum TEXT, einddatum TEXT);"
                                       "INSERT INTO voorziening_nu (persoon, gemeente, begindatum, einddatum) VALUES "
        + rows + ";" + view);
    EXPECT_TRUE(made) << made.error().what;
    auto statement = database.prepare("SELECT persoon, begindatum, einddatum, voorzieningen, gemeente FROM "
                                      "traject_uit_voorzieningen ORDER BY persoon, nummer")
                         .value();
    std::vector<std::string> found;
    while (statement.step().value()) {
        found.push_back(fmt::format("{}: {} {} {} {}", statement.integer(0), statement.text(1), statement.text(2),
            statement.integer(3), statement.text(4)));
    }
    return found;
}

} // namespace

TEST(TrajectView, JoinsWhatIsContiguousOrOverlaps)
{
    EXPECT_THAT(trajecten("(1, '0402', '2025-01-01', '2025-06-30'), (1, '0402', '2025-07-01', NULL),"
                          "(2, '0402', '2025-01-01', '2025-12-31'), (2, '0402', '2025-02-01', '2025-03-01'),"
                          "(2, '0402', '2025-11-01', '2026-02-01')"),
        testing::ElementsAre("1: 2025-01-01  2 0402", "2: 2025-01-01 2026-02-01 3 0402"));
}

TEST(TrajectView, BeginsAnewAfterADayWithoutAny)
{
    EXPECT_THAT(trajecten("(1, '0402', '2025-01-01', '2025-03-31'), (1, '0406', '2025-04-02', '2025-05-01'),"
                          "(2, '0402', '2025-04-01', '2025-04-01')"),
        testing::ElementsAre(
            "1: 2025-01-01 2025-03-31 1 0402", "1: 2025-04-02 2025-05-01 1 0406", "2: 2025-04-01 2025-04-01 1 0402"));
}

TEST(TrajectView, IsNotBrokenByAMoveWithinTheRegion)
{
    EXPECT_THAT(trajecten("(1, '0376', '2025-01-01', '2025-03-31'), (1, '0402', '2025-04-01', '2025-09-01')"),
        testing::ElementsAre("1: 2025-01-01 2025-09-01 2 0376"));
}

TEST(TrajectView, TakesTheWholeOfADateThatIsPartlyKnown)
{
    EXPECT_THAT(trajecten("(1, '0402', '2024', '2024-02'), (1, '0402', '2024-03-01', '2025')"),
        testing::ElementsAre("1: 2024-01-01 2025-12-31 2 0402"));
}

} // namespace ketensync::warehouse
