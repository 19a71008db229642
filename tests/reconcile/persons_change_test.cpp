#include "tests/reconcile/some_people.hpp"

#include <gtest/gtest.h>

namespace ketensync::reconcile::test {

// What becomes of persons when what is told of them changes or is withdrawn.

TEST(Persons, JudgedToBeOneWithSomebodyWhoIsGoneAreSettledAllTheSame)
{
    World world;
    Outcome outcome;
    world.reconciler().judge(1, 1'000'000, Judgement::same, outcome);
    auto const a = world.person(jan);
    auto const b = world.person(with(jan, { { "bsn", bsn } }));
    EXPECT_TRUE(world.together(a, b));
}

TEST(Persons, KeepTheLowestIdWhenTheyTurnOutToBeOne)
{
    World world;
    auto const anonymous = world.person(benefit);
    auto const student = world.person(jan);
    auto const first = world.golden(anonymous);
    auto const second = world.golden(student);
    EXPECT_NE(first, second);
    auto const seeker = world.person(with(jan, { { "bsn", bsn } }));
    EXPECT_TRUE(world.together(anonymous, student));
    EXPECT_EQ(world.golden(seeker), first);
    ASSERT_EQ(world.outcome().groups.size(), 2U);
    EXPECT_EQ(world.outcome().groups[0].records.size(), 3U);
    EXPECT_EQ(world.outcome().groups[1].golden, second);
    EXPECT_TRUE(world.outcome().groups[1].records.empty());
}

TEST(Persons, FallApartWhenWhatHeldThemTogetherIsWithdrawn)
{
    World world;
    auto const anonymous = world.person(benefit);
    auto const also = world.person(benefit, 2);
    auto const seeker = world.person(with(jan, { { "bsn", bsn } }));
    auto const student = world.person(jan);
    auto const first = world.golden(anonymous);
    EXPECT_TRUE(world.together(anonymous, student));
    world.withdraw(seeker);
    EXPECT_EQ(world.golden(anonymous), first) << "the largest part keeps the id";
    EXPECT_TRUE(world.together(anonymous, also));
    EXPECT_FALSE(world.together(anonymous, student));
    EXPECT_GT(world.golden(student), first);
    EXPECT_EQ(world.golden(seeker), 0U);
}

TEST(Persons, MoveWithTheirBsnWhenItIsCorrected)
{
    World world;
    auto const right = world.person(with(benefit, { { "bsn", another_bsn } }));
    auto const wrong = world.person({ { "bsn", bsn }, { "geboortedatum", "1984-03-17" }, { "geslacht", "M" } });
    auto const seeker = world.person(with(jan, { { "bsn", bsn } }));
    EXPECT_TRUE(world.together(wrong, seeker));
    world.change(seeker, with(jan, { { "bsn", another_bsn } }));
    EXPECT_TRUE(world.together(right, seeker));
    EXPECT_FALSE(world.together(wrong, seeker));
}

TEST(Persons, WhoAreToldAgainAsTheyWereChangeNothing)
{
    World world;
    auto const a = world.person(jan);
    world.person(with(jan, { { "bsn", bsn } }));
    world.settle(a);
    EXPECT_TRUE(world.outcome().groups.empty());
    world.change(a, with(jan, { { "straatnaam", "Naarderstraat" } }));
    EXPECT_TRUE(world.outcome().groups.empty()) << "a field that is not looked at";
    world.change(a, with(jan, { { "telefoon", "+31612345678" } }));
    EXPECT_TRUE(world.outcome().groups.empty()) << "a field that is, and the group stays as it was";
}

} // namespace ketensync::reconcile::test
