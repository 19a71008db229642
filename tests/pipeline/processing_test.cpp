#include "daemon/pipeline/processing.hpp"
#include "tests/pipeline/world.hpp"
#include "tests/support/must.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace ketensync::pipeline {

namespace {

/// Who is concerned, by the name of the operation; and which runs these belong to.
struct Logged {
    std::map<std::string, std::multiset<std::string>> subjects;
    std::set<std::string> traces;
    std::set<std::string> operations;
    std::size_t lines = 0;
};

Logged logged(store::Database & state)
{
    Logged found;
    EXPECT_TRUE(Processing::each(state, [&found](Processing::Line const & line) -> Result<void> {
        found.subjects[line.name].insert(line.subject);
        found.traces.insert(line.trace_id);
        found.operations.insert(line.operation_id);
        ++found.lines;
        return {};
    }));
    return found;
}

Result<void> deliver(store::Database & state, std::int64_t batch)
{
    KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(state));
    KETENSYNC_TRY(Processing::delivered(state, batch, Instant(), Instant()));
    return transaction.commit();
}

}

TEST(ProcessingLog, TellsOfEachPersonThatAReadingAndItsDeliveryConcern)
{
    World world;
    world.sync("uwv/personen", { json_page(strangers(0, 12), true) });
    auto state = support::must(world.another_connection().another({ .read_only = true }));
    auto const before = logged(state);
    ASSERT_EQ(before.subjects.size(), 1U);
    EXPECT_EQ(before.subjects.at("take over from a source").size(), 12U) << "a person and an inschrijving are about one";
    auto const batches = world.batches();
    ASSERT_EQ(batches.size(), 1U);
    auto writing = world.another_connection();
    ASSERT_TRUE(deliver(writing, batches[0].number));
    auto const after = logged(state);
    EXPECT_EQ(after.subjects.at("deliver to the warehouse"), before.subjects.at("take over from a source"));
    EXPECT_EQ(after.traces.size(), 1U) << "both belong to one run";
    EXPECT_EQ(after.operations.size(), after.lines) << "each line has a number of its own";
}

TEST(ProcessingLog, DoesNotTakeABatchForOneOfAWarehouseThatWasFilledAnew)
{
    World world;
    world.sync("uwv/personen", { json_page(strangers(0, 3), true) });
    auto state = world.another_connection();
    ASSERT_TRUE(Processing::forget_batches(state));
    ASSERT_TRUE(deliver(state, 1));
    EXPECT_FALSE(logged(state).subjects.contains("deliver to the warehouse"));
}

}
