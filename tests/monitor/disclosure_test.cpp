#include "daemon/monitor/disclosure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

using namespace ketensync;
using namespace ketensync::monitor;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

Variable count(Count value) { return { value, {}, true, true, 10 }; }
Variable total(Count value) { return { value, {}, true, true, 60 }; }

/// A total and its parts: the total is the last variable.
System row(std::vector<Count> const & parts)
{
    System system;
    Equation sum;
    Count all = 0;
    for (auto const part : parts) {
        sum.terms.push_back({ static_cast<std::uint32_t>(system.variables.size()), 1 });
        system.variables.push_back(count(part));
        all += part;
    }
    sum.terms.push_back({ static_cast<std::uint32_t>(parts.size()), -1 });
    system.variables.push_back(total(all));
    system.equations.push_back(sum);
    return system;
}

} // namespace

TEST(Disclosure, HidesASmallCountAndAnotherWithIt)
{
    auto const result = protect(row({ 3, 40, 12, 20 }), {});
    ASSERT_TRUE(result) << result.error().what;
    EXPECT_THAT(result->small, ElementsAre(0));
    EXPECT_THAT(result->complementary, SizeIs(1));
    EXPECT_EQ(result->told[4], Told::open) << "a total is told rather than a part";
}

TEST(Disclosure, TellsEverythingWhenNothingIsSmall)
{
    auto const result = protect(row({ 5, 40, 0, 20 }), {});
    ASSERT_TRUE(result);
    EXPECT_THAT(result->told, testing::Each(Told::open));
}

TEST(Disclosure, FindsThatTwoSmallCountsGiveEachOtherAway)
{
    // 1 and 1 of 2: hidden counts are at least 1, so both are known, unless the total or another is hidden too.
    auto const system = row({ 1, 1, 30 });
    EXPECT_THAT(audit(system, {}, told_without_complement(system, {})), SizeIs(2));
    auto const result = protect(system, {});
    ASSERT_TRUE(result);
    EXPECT_THAT(result->complementary, SizeIs(1));
    EXPECT_THAT(audit(system, {}, result->told), IsEmpty());
}

TEST(Disclosure, NamesWhatCanBeNarrowedAndHowFar)
{
    auto const system = row({ 3, 40 });
    auto const narrowed = audit(system, {}, { Told::hidden, Told::open, Told::open });
    ASSERT_THAT(narrowed, SizeIs(1));
    EXPECT_EQ(narrowed[0].variable, 0U);
    EXPECT_EQ(narrowed[0].reckoned.low, 3);
    EXPECT_EQ(narrowed[0].reckoned.high, 3);
}

TEST(Disclosure, ProtectsQuartersAgainstWhatWasToldCumulatively)
{
    // Told before: 20 until the first quarter. Now: 23 until the second, so its 3 is known unless 23 is hidden.
    System system;
    system.variables = { count(3), total(23), { 20, { 20, 20 }, false, false, 0 } };
    system.equations = { { { { 2, 1 }, { 0, 1 }, { 1, -1 } }, true } };
    auto const result = protect(system, {});
    ASSERT_TRUE(result);
    EXPECT_THAT(result->complementary, ElementsAre(1));
}

TEST(Disclosure, IsRefusedWhenWhatWasToldBeforeGivesItAway)
{
    System system;
    system.variables = { count(3), { 23, { 23, 23 }, true, true, 10 }, { 20, { 20, 20 }, false, false, 0 } };
    system.equations = { { { { 2, 1 }, { 0, 1 }, { 1, -1 } }, true } };
    auto const result = protect(system, {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().failure, Failure::held);
}

TEST(Disclosure, ListsSmallCountsThatAreKnownAlready)
{
    System system = row({ 3, 40, 20 });
    system.variables[0].known = { 3, 3 };
    auto const result = protect(system, {});
    ASSERT_TRUE(result);
    EXPECT_THAT(result->public_before, ElementsAre(0));
    EXPECT_EQ(result->told[0], Told::open);
}

TEST(Disclosure, UsesWhatIsKnownOfTotalsOfPersons)
{
    // Persons count once in the total: it is at least each part, and at most their sum. A part of 3 beside one of 19 in a
    // total of 22 can only be 3 or more: without more hidden that is 3 or above, and 22 or below.
    System system = row({ 3, 19 });
    system.variables[2].value = 22;
    system.equations[0].exact = false;
    auto const narrowed = audit(system, {}, { Told::hidden, Told::open, Told::open });
    EXPECT_THAT(narrowed, IsEmpty()) << "3 to 22 stay possible: as many as five";
    system.equations.push_back({ { { 2, 1 }, { 0, -1 }, { 1, -1 } }, false });
    EXPECT_THAT(audit(system, {}, { Told::hidden, Told::open, Told::open }), SizeIs(1));
}

TEST(Disclosure, ProtectsZerosWhereThePolicySaysSo)
{
    DisclosurePolicy policy;
    policy.zero_shown = false;
    auto const result = protect(row({ 0, 40, 12, 20 }), policy);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->told[0], Told::hidden);
    EXPECT_THAT(result->complementary, SizeIs(1));
}

