#include "daemon/golden/second_looks.hpp"

#include <gtest/gtest.h>

namespace ketensync::golden {

namespace {

class Looks : public testing::Test {
protected:
    Looks()
    {
        auto database = store::Database::open(":memory:", {});
        EXPECT_TRUE(database);
        m_database.emplace(std::move(*database));
        EXPECT_TRUE(m_database->execute(SecondLooks::tables));
        m_looks.emplace(*SecondLooks::open(*m_database));
    }
    void ask(record::RecordId a, bool same, std::string_view who = "anna") { ASSERT_TRUE(m_looks->ask(a, a + 1, same, who, Instant {})); }
    bool put(record::RecordId a, bool same, std::string_view who = "bart") { return *m_looks->put(a, a + 1, same, who, Instant {}); }

    std::optional<store::Database> m_database;
    std::optional<SecondLooks> m_looks;
};

}

TEST_F(Looks, AreAskedOfSomebodyElseThanTheFirst)
{
    ask(1, true);
    EXPECT_FALSE(m_looks->next("anna")->has_value());
    ASSERT_TRUE(m_looks->next("bart")->has_value());
    EXPECT_EQ((*m_looks->next("bart"))->a, 1U);
    EXPECT_FALSE(put(1, true, "anna"));
    EXPECT_TRUE(put(1, true));
    EXPECT_FALSE(put(1, false)) << "once";
    EXPECT_FALSE(m_looks->next("carla")->has_value());
}

TEST_F(Looks, AreForgottenWithTheirJudgement)
{
    ask(1, true);
    ASSERT_TRUE(m_looks->forget(2, 1));
    EXPECT_FALSE(m_looks->next("bart")->has_value());
    EXPECT_FALSE(put(1, true));
}

TEST_F(Looks, TellHowFarTwoPeopleAgree)
{
    EXPECT_FALSE(m_looks->agreement()->share());
    // 20 both one, 15 both two, 5 and 10 apart: the example of Cohen's kappa, 0.4.
    record::RecordId next = 1;
    auto const say = [&](int times, bool first, bool second) {
        for (int i = 0; i < times; ++i, next += 2) {
            ask(next, first);
            EXPECT_TRUE(put(next, second));
        }
    };
    say(20, true, true);
    say(15, false, false);
    say(5, true, false);
    say(10, false, true);
    ask(next, true);
    auto const agreement = *m_looks->agreement();
    EXPECT_EQ(agreement.pairs(), 50);
    EXPECT_EQ(agreement.waiting, 1);
    EXPECT_DOUBLE_EQ(*agreement.share(), 0.7);
    EXPECT_NEAR(*agreement.kappa(), 0.4, 1e-9);
}

TEST_F(Looks, TellNoKappaWhereChanceAloneWouldAgree)
{
    ask(1, true);
    EXPECT_TRUE(put(1, true));
    EXPECT_DOUBLE_EQ(*m_looks->agreement()->share(), 1);
    EXPECT_FALSE(m_looks->agreement()->kappa());
}

}
