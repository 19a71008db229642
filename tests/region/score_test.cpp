#include "daemon/golden/golden.hpp"
#include "tests/region/score.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace ketensync::region {
namespace {

class ScoreTest : public testing::Test {
protected:
    ScoreTest()
        : m_folder(std::filesystem::temp_directory_path() / ("score_test_" + std::to_string(::getpid())))
    {
        std::filesystem::create_directories(m_folder);
        std::ofstream(m_folder / "records.csv") << "source,kind,key,entity\n"
                                                   "a,persoon,1,P1\na,persoon,2,P2\nb,persoon,1,P1\nb,persoon,2,P2\n"
                                                   "b,persoon,3,P2\nb,persoon,4,P1\nb,persoon,4,P2\na,deelname,9,D1\n";
    }
    ~ScoreTest() override { std::filesystem::remove_all(m_folder); }

    struct Row {
        record::SourceId source;
        record::KindId kind;
        std::string key;
        record::GoldenId golden;
    };
    Score score(std::vector<Row> const & rows)
    {
        auto const file = m_folder / "state.sqlite";
        std::filesystem::remove(file);
        {
            auto state = store::Database::open(file);
            EXPECT_TRUE(state->execute("CREATE TABLE source(id, name); INSERT INTO source VALUES (1,'a'),(2,'b');"
                                       "CREATE TABLE kind(id, name); INSERT INTO kind VALUES (1,'persoon'),(2,'deelname');"
                + golden::Golden::tables()));
            auto store = golden::Golden::open(*state);
            record::RecordId record = 0;
            for (auto const & row : rows) {
                golden::Ledger::Entry entry;
                entry.told = 1;
                entry.golden = row.golden;
                entry.source = row.source;
                entry.kind = row.kind;
                EXPECT_TRUE(store->add(++record, entry, row.key, {}));
            }
            EXPECT_TRUE(store->flush());
        }
        return score_of("persoon", m_folder, file, 5);
    }

    std::filesystem::path m_folder;
};

TEST_F(ScoreTest, IsOneWhenEveryRecordIsWhereItBelongs)
{
    auto const perfect = score({ { 1, 1, "1", 10 }, { 1, 1, "2", 20 }, { 2, 1, "1", 10 }, { 2, 1, "2", 20 }, { 2, 1, "3", 20 }, { 2, 1, "4", 10 } });
    EXPECT_EQ(perfect.precision(), 1.0);
    EXPECT_EQ(perfect.recall(), 1.0);
    EXPECT_EQ(perfect.missing, 0U);
    EXPECT_EQ(perfect.entities, 2U);
}

TEST_F(ScoreTest, CountsARecordOfTwoPersonsForEither)
{
    auto const other = score({ { 1, 1, "1", 10 }, { 1, 1, "2", 20 }, { 2, 1, "1", 10 }, { 2, 1, "2", 20 }, { 2, 1, "3", 20 }, { 2, 1, "4", 20 } });
    EXPECT_EQ(other.precision(), 1.0);
    EXPECT_EQ(other.recall(), 1.0);
}

TEST_F(ScoreTest, TellsWhatWasJoinedWronglyAndWhatNotAtAll)
{
    // P1 is whole, two of the three of P2 are with it, the third is alone, and one record was never read.
    auto const poor = score({ { 1, 1, "1", 10 }, { 1, 1, "2", 10 }, { 2, 1, "1", 10 }, { 2, 1, "2", 10 }, { 2, 1, "3", 30 }, { 2, 1, "7", 40 } });
    EXPECT_EQ(poor.found_pairs, 6U);
    EXPECT_EQ(poor.right_pairs, 2U);
    EXPECT_EQ(poor.true_pairs, 4U);
    EXPECT_EQ(poor.missing, 1U);
    EXPECT_EQ(poor.unknown, 1U);
    EXPECT_EQ(poor.wrongly_joined.size(), 1U);
    EXPECT_EQ(poor.not_joined.size(), 1U);
}

} // namespace
} // namespace ketensync::region
