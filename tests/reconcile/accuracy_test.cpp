#include "tests/reconcile/population.hpp"
#include "tests/reconcile/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace ketensync::reconcile::test {

namespace {

Score recognise(Population const & population, std::vector<std::size_t> const & order)
{
    auto const schema = house_schema();
    auto const kind = schema->kind("persoon").value();
    auto const reconciler = Reconciler::create(house_rules(), schema, 1);
    Outcome outcome;
    for (auto const i : order) {
        auto const & item = population.items[i];
        reconciler->settle({ static_cast<RecordId>(i + 1), kind, item.source, &item.values, {} }, outcome);
    }
    std::vector<std::uint32_t> group;
    for (std::size_t i = 0; i < population.items.size(); ++i) {
        group.push_back(reconciler->golden_of(static_cast<RecordId>(i + 1)));
    }
    return score(population, group, *schema);
}

std::vector<std::size_t> in_order(Population const & population)
{
    std::vector<std::size_t> order(population.items.size());
    std::iota(order.begin(), order.end(), std::size_t { 0 });
    return order;
}

} // namespace

TEST(Accuracy, OfTwentyThousandDirtyRecordsIsHighEnough)
{
    for (std::uint64_t const seed : { 7U, 8U, 9U }) {
        auto const population = Population::make(*house_schema(), seed, 20'000);
        auto const score = recognise(population, in_order(population));
        EXPECT_GE(score.precision(), 0.995) << "seed " << seed;
        EXPECT_GE(score.recall(), 0.95) << "seed " << seed;
    }
}

TEST(Accuracy, HardlyDependsOnTheOrderInWhichRecordsCome)
{
    auto const population = Population::make(*house_schema(), 7, 20'000);
    auto order = in_order(population);
    auto const forward = recognise(population, order);
    std::reverse(order.begin(), order.end());
    auto const backward = recognise(population, order);
    EXPECT_NEAR(forward.recall(), backward.recall(), 0.005);
    EXPECT_NEAR(forward.precision(), backward.precision(), 0.002);
}

} // namespace ketensync::reconcile::test
