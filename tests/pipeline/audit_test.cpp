#include "daemon/pipeline/audit.hpp"

#include "tests/pipeline/world.hpp"

#include <gtest/gtest.h>

namespace ketensync::pipeline {

namespace {

/// A state with three entries.
store::Database noted(World & world)
{
    auto state = world.another_connection();
    for (auto const * action : { "judge", "erase", "backup" }) {
        auto transaction = store::Transaction::begin(state);
        EXPECT_TRUE(Audit::append(state, Instant(std::chrono::seconds(1'800'000'000)), action, "of a test"));
        EXPECT_TRUE(transaction->commit());
    }
    return state;
}

}

TEST(Audit, ReadsBackWhatWasNoted)
{
    World world;
    auto state = noted(world);
    auto const entries = Audit::read(state);
    ASSERT_TRUE(entries) << entries.error().what;
    ASSERT_EQ(entries->size(), 3U);
    EXPECT_EQ((*entries)[1].action, "erase");
    EXPECT_FALSE((*entries)[1].who.empty());
    EXPECT_NE((*entries)[1].chain, (*entries)[2].chain);
}

TEST(Audit, FindsOutWhatWasChangedTakenOutMovedOrCutOff)
{
    for (auto const * tampering : { "UPDATE audit SET detail = 'of another' WHERE id = 2", "UPDATE audit SET who = 'nobody' WHERE id = 1",
             "UPDATE audit SET at = at + 1 WHERE id = 3", "DELETE FROM audit WHERE id = 2", "DELETE FROM audit WHERE id = 3",
             "DELETE FROM audit", "UPDATE audit SET id = -id; UPDATE audit SET id = id + 4",
             "INSERT INTO audit SELECT 4, at, who, action, detail, chain FROM audit WHERE id = 3" }) {
        World world;
        auto state = noted(world);
        ASSERT_TRUE(state.execute(tampering)) << tampering;
        auto const entries = Audit::read(state);
        ASSERT_FALSE(entries) << tampering;
        EXPECT_EQ(entries.error().failure, Failure::configuration);
        EXPECT_NE(entries.error().what.find("tampered"), std::string::npos);
    }
}

TEST(Audit, OfAStateThatNobodyDidAnythingToIsEmpty)
{
    World world;
    auto state = world.another_connection();
    auto const entries = Audit::read(state);
    ASSERT_TRUE(entries) << entries.error().what;
    EXPECT_TRUE(entries->empty());
}

}
