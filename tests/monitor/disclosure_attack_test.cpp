#include "daemon/monitor/protect_edition.hpp"
#include "tests/monitor/attacker.hpp"
#include "tests/monitor/small_region.hpp"

#include <gtest/gtest.h>

#include <chrono>

using namespace ketensync;
using namespace ketensync::monitor;

namespace {

DisclosurePolicy policy_of(std::uint64_t seed)
{
    DisclosurePolicy policy;
    policy.threshold = seed % 5 == 4 ? 3 : 5;
    policy.zero_shown = seed % 3 != 2;
    policy.method = seed % 4 == 3 ? DisclosurePolicy::Method::round : DisclosurePolicy::Method::suppress;
    return policy;
}

SmallRegion region_of(std::uint64_t seed)
{
    SmallRegion::Size size;
    size.persons = 20 + static_cast<int>(seed % 7) * 40;
    size.quarters = seed % 8 == 7 ? 6 : 4;
    size.projects = 3 + static_cast<int>(seed % 4);
    size.late = seed % 2 == 0 ? 0 : 6;
    return SmallRegion(seed, size);
}

Attacker::Knowledge knowledge_of(DisclosurePolicy const & policy)
{
    return { policy.lowest(), policy.base, policy.threshold, policy.zero_shown };
}

/// Small counts that the attacker knows to fewer values than the policy wants.
std::size_t found_out(std::vector<Edition> const & truth, std::vector<Edition> const & shown,
    DisclosurePolicy const & policy, bool exactly = false)
{
    std::size_t found = 0;
    auto const is_small = [&](std::size_t edition, std::size_t table, std::size_t figure) {
        return policy.small(truth[edition].tables[table].figures[figure].cell.count);
    };
    auto const count_at = [&](std::size_t edition, std::size_t table, std::size_t figure) {
        return truth[edition].tables[table].figures[figure].cell.count;
    };
    for (auto const & each : Attacker(shown, knowledge_of(policy), count_at).reckon(is_small)) {
        auto const count = truth[each.edition].tables[each.table].figures[each.figure].cell.count;
        EXPECT_TRUE(each.low <= count && (each.high < 0 || count <= each.high)) << "the attacker reckons wrongly";
        auto const values = each.high < 0 ? policy.threshold : each.high - each.low + 1;
        found += (exactly ? values == 1 : values < policy.threshold) ? 1U : 0U;
    }
    return found;
}

/// Hides or rounds small counts, and nothing else.
Edition without_complement(Edition edition, DisclosurePolicy const & policy)
{
    for (auto & table : edition.tables) {
        for (auto & figure : table.figures) {
            auto & cell = figure.cell;
            if (policy.method == DisclosurePolicy::Method::round) {
                cell = { policy.rounded(cell.count), Shown::rounded, false };
            } else if (policy.small(cell.count)) {
                cell = { 0, Shown::hidden, false };
            }
        }
    }
    return edition;
}

} // namespace

TEST(DisclosureAttack, FindsNoProtectedCountInTwoHundredRegionsWithAllTheirEditions)
{
    std::size_t hidden = 0;
    std::size_t small = 0;
    std::size_t all = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        auto const region = region_of(seed);
        auto const policy = policy_of(seed);
        std::vector<Edition> truth;
        std::vector<Edition> shown;
        std::vector<EarlierEdition> earlier;
        for (int number = 0; number < region.editions(); ++number) {
            truth.push_back(region.edition(number));
            auto result = protect(truth.back(), earlier, policy);
            ASSERT_TRUE(result) << "seed " << seed << " edition " << number << ": " << result.error().what;
            shown.push_back(result->edition);
            earlier.push_back({ std::move(result->edition), truth.back() });
            hidden += result->hidden.size();
            for (auto const & each : result->hidden) {
                small += each.small ? 1U : 0U;
            }
            for (auto const & table : truth.back().tables) {
                all += table.figures.size();
            }
        }
        EXPECT_EQ(found_out(truth, shown, policy), 0U) << "seed " << seed;
    }
    RecordProperty("figures", static_cast<int>(all));
    RecordProperty("hidden", static_cast<int>(hidden));
    std::cout << all << " figures, " << small << " hidden because they are small, " << hidden - small
              << " to protect these\n";
}

TEST(DisclosureAttack, SucceedsWhenOnlySmallCountsAreHidden)
{
    std::size_t regions = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        auto const region = region_of(seed);
        auto policy = policy_of(seed);
        std::vector<Edition> truth;
        std::vector<Edition> shown;
        for (int number = 0; number < region.editions(); ++number) {
            truth.push_back(region.edition(number));
            shown.push_back(without_complement(truth.back(), policy));
        }
        regions += found_out(truth, shown, policy, true) > 0 ? 1U : 0U;
    }
    EXPECT_GE(regions, 25U);
}
