#include "daemon/monitor/count.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace ketensync::monitor {

namespace {

/// Two projects in one category, one in another, and two municipalities of which one ended.
Frame frame()
{
    Frame made;
    made.first_quarter = quarter_named("2025-K1").value();
    DimensionPlan parts { "part", "Part", MadeOf::parts, {}, "", "", "None" };
    DimensionPlan quarters { "quarter", "Quarter", MadeOf::quarters, {}, "", "", "" };
    DimensionPlan ends { "end", "End", MadeOf::quarter_ends, {}, "", "", "" };
    DimensionPlan place { "place", "Place", MadeOf::members, { { "A", "A", "2026-01-01", "B" }, { "B", "B", "", "" } }, "", "Other", "Unknown" };
    auto now = place;
    now.id = "place_now";
    now.as_now = "place";
    made.dimensions = { parts, quarters, ends, place, now };
    return made;
}

Edition edition()
{
    Edition made;
    made.name = "2026-H1";
    made.period = period_of("2026-H1").value();
    made.peildatum = made.period.end;
    made.known = "2026-07-10T00:00:00Z";
    for (auto const * const code : { "P1", "P2", "P3" }) {
        Project project;
        project.code = code;
        project.category = code == std::string("P3") ? "Two" : "One";
        project.theme = "T";
        made.projects.push_back(project);
    }
    return made;
}

Definition definition(Counts counts)
{
    Definition made;
    made.indicator.id = "x";
    made.counts = counts;
    made.by = { "place" };
    auto const * const time = counts == Counts::present ? "end" : "quarter";
    made.tables = { { "", { "part", time } }, { "", { "part", "place" } }, { "", { "place_now", time } } };
    return made;
}

struct Row {
    std::string who, day, part, place;
};

std::vector<Row> random_rows(unsigned seed)
{
    std::mt19937 random(seed);
    auto const below = [&random](unsigned limit) { return random() % limit; };
    std::vector<Row> rows;
    for (int i = 0; i < 300; ++i) {
        rows.push_back({ std::to_string(below(60)), "202" + std::to_string(5 + below(2)) + "-0" + std::to_string(1 + below(9)) + "-15",
            "P" + std::to_string(1 + below(3)), std::string(1, "ABC"[below(3)]) });
    }
    return rows;
}

std::vector<Table> counted(Axes const & axes, std::vector<Row> const & rows)
{
    auto const what = definition(Counts::once);
    Facts facts(axes, what, "2026-06-30");
    for (auto const & row : rows) {
        EXPECT_TRUE(facts.add({ row.who, row.day, row.part, row.place }));
    }
    return facts.tables(facts.count());
}

}

TEST(Count, CountsWhomASimpleMindWouldCount)
{
    auto const axes = axes_of(frame(), edition());
    for (unsigned seed = 1; seed <= 20; ++seed) {
        auto const rows = random_rows(seed);
        auto const table = counted(axes, rows).at(0);
        auto const quarters = axes.dimensions[axes.number_of("quarter")].members.size();
        std::map<std::string, std::set<std::string>> people;
        for (auto const & row : rows) {
            if (row.day <= "2026-06-30") {
                people["totaal"].insert(row.who);
                people[row.part].insert(row.who);
                people[row.part == "P3" ? "hoofdgroep:Two" : "hoofdgroep:One"].insert(row.who);
            }
        }
        for (auto const & [part, who] : people) {
            auto const member = axes.member(0, part).value();
            EXPECT_EQ(table.figures[member * quarters].cell.count, static_cast<std::int64_t>(who.size())) << part;
        }
    }
}

TEST(Count, AddsUpExactlyWhereADimensionSaysSo)
{
    auto const axes = axes_of(frame(), edition());
    for (auto const & table : counted(axes, random_rows(7))) {
        std::map<std::vector<std::uint32_t>, std::int64_t> counts;
        for (auto const & figure : table.figures) {
            counts[figure.at] = figure.cell.count;
        }
        for (auto const & [at, count] : counts) {
            for (std::size_t i = 0; i < at.size(); ++i) {
                auto const number = axes.number_of(table.dimensions[i]);
                auto const & dimension = axes.dimensions[number];
                for (auto const & breakdown : dimension.members[at[i]].breakdowns) {
                    std::int64_t sum = 0;
                    std::int64_t most = 0;
                    for (auto const & code : breakdown) {
                        auto part = at;
                        part[i] = axes.member(number, code).value();
                        sum += counts.at(part);
                        most = std::max(most, counts.at(part));
                    }
                    EXPECT_LE(count, sum);
                    EXPECT_TRUE(!dimension.exact || count == sum);
                    auto rest = at;
                    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
                    if (dimension.exact || std::ranges::all_of(rest, [](auto member) { return member == 0; })) {
                        EXPECT_GE(count, most);
                    }
                }
            }
        }
    }
}

TEST(Count, DoesNotDependOnTheOrderOfTheRows)
{
    auto const axes = axes_of(frame(), edition());
    auto rows = random_rows(3);
    auto const one = counted(axes, rows);
    std::shuffle(rows.begin(), rows.end(), std::mt19937(9));
    auto const other = counted(axes, rows);
    for (std::size_t i = 0; i < one.size(); ++i) {
        for (std::size_t j = 0; j < one[i].figures.size(); ++j) {
            ASSERT_EQ(one[i].figures[j].cell.count, other[i].figures[j].cell.count);
        }
    }
}

TEST(Count, FollowsAMemberToWhatItIsNow)
{
    auto const axes = axes_of(frame(), edition());
    auto const table = counted(axes, { { "1", "2025-02-01", "P1", "A" }, { "2", "2025-02-01", "P1", "B" } }).at(2);
    auto const quarters = axes.dimensions[axes.number_of("quarter")].members.size();
    EXPECT_EQ(axes.member(4, "A"), std::nullopt);
    EXPECT_EQ(table.figures[axes.member(4, "B").value() * quarters].cell.count, 2);
}

TEST(Count, SetsAsideWhatHasNoPlace)
{
    auto const axes = axes_of(frame(), edition());
    auto const what = definition(Counts::once);
    Facts facts(axes, what, "2026-06-30");
    ASSERT_TRUE(facts.add({ "1", "2026", "P1", "A" }));
    ASSERT_TRUE(facts.add({ "1", "2026-01-01", "P9", "A" }));
    EXPECT_EQ(facts.add({ "one", "2026-01-01", "P1", "A" }).error().failure, Failure::configuration);
    EXPECT_EQ(facts.unplaced().at("P1"), 1);
    EXPECT_EQ(facts.unplaced().at("P9"), 1);
    EXPECT_EQ(facts.count().at(0).at(0), 0);
}

TEST(Count, IsPresentAtTheEndsOfQuartersInBetween)
{
    auto const axes = axes_of(frame(), edition());
    auto const what = definition(Counts::present);
    Facts facts(axes, what, "2026-06-30");
    EXPECT_TRUE(facts.add({ "1", "2024-05-01", "P1", "2025-06-30", "A" }));
    EXPECT_TRUE(facts.add({ "2", "2025-02-01", "P1", "", "A" }));
    EXPECT_TRUE(facts.add({ "2", "2025-02-01", "P2", "2025-03", "B" }));
    auto const tables = facts.tables(facts.count());
    std::vector<std::int64_t> region;
    for (std::size_t end = 0; end < 6; ++end) {
        region.push_back(tables.at(0).figures.at(end).cell.count);
    }
    EXPECT_EQ(region, (std::vector<std::int64_t> { 2, 1, 1, 1, 1, 1 })) << "who stops on the last day is not there any more";
}

}