TEST(Disclosure, RoundsSoThatSmallCountsLookAlike)
{
    DisclosurePolicy policy;
    policy.method = DisclosurePolicy::Method::round;
    for (auto const & [value, told] : std::vector<std::pair<Count, Count>> {
             { 0, 0 }, { 1, 5 }, { 4, 5 }, { 5, 5 }, { 7, 5 }, { 8, 10 }, { 12, 10 }, { 13, 15 } }) {
        EXPECT_EQ(policy.rounded(value), told) << value;
        EXPECT_TRUE(policy.behind(told).holds(value)) << value;
    }
    for (Count value = 0; value < 200; ++value) {
        auto const range = policy.behind(policy.rounded(value));
        EXPECT_TRUE(range.holds(value));
        EXPECT_EQ(policy.rounded(range.low), policy.rounded(value));
        EXPECT_EQ(policy.rounded(range.high), policy.rounded(value));
    }
    policy.zero_shown = false;
    EXPECT_EQ(policy.rounded(0), policy.rounded(4));
    auto const result = protect(row({ 3, 40, 12, 20 }), policy);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->told[0], Told::rounded);
}

TEST(Disclosure, HidesWhatRoundingAloneDoesNotProtect)
{
    DisclosurePolicy policy;
    policy.method = DisclosurePolicy::Method::round;
    // Five times 1 to 7, and the sum is 33 to 37: 35 told. Each could only be 5 or more.
    System system = row({ 7, 7, 7, 7, 4 });
    system.variables.back().value = 32;
    system.variables[0].value = 7;
    auto const told = told_without_complement(system, policy);
    auto const result = protect(system, policy);
    ASSERT_TRUE(result) << result.error().what;
    EXPECT_THAT(audit(system, policy, result->told), IsEmpty());
}

TEST(Disclosure, IsRefusedAPolicyThatProtectsNobody)
{
    DisclosurePolicy policy;
    policy.threshold = 1;
    EXPECT_EQ(protect(row({ 1 }), policy).error().failure, Failure::configuration);
    policy = { DisclosurePolicy::Method::round, 10, 5, true, {} };
    EXPECT_EQ(protect(row({ 1 }), policy).error().failure, Failure::configuration);
}

TEST(Disclosure, ProtectsWhatHasNothingToDoWithTheRestAsIfItWereAlone)
{
    // Two rows, one behind the other's variables in turn.
    auto const first = row({ 3, 40, 12, 20 });
    auto const second = row({ 1, 1, 30 });
    System both;
    for (std::size_t i = 0; i < first.variables.size(); ++i) {
        both.variables.push_back(first.variables[i]);
        if (i < second.variables.size()) {
            both.variables.push_back(second.variables[i]);
        }
    }
    auto const place = [&](std::uint32_t of_first, bool other) {
        return other ? 2 * of_first + 1 : of_first + std::min<std::uint32_t>(of_first, static_cast<std::uint32_t>(second.variables.size()));
    };
    for (bool const other : { false, true }) {
        auto equation = (other ? second : first).equations.front();
        for (auto & term : equation.terms) {
            term.variable = place(term.variable, other);
        }
        both.equations.push_back(equation);
    }
    auto const together = protect(both, {});
    ASSERT_TRUE(together);
    for (bool const other : { false, true }) {
        auto const & system = other ? second : first;
        auto const alone = protect(system, {});
        ASSERT_TRUE(alone);
        for (std::uint32_t i = 0; i < system.variables.size(); ++i) {
            EXPECT_EQ(together->told[place(i, other)], alone->told[i]) << i << other;
        }
    }
    EXPECT_TRUE(std::ranges::is_sorted(together->small));
    EXPECT_THAT(together->small, SizeIs(3));
    EXPECT_THAT(audit(both, {}, together->told), IsEmpty());
}
