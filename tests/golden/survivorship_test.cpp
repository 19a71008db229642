#include "daemon/golden/survivorship.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>

namespace ketensync::golden {

namespace {

record::Kind kind_of(std::vector<record::FieldType> const & types)
{
    record::Kind kind;
    kind.name = "thing";
    for (auto const type : types) {
        record::Field field;
        field.name = "f" + std::to_string(kind.fields.size());
        field.type = type;
        kind.fields.push_back(field);
    }
    return kind;
}

std::vector<int> choose(record::Kind const & kind, Ranks const & ranks, std::span<Contribution const> told)
{
    std::vector<int> chosen { 9, 9, 9, 9 };
    golden::choose(0, kind, ranks, told, chosen);
    return chosen;
}

record::Values values(std::vector<std::string> const & texts) { return record::Values(std::span(texts)); }

}

TEST(Survivorship, TakesTheBetterBelievedSourceOverTheLaterTold)
{
    auto const kind = kind_of({ record::FieldType::text });
    auto const a = values({ "municipality" });
    auto const b = values({ "provider" });
    Ranks const ranks { { { 255, 0, 1 } } };
    std::array const told { Contribution { 2, 2, 9, &b }, Contribution { 1, 1, 1, &a } };
    EXPECT_EQ(choose(kind, ranks, told), std::vector { 1 });
}

TEST(Survivorship, TakesTheLatestToldWhereNobodyIsPreferred)
{
    auto const kind = kind_of({ record::FieldType::text, record::FieldType::text });
    auto const a = values({ "old", "only here" });
    auto const b = values({ "new", "" });
    std::array const told { Contribution { 1, 1, 1, &a }, Contribution { 2, 2, 5, &b } };
    EXPECT_EQ(choose(kind, {}, told), (std::vector { 1, 0 }));
}

TEST(Survivorship, TakesAFullDateOverAYear)
{
    auto const kind = kind_of({ record::FieldType::date });
    auto const a = values({ "1968-07-01" });
    auto const b = values({ "1968" });
    std::array const told { Contribution { 1, 1, 1, &a }, Contribution { 2, 2, 5, &b } };
    EXPECT_EQ(choose(kind, {}, told), std::vector { 0 });
}

TEST(Survivorship, LetsTheIdentityDecideAndNotTheNumberThatArrivalGave)
{
    auto const kind = kind_of({ record::FieldType::text, record::FieldType::text });
    auto const a = values({ "one", "street of one" });
    auto const b = values({ "other", "street of the other" });
    for (bool const first : { true, false }) {
        std::array const told { Contribution { first ? 1U : 2U, 1, 1, &a, { 9, 9, 9 } },
            Contribution { first ? 2U : 1U, 2, 1, &b, { 3, 9, 9 } } };
        EXPECT_EQ(choose(kind, {}, told), (std::vector { 1, 1 })) << "all of one record";
    }
}

TEST(Survivorship, DoesNotDependOnTheOrderOfArrival)
{
    auto const kind = kind_of({ record::FieldType::text, record::FieldType::date });
    std::vector<record::Values> bodies;
    for (int i = 0; i < 5; ++i) {
        bodies.push_back(values({ "v" + std::to_string(i % 3), i % 2 == 0 ? "1968" : "1968-0" + std::to_string(i) }));
    }
    std::vector<Contribution> told;
    for (std::uint32_t i = 0; i < 5; ++i) {
        told.push_back({ i + 1, static_cast<record::SourceId>(i % 2), i / 2, &bodies[i] });
    }
    auto const chosen = [&] {
        auto const indices = choose(kind, {}, told);
        return std::pair(told[static_cast<std::size_t>(indices[0])].record, told[static_cast<std::size_t>(indices[1])].record);
    };
    auto const first = chosen();
    std::ranges::sort(told, {}, &Contribution::record);
    do {
        ASSERT_EQ(chosen(), first);
    } while (std::ranges::next_permutation(told, {}, &Contribution::record).found);
}

}
